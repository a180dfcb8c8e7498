-- name: Find :many
SELECT $1, $70000;
