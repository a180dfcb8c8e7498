-- name: Find :many
SELECT @größe, @a$b, @_x1;
