-- name: Find :many
SELECT sqlc.arg(
  name
), @other,
  sqlc.embed(
    users
  )
FROM users;
