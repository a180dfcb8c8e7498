-- name: Find :many
SELECT $1,
  $2

AND (true)
FROM t;
-- name: Other :one
SELECT 1;
