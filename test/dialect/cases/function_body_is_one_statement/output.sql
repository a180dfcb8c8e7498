-- name: Find :many
SELECT f();
