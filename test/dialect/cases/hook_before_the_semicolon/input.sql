-- name: Find :many
SELECT id FROM t WHERE true
  -- @authorize_filter  	
;
