SELECT '
-- name: Old :one
';
-- name: New :many
SELECT '
-- name: Inner :one
';
