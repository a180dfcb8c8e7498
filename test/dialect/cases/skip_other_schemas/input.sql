-- name: Find :many
SELECT sqlcx.arg(a), other.embed(b), x.sqlc.arg(c), sqlc.arg, sqlc;
