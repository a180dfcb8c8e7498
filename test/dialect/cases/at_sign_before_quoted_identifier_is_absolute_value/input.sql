-- name: Find :many
SELECT @"Balance", @ -5, @ x, @5 FROM accounts;
