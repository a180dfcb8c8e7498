-- name: Find :many
SELECT id FROM t WHERE a @>@b AND a <@@c AND v @@@q AND a ||@d = e AND j @?@p AND f(x) %@y AND a = -@z AND n *-@w > 0;
