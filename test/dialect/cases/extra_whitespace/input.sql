-- name: Find :many
SELECT sqlc . arg  (  name  );
