-- name: Find :many
SELECT @a,
  sqlc.arg(
 b)
-- @authorize_filter
FROM t;
/* name: Other :one */
SELECT 1;
