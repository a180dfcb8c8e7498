-- name: Find :many
SELECT id FROM users WHERE id = ANY(sqlc.slice(ids)) OR x && sqlc.slice('tags')::text[];
