-- name: CommandOneByKey :one
SELECT * FROM members WHERE id = $1;

-- name: CommandOneByUnique :one
SELECT id, slug FROM organizations WHERE slug = @slug;

-- name: CommandOneByCompositeKey :one
SELECT * FROM memberships WHERE project_id = @project_id AND member_id = @member_id;

-- name: CommandOneLimited :one
SELECT id, title FROM tasks ORDER BY id LIMIT 1;

-- name: CommandOneUnproven :one
SELECT id, title FROM tasks WHERE title = @title;

-- name: CommandOneOfMany :one
SELECT t.id, n FROM tasks t, generate_series(1, 2) n;

-- name: CommandOneOfJoin :one
SELECT m.id, o.slug FROM members m JOIN organizations o ON o.id = m.organization_id WHERE m.id = @id;

-- name: CommandManyProvenOne :many
SELECT count(*) AS n FROM tasks;

-- name: CommandManyByKey :many
SELECT * FROM projects WHERE id = @id;

-- name: CommandManyEmpty :many
SELECT id FROM tasks WHERE false;

-- name: CommandExec :exec
UPDATE tasks SET done = NOT done WHERE id = @id;

-- name: CommandExecReturning :exec
DELETE FROM counters WHERE name = @name RETURNING *;

-- name: CommandExecRows :execrows
UPDATE tasks SET position = position / 2;

-- name: CommandExecResult :execresult
DELETE FROM audit_log;

-- name: CommandBatchExec :batchexec
INSERT INTO counters (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: CommandBatchOne :batchone
SELECT id, nickname, boss_id FROM members WHERE id = @id;

-- name: CommandBatchOneInsert :batchone
INSERT INTO audit_log (table_name, row_id) VALUES (@table_name, @row_id) RETURNING id, at;

-- name: CommandBatchMany :batchmany
SELECT id, title, hours FROM tasks WHERE project_id = @project_id;

-- name: CommandCopyFrom :copyfrom
INSERT INTO audit_log (table_name, row_id, at) VALUES (@table_name, @row_id, @at);

-- name: CommandCopyFromTypes :copyfrom
INSERT INTO tasks (project_id, assignee_id, title, done, urgency, estimate, hours, due, notes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: CommandCopyFromLists :copyfrom
INSERT INTO everything_lists (id, c_bools, c_int2s, c_int4s, c_int8s, c_float8s, c_numerics, c_texts, c_varchars, c_citexts, c_uuids, c_inets, c_dates, c_times, c_timestamps, c_timestamptzs, c_intervals, c_jsons, c_jsonbs, c_byteas, c_boxes, c_points, c_hstores, c_statuses, c_others, c_addresses, c_contacts, c_int4ranges, c_tstzranges, c_multiranges, c_matrix, c_cube, c_percentages, c_moments)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34);
