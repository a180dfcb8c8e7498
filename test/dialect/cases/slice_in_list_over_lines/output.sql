-- name: Find :many
SELECT id FROM users WHERE id
  <> -- not these
  ALL (
    $1


  )
  AND x = ANY /* c */ ($2);
