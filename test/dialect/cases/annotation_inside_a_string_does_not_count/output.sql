-- name: New :many
SELECT '
-- name: Inner :one
';
