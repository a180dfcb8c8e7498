-- name: Find :many
SELECT id FROM users WHERE name = coalesce(sqlc.narg(name), name) AND x = sqlc.narg('X');
