-- name: Find :many
SELECT id FROM t WHERE a
--@authorize_filter
-- @authorize_filter here
/* @authorize_filter */
-- @Authorize_Filter
ORDER BY id;
