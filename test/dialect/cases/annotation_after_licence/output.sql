-- name: Find :many
SELECT 1;
-- name: Other :many
SELECT 2;
-- name: Third :many
SELECT 3;
