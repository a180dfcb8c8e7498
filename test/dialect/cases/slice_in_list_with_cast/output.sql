-- name: Find :many
SELECT id FROM users WHERE id = ANY($1::uuid[]) AND x IN ($2::int) AND y IN (1, $3);
