-- name: Find :many
SELECT "open;
