-- name: Find :many
SELECT id FROM t WHERE a = $1 AND (true)
ORDER BY id;
