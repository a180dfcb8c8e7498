-- name: B :one
SELECT $1;
