import { expect, it } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE chats (id integer PRIMARY KEY, owner_id integer NOT NULL REFERENCES users, parent_id integer REFERENCES chats, title text NOT NULL, tags text[]);
CREATE VIEW chats_expanded AS
  SELECT c.id, c.tags, COALESCE(p.title, c.title) AS title, u.name AS owner
  FROM chats c JOIN users u ON u.id = c.owner_id LEFT JOIN chats p ON p.id = c.parent_id;
`;

it('a WITH entry that has the name and the columns of a view gives its rows', async () => {
  const entry = (columns: string, changed: string): string => `WITH changed AS (${changed}),
chats_expanded AS (
  SELECT ${columns}
  FROM changed c JOIN users u ON u.id = c.owner_id LEFT JOIN chats p ON p.id = c.parent_id
)
SELECT * FROM chats_expanded;`;
  const update = 'UPDATE chats SET title = @title WHERE id = @id RETURNING *';
  const made = await generate(SCHEMA, {
    'chats.sql': `-- name: RenameChat :one
${entry('c.id, c.tags, COALESCE(p.title, c.title) AS title, u.name AS owner', update)}

-- name: RenameOther :one
${entry('c.id, c.tags, p.title, u.name AS owner', update)}

-- name: RenameShort :one
${entry('c.id, c.tags, u.name AS owner', update)}

-- name: RenameTyped :one
${entry('c.id::bigint AS id, c.tags, c.title, u.name AS owner', update)}

-- name: RenameHoles :one
${entry('c.id, array_append(c.tags, NULL) AS tags, c.title, u.name AS owner', update)}

-- name: RenameSwapped :one
${entry('c.id, c.tags, u.name AS owner, c.title', update)}
`,
  });
  const rows = Object.fromEntries(made.compilation.queries.map(({ query, row }) => [query.name, row?.typeName]));
  expect(rows).toEqual({
    RenameChat: 'ChatsExpanded',
    // Its title may be missing.
    RenameOther: 'RenameOtherRow',
    RenameShort: 'RenameShortRow',
    RenameTyped: 'RenameTypedRow',
    RenameHoles: 'RenameHolesRow',
    RenameSwapped: 'RenameSwappedRow',
  });
  expect(made.typeErrors()).toEqual([]);
});
