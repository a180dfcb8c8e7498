-- name: Find :many
SELECT id FROM users WHERE name = $1 OR $1 IS NULL OR x = $1;
