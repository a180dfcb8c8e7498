-- name: AddUser :exec
INSERT INTO users (a, b, c) VALUES ($1, $2, $3);
