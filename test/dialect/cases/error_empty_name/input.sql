-- name: Find :many
SELECT sqlc.arg(''), sqlc.arg("");
