-- name: get-user :one
SELECT 1;
