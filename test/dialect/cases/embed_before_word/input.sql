-- name: Find :many
SELECT sqlc.embed(users)FROM users WHERE id = sqlc.arg(id)AND true;
