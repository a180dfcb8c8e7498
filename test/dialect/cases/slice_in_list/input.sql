-- name: Find :many
SELECT id FROM users WHERE id IN (sqlc.slice(ids)) AND x not in(sqlc.slice('xs')) AND y IN ( sqlc.slice(ys) );
