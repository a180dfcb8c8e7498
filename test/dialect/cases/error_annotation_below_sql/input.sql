SELECT 1
-- name: Find :many
FROM t;
