-- name: Find :many
SELECT id FROM t WHERE a @>$1 AND a <@$2 AND v @@$3 AND a ||$4 = e AND j @?$5 AND f(x) %$6 AND a = -$7 AND n *-$8 > 0;
