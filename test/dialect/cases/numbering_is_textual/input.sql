-- name: Find :many
WITH w AS (SELECT @first) SELECT @second FROM w LIMIT @third OFFSET @fourth;
