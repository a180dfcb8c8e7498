-- name: A :one
SELECT sqlc.arg();
-- name: B :one
SELECT @b;
