-- name: Find :many
SELECT $$ @a ; sqlc.arg(b) $1 $$, $tag$ $$ @c $tag$, @d;
