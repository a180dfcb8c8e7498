/*
-- name: Old :one
SELECT 1
*/
-- name: New :many
SELECT 2;
