-- name: Find :many
SELECT @a, $1, @a, @b;
