-- name: Find :many
SELECT sqlc.arg/* here */(name), sqlc /* a */ . -- b
narg ( /* c */ other /* d */ );
