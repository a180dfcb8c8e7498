-- name: Find :many
SELECT id FROM t WHERE a AND (true)
UNION ALL SELECT id FROM u WHERE b AND (true);
