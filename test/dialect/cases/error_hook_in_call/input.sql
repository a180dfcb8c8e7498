-- name: Find :many
SELECT sqlc.arg( -- @authorize_filter
 a);
