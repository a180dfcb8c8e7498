-- name: _x1 :one
SELECT 1;
-- name: Größe :one
SELECT 2;
