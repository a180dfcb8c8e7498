-- name: Find :many
SELECT id FROM t WHERE a AND@flag LIMIT@n;
