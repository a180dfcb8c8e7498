-- name: Find :many
SELECT id FROM t WHERE a @> @b AND a <@ @c AND v @@ @q AND j @? '$.a' AND j ? 'k' AND j ?| @keys AND j ?& @keys AND p ~ @re;
