-- name: Find :many
SELECT "@a;", "sqlc".arg(x), "q""@b", @c FROM t;
