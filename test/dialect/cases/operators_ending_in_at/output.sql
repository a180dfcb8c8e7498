-- name: Find :many
SELECT id FROM t WHERE a <@b AND v @@to_tsquery(x) AND name ^@prefix AND l ?@q AND l ^<@m AND l ?<@m AND @-@path > 1;
