-- name: A :one
SELECT $1, $2;
-- name: B :one
SELECT $1, $2;
