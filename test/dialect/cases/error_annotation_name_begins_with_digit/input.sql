-- name: 1st :one
SELECT 1;
