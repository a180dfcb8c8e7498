-- name: Find :two
SELECT 1;
