-- name: C :one
SELECT $1;
