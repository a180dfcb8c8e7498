-- name: Find :many
SELECT U&'@a', N'@b', B'01', X'1F', $1, U&"@d";
