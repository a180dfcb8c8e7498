-- name: InsertAuthor :one
INSERT INTO authors (name) VALUES (@name) RETURNING *;

-- name: InsertDocument :one
INSERT INTO documents (team_id, author_id, title, visibility, tags)
VALUES (@team_id, sqlc.narg(author_id), @title, @visibility, @tags)
RETURNING *;

-- name: GetDocuments :many
SELECT sqlc.embed(documents), authors.name AS author_name
FROM documents
LEFT JOIN authors ON authors.id = documents.author_id
WHERE CASE WHEN @title :: text != '' THEN documents.title = @title ELSE true END
-- @authorize_filter
ORDER BY documents.id;

-- name: DeleteDocument :execrows
DELETE FROM documents
WHERE id = @id
-- @authorize_filter
;
