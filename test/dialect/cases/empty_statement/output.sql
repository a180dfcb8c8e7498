-- name: Next :one
SELECT 1;
