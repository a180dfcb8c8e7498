-- name: Find :many
SELECT id FROM t WHERE a AND (true)
ORDER BY id;
