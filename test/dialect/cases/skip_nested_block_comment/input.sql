-- name: Find :many
SELECT 1 /* a /* sqlc.arg(b) */ @c ; */, @d;
