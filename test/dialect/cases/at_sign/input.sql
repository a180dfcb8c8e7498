-- name: Find :many
SELECT id FROM users WHERE id=@id AND age>=@age AND x <=@x AND name || @suffix = @name;
