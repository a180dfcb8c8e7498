-- name: Find :many
SELECT sqlc.arg('a'), sqlc.arg("b"), sqlc.arg('Foo Bar'), sqlc.arg('it''s'), sqlc.arg("q""q"), sqlc.arg(t.col), sqlc.arg(T."Col");
