-- name: Find :many
SELECT @ids::uuid[], @a :: text, CAST(@b AS int);
