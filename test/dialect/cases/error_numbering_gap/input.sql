-- name: Find :many
SELECT id FROM users WHERE a = $2 AND b = $3;
