-- Copyright.

-- name: Find :many
SELECT 1;
-- after the statement, in column 0
-- name: Other :many
SELECT 2; -- same line
-- name: Third :many
SELECT 3;
