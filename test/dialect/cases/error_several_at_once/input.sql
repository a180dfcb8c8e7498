-- name: A :two
SELECT 1;
-- name: B :one
SELECT sqlc.foo(1), $3;
-- name: C :one
SELECT @ok;
