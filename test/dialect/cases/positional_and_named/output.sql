-- name: Find :many
SELECT $1, $3, $2;
