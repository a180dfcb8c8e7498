-- name: Find :many
SELECT id FROM users WHERE id IN (sqlc.slice(ids)::uuid[]) AND x IN (sqlc.slice(xs)::int) AND y IN (1, sqlc.slice(ys));
