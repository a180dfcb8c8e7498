/** A whole row is the table's model, and where a column is proven beyond it, the model with that column. */
import { expect, test } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE items (id int PRIMARY KEY, template_id text, mood mood, note text);
`;

test('a row whose columns are proven beyond the model', async () => {
  const { compilation } = await generate(SCHEMA, {
    'q.sql': `
-- name: Plain :many
SELECT * FROM items WHERE id > $1;
-- name: ByTemplate :many
SELECT * FROM items WHERE template_id = @template_id AND mood IS NOT NULL;
-- name: Moved :one
UPDATE items SET note = 'moved' WHERE id = $1 RETURNING *;
-- name: Embedded :many
SELECT sqlc.embed(items), 1 AS n FROM items WHERE note <> '';
`,
  });
  const text = compilation.files.map((file) => file.text).join('\n');
  expect(text).toContain('Promise<Item[]>');
  expect(text).toContain('export type ByTemplateRow = Item & {\n  templateId: string;\n  mood: Mood;\n};\n');
  expect(text).toContain('Promise<ByTemplateRow[]>');
  expect(text).toContain('export type MovedRow = Item & {\n  note: string;\n};\n');
  expect(text).toContain('item: Item & { note: string };');
  expect(text).not.toContain('export type PlainRow');
  expect(compilation.problems).toEqual([]);
});
