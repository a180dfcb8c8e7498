-- name: Add :execlastid
INSERT INTO t VALUES (1);
