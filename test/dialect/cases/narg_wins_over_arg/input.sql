-- name: Find :many
SELECT id FROM users WHERE name = sqlc.arg(name) OR sqlc.narg(name) IS NULL OR x = @name;
