-- name: Find :many
SELECT id FROM t
WHERE a = @a
-- @authorize_filter
ORDER BY id;
