-- name: Next :one
SELECT 2;
