-- name: Find :many
SELECT sqlc.embed("Weird T"), sqlc.embed('Users'), sqlc.embed('two words'), sqlc.embed(U), sqlc.embed(public.users), users.* FROM users;
