-- name: Find :many
SELECT '😀é',	sqlc.foo(1);
