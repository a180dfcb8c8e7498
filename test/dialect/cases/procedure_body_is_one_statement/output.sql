-- name: Find :many
SELECT 1;
-- name: Next :many
SELECT 2;
