-- name: Find :many
SELECT sqlc.embed(users), sqlc.arg(x)::int AS x FROM users WHERE id = @id;
