-- name: Find :many
SELECT id FROM t WHERE a AND $1 LIMIT $2;
