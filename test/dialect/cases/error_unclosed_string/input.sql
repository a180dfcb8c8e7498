-- name: Find :many
SELECT 'open;
-- name: Next :one
SELECT 2;
