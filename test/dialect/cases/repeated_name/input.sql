-- name: Find :many
SELECT id FROM users WHERE a = @x OR b = sqlc.arg(x) OR c = @y OR d = @x;
