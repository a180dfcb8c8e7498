-- name: A :one
SELECT @a, @b;

-- name: B :one
SELECT @b, @a;
