-- name: A :one
SELECT ';';
-- name: B :one
SELECT $$;$$, ";";
