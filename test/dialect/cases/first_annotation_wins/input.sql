-- name: Old :one
-- name: New :many
SELECT 1;
