-- name: Find :many
SELECT id FROM users WHERE id=$1 AND age>=$2 AND x <=$3 AND name || $4 = $5;
