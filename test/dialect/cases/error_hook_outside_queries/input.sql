-- @authorize_filter
-- name: Find :many
SELECT 1;
-- @authorize_filter
DELETE FROM t WHERE true -- @authorize_filter
;
-- @authorize_filter
