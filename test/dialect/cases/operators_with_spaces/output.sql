-- name: Find :many
SELECT id FROM t WHERE a @> $1 AND a <@ $2 AND v @@ $3 AND j @? '$.a' AND j ? 'k' AND j ?| $4 AND j ?& $4 AND p ~ $5;
