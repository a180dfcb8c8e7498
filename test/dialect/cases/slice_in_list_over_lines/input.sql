-- name: Find :many
SELECT id FROM users WHERE id
  NOT -- not these
  IN (
    sqlc.slice(
      ids
    )
  )
  AND x IN /* c */ (sqlc.slice(xs));
