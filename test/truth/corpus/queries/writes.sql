-- name: WriteInsertReturning :one
INSERT INTO organizations (slug, name, parent_id, founded, plan) VALUES (@slug, @name, @parent_id, @founded, @plan) RETURNING *;

-- name: WriteInsertReturningColumns :one
INSERT INTO members (organization_id, email, nickname, level) VALUES ($1, $2, $3, $4) RETURNING id, created_at, nickname, settings;

-- name: WriteInsertDefaults :one
INSERT INTO audit_log (table_name) VALUES ('x') RETURNING id, row_id, at;

-- name: WriteInsertSelect :many
INSERT INTO counters (name, value) SELECT 'copy of ' || name, value FROM counters WHERE name = @name RETURNING name, value;

-- name: WriteInsertSeveral :many
INSERT INTO audit_log (table_name, row_id) VALUES (@first, NULL), (@second, @row_id) RETURNING id, row_id;

-- name: WriteInsertUnnest :execrows
INSERT INTO counters (name, value) SELECT * FROM unnest(@names::text[], @amounts::bigint[]);

-- name: WriteInsertDroppedByTrigger :one
INSERT INTO moderated (body) VALUES (@body) RETURNING id, body;

-- name: WriteInsertEverything :one
INSERT INTO projects (organization_id, lead_id, title, description, state, previous_states, budget, starts_on, ends_on, labels)
VALUES (@organization_id, @lead_id, @title, @description, @state, @previous_states, @budget, @starts_on, @ends_on, @labels) RETURNING *;

-- name: WriteInsertIdentity :one
INSERT INTO events (at, kind, member_id, payload) VALUES (@at, @kind, @member_id, @payload) RETURNING id, at, kind, payload;

-- name: WriteInsertGenerated :one
INSERT INTO tasks (project_id, title, urgency, estimate, hours, due, notes) VALUES (@project_id, @title, @urgency, @estimate, @hours, @due, @notes) RETURNING id, title_length, notes, tableoid;

-- name: WriteInsertOverriding :one
INSERT INTO members (id, organization_id, email) OVERRIDING SYSTEM VALUE VALUES (@id, @organization_id, @email) RETURNING *;

-- name: WriteUpsert :one
INSERT INTO counters (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING *;

-- name: WriteUpsertWhere :one
INSERT INTO counters (name, value) VALUES (@name, 1) ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counters.value < 10 RETURNING name, value;

-- name: WriteUpsertNothing :one
INSERT INTO counters (name) VALUES (@name) ON CONFLICT DO NOTHING RETURNING value;

-- name: WriteUpdate :execrows
UPDATE projects SET title = @title, description = @description, ends_on = sqlc.narg(ends_on) WHERE id = @id;

-- name: WriteUpdateCoalesce :one
UPDATE members SET nickname = coalesce(sqlc.narg(nickname), nickname), level = coalesce(sqlc.narg(level), level) WHERE id = @id RETURNING id, nickname, level;

-- name: WriteUpdateReturning :many
UPDATE tasks SET hours = 1, urgency = NULL WHERE project_id = @project_id RETURNING id, hours, urgency, title;

-- name: WriteUpdateFrom :many
UPDATE tasks t SET title = p.title FROM projects p LEFT JOIN members m ON m.id = p.lead_id WHERE p.id = t.project_id AND t.done = @done RETURNING t.id, t.title, m.email, p.description;

-- name: WriteUpdateRow :exec
UPDATE projects SET (title, description) = (SELECT o.slug, NULL FROM organizations o WHERE o.id = projects.organization_id) WHERE id = @id;

-- name: WriteUpdateArray :one
UPDATE members SET roles = array_append(roles, @role::text), settings = settings || @patch WHERE id = @id RETURNING roles, settings;

-- name: WriteUpdateOldNew :many
UPDATE counters SET value = value + @amount::bigint WHERE name = @name RETURNING old.value AS before, new.value AS after, old.name, value;

-- name: WriteInsertOldNew :one
INSERT INTO counters (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = 0 RETURNING old.value AS before, new.value AS after;

-- name: WriteDeleteOldNew :many
DELETE FROM counters WHERE name = @name RETURNING old.value AS before, new.value AS after, name;

-- name: WriteDelete :execrows
DELETE FROM audit_log WHERE id = @id;

-- name: WriteDeleteReturning :many
DELETE FROM audit_log WHERE at < @before RETURNING *;

-- name: WriteDeleteUsing :many
DELETE FROM memberships m USING projects p WHERE p.id = m.project_id AND p.state = @state RETURNING m.member_id, p.title, p.lead_id, m.invited_by;

-- name: WriteExecResult :execresult
UPDATE counters SET value = 0;

-- name: WriteMerge :execrows
MERGE INTO counters c USING (SELECT @name::text AS name, @value::bigint AS value) s ON c.name = s.name
WHEN MATCHED THEN UPDATE SET value = s.value
WHEN NOT MATCHED THEN INSERT (name, value) VALUES (s.name, s.value);

-- name: WriteMergeReturning :many
MERGE INTO counters c USING (SELECT @name::text AS name, @value::bigint AS value) s ON c.name = s.name
WHEN MATCHED AND s.value = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET value = s.value
WHEN NOT MATCHED THEN INSERT (name, value) VALUES (s.name, s.value)
RETURNING merge_action() AS action, c.name, c.value, s.value AS given, old.value AS before, new.value AS after;

-- name: WriteThroughView :one
INSERT INTO open_tasks (project_id, title, done) VALUES (@project_id, @title, false) RETURNING id, project_id, urgency;

-- name: WriteThroughViewUpdate :execrows
UPDATE open_tasks SET urgency = @urgency WHERE id = @id;

-- name: WriteDomains :one
INSERT INTO everything_domains (id, c_email, n_email, c_positive, n_positive, c_small, n_small, never_null, c_percentage, n_percentage, c_tags, n_tags, c_live, n_live, c_days, n_days, c_moment, n_moment, c_document, n_document)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) RETURNING *;

-- name: WriteCircle :exec
UPDATE employees SET department_id = @department_id, salary = @salary WHERE id = @id;

-- name: WriteInvoice :one
INSERT INTO billing.invoices (id, organization_id, state, previous, total, fee, paid_at, lines) VALUES (@id, @organization_id, @state, @previous, @total, @fee, @paid_at, @lines) RETURNING *;

-- name: WriteReservation :one
INSERT INTO reservations (room, during, days) VALUES (@room, @during, @days) RETURNING *;

-- name: WriteAsset :one
INSERT INTO assets (member_id, project_id, kind, size_bytes, digest) VALUES (@member_id, @project_id, @kind, @size_bytes, @digest) RETURNING *;

-- name: WriteTruck :one
INSERT INTO trucks (name, wheels, load_kg) VALUES (@name, @wheels, @load_kg) RETURNING *;
