-- name: Find :many
SELECT sqlc.arg(a, b;
-- name: Next :one
SELECT 1;
