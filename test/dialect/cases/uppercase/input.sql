-- name: Find :many
SELECT SQLC.ARG(NAME), Sqlc.Narg(Other), sqlc.EMBED(T);
