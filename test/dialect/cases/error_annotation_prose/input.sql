-- name of the user: required
SELECT 1;
