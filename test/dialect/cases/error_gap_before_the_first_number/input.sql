-- name: AddUser :exec
INSERT INTO users (a, b, c) VALUES (sqlc.arg(a), @b, $3);
