-- name: Find :many
-- @sqlc-vet-disable
-- @param id uuid
SELECT id FROM users WHERE id = $1;
