-- name: Find :many
SELECT $0, $1;
