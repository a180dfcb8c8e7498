-- name: Find :many
SELECT users.*, $1::int AS x FROM users WHERE id = $2;
