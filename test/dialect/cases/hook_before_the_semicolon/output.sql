-- name: Find :many
SELECT id FROM t WHERE true
  AND (true);
