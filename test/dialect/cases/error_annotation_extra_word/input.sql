-- name: Find :many please
SELECT 1;
