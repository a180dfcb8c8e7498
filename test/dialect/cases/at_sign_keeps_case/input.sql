-- name: Find :many
SELECT @FooBar, @foobar, sqlc.arg(FooBar);
