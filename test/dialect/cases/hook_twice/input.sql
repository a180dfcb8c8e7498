-- name: Find :many
SELECT id FROM t WHERE a -- @authorize_filter
UNION ALL SELECT id FROM u WHERE b -- @authorize_filter
;
