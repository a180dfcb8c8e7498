-- name: Find :many
SELECT sqlc.arg(a || b), sqlc.arg(a b), sqlc.arg(t.), sqlc.arg(t.*), sqlc.arg(E'x'), sqlc.arg('a' 'b');
