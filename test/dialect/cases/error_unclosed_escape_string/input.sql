-- name: Find :many
SELECT E'open\';
