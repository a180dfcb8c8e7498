-- name: Find :many
SELECT id FROM users WHERE name = coalesce($1, name) AND x = $2;
