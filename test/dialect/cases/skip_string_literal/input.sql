-- name: Find :many
SELECT '@a sqlc.arg(b) $1 ; -- no', 'it''s @b', @c;
