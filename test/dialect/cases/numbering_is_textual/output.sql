-- name: Find :many
WITH w AS (SELECT $1) SELECT $2 FROM w LIMIT $3 OFFSET $4;
