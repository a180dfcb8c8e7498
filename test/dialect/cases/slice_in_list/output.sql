-- name: Find :many
SELECT id FROM users WHERE id = ANY($1) AND x <> ALL($2) AND y = ANY( $3 );
