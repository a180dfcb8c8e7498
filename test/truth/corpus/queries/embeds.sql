-- name: EmbedOne :one
SELECT sqlc.embed(organizations) FROM organizations WHERE id = @id;

-- name: EmbedTwo :many
SELECT sqlc.embed(tasks), sqlc.embed(projects) FROM tasks JOIN projects ON projects.id = tasks.project_id;

-- name: EmbedAliased :many
SELECT sqlc.embed(t), p.title AS project FROM tasks t JOIN projects p ON p.id = t.project_id;

-- name: EmbedLeftJoined :many
SELECT t.id, sqlc.embed(m) FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id;

-- name: EmbedBothOptional :many
SELECT sqlc.embed(t), sqlc.embed(m) FROM tasks t FULL JOIN members m ON m.id = t.assignee_id;

-- name: EmbedWithoutKey :many
SELECT m.id, sqlc.embed(r) FROM members m LEFT JOIN recent_members r ON r.member_id = m.boss_id;

-- name: EmbedView :many
SELECT sqlc.embed(v), m.email FROM active_projects v LEFT JOIN members m ON m.email = v.lead_email;

-- name: EmbedSelf :many
SELECT sqlc.embed(m), sqlc.embed(b) FROM members m LEFT JOIN members b ON b.id = m.boss_id;

-- name: EmbedEverything :many
SELECT sqlc.embed(everything_lists), everything_domains.c_email FROM everything_lists LEFT JOIN everything_domains ON everything_domains.id = everything_lists.id;

-- name: EmbedNullableLeftJoined :many
SELECT c.name, sqlc.embed(everything_domains) FROM counters c LEFT JOIN everything_domains ON everything_domains.id = c.value;

-- name: EmbedWhereProves :many
SELECT t.id, sqlc.embed(m) FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id WHERE m.id IS NOT NULL;

-- name: EmbedCompositeKey :many
SELECT p.id, sqlc.embed(ms) FROM projects p LEFT JOIN memberships ms ON ms.project_id = p.id;

-- name: EmbedReturning :one
UPDATE counters SET value = value + 1 WHERE name = @name RETURNING sqlc.embed(counters);
