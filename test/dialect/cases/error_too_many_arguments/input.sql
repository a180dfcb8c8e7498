-- name: Find :many
SELECT sqlc.narg(a, b), sqlc.slice(x, f(y, z), 'q');
