-- name: Find :many
SELECT sqlc.arg(), sqlc.embed( );
