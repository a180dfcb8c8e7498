-- name: Find :many
SELECT "@a;", "sqlc".arg(x), "q""@b", $1 FROM t;
