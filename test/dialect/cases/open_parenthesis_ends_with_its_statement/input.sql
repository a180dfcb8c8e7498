-- name: Broken :one
SELECT (1;
-- name: Next :one
SELECT 2;
