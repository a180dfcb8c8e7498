-- name: Find :many
SELECT $x$ open $y$;
