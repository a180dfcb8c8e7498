-- name: Find :many
SELECT id FROM users WHERE id IN (sqlc.slice(ids)::uuid[]) AND x IN (sqlc.slice(xs)::int) AND y IN (1, sqlc.slice(ys))
  AND a NOT IN (sqlc.slice('as') :: varchar (10)) AND b IN (sqlc.slice(bs)::my."Type"[3]) AND c IN (sqlc.slice(cs)::int + 1) AND d IN (sqlc.slice(ds)::timestamp with time zone /* d */);
