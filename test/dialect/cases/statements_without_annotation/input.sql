CREATE TABLE t (id int);
SELECT @a, sqlc.foo(1);
-- name: Find :many
SELECT @b;
DROP TABLE t;
