-- name: Find :many
SELECT $1, @x, $3;
