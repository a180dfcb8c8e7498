-- name: Find :many
SELECT E'\'@a ;', e'\\', @b, 'back\', @c;
