-- name: Find :many
SELECT $1

, $2,
  users.*


FROM users;
