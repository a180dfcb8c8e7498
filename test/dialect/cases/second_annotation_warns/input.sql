-- name: A :one
SELECT 1
-- name: B :one
SELECT 2;
