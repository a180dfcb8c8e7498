-- name: Q0 :one
SELECT 0;
-- name: Q1 :many
SELECT 1;
-- name: Q2 :exec
SELECT 2;
-- name: Q3 :execrows
SELECT 3;
-- name: Q4 :execresult
SELECT 4;
-- name: Q5 :batchexec
SELECT 5;
-- name: Q6 :batchone
SELECT 6;
-- name: Q7 :batchmany
SELECT 7;
-- name: Q8 :copyfrom
SELECT 8;
