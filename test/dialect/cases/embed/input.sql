-- name: Find :many
SELECT sqlc.embed(users) FROM users;
