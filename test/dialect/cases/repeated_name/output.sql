-- name: Find :many
SELECT id FROM users WHERE a = $1 OR b = $1 OR c = $2 OR d = $1;
