-- name: Find :many
SELECT users.* FROM users;
