-- name: Find :many
SELECT id FROM users WHERE id = ANY($1) OR x && $2::text[];
