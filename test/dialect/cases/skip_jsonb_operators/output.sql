-- name: Find :many
SELECT 1 FROM t WHERE a @> b AND j ? 'a' AND j @@ '$.a > 1' AND j #>> '{a}' = $1;
