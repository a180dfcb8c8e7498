-- name: Find
SELECT 1;
