-- name: Find :many
SELECT id FROM users WHERE id = ANY($1::uuid[]) AND x = ANY($2::int[]) AND y IN (1, $3)
  AND a <> ALL($4 :: varchar (10)[]) AND b = ANY($5::my."Type"[3]) AND c IN ($6::int + 1) AND d = ANY($7::timestamp with time zone[] /* d */);
