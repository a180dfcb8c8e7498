-- name: Find :many
SELECT $2, $1, $2, $3;
