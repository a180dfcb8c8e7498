-- name: Find :many
SELECT $1, $2, $3;
