-- name: Find :many
SELECT id FROM t WHERE id = sqlc.params(id);
