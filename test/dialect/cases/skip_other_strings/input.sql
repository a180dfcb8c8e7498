-- name: Find :many
SELECT U&'@a', N'@b', B'01', X'1F', @c, U&"@d";
