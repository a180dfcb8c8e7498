-- name: Gone :one
;
-- name: Next :one
SELECT 1;
