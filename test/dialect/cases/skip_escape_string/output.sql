-- name: Find :many
SELECT E'\'@a ;', e'\\', $1, 'back\', $2;
