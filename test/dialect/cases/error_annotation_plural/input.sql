-- names: Find :many
SELECT 1;
