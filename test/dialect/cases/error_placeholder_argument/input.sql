-- name: Find :many
SELECT sqlc.arg($1), sqlc.arg(1), sqlc.arg(@x);
