-- name: Find :many
SELECT $1, @time, $2;
