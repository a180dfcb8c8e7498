-- name: Find :many
SELECT $1::uuid[], $2 :: text, CAST($3 AS int);
