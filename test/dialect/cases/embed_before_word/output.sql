-- name: Find :many
SELECT users.* FROM users WHERE id = $1 AND true;
