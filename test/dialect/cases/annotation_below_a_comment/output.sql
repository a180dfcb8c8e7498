-- name: Find :many
-- Sorted.
/* Two
 * lines. */
SELECT id -- not this
FROM users WHERE name = $1;
