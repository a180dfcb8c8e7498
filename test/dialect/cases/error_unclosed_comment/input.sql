-- name: Find :many
SELECT 1 /* a /* b */;
