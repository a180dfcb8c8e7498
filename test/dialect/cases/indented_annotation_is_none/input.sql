  -- name: Find :many
SELECT 1;

-- name: Next :one
SELECT 2;
