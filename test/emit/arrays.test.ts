import { expect, it } from 'vitest';
import { sourceOf } from '../../src/compiler/emit/index.js';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE TABLE days (id integer PRIMARY KEY, mood mood NOT NULL, grid integer[][]);
`;
const QUERIES = {
  'days.sql': `-- name: WriteDays :exec
INSERT INTO days (id, mood) SELECT unnest(@ids::int[]), unnest(CAST(@moods::text[] AS mood[]));

-- name: ReadGroups :many
SELECT id FROM days WHERE mood::text = ANY(@groups::text[][]);

-- name: WriteGrid :exec
UPDATE days SET grid = @grid WHERE id = ANY(@ids::int[]);
`,
};

it('types an array parameter by the enum and the dimensions that its casts write', async () => {
  const made = await generate(SCHEMA, QUERIES);
  const types = Object.fromEntries(
    made.compilation.queries.flatMap(({ query, parameters }) =>
      (parameters?.fields ?? []).map((field) => [`${query.name}.${field.property}`, sourceOf(field.tsType).text]),
    ),
  );
  expect(types).toEqual({
    'WriteDays.ids': 'readonly number[]',
    'WriteDays.moods': 'readonly Mood[]',
    'ReadGroups.groups': 'readonly (readonly string[])[]',
    'WriteGrid.grid': 'readonly (readonly number[])[]',
    'WriteGrid.ids': 'readonly number[]',
  });
  expect(made.typeErrors()).toEqual([]);
});

it('types what a statement writes into an array column as it writes it, not as the column promises', async () => {
  const made = await generate(
    `CREATE TABLE notes (id int PRIMARY KEY, tags text[] NOT NULL, grid int[][]);
     CREATE TYPE tagged AS (tags text[]);
     CREATE VIEW long AS SELECT id, tags FROM notes WHERE tags IS NOT NULL;`,
    {
      'q.sql': `-- name: AddTag :many
UPDATE notes SET tags = array_append(tags, sqlc.narg('tag')) RETURNING *;
-- name: EmbedTag :many
UPDATE notes SET tags = array_append(tags, NULL), grid = array_fill(0, @lengths::int[]) RETURNING sqlc.embed(notes);
-- name: Depths :many
SELECT @text::text::int[] AS read, coalesce(grid, ARRAY[1]) AS either, coalesce(grid, '{}') AS grid, array_fill(0, '{2,2}') AS square, ROW(tags)::tagged AS row FROM notes;
-- name: ListNotes :many
SELECT * FROM notes;
`,
    },
  );
  expect(made.typeErrors()).toEqual([]);
  const code = made.file('q.ts');
  expect(code).toMatch(/interface AddTagRow \{\s+id: number;\s+tags: \(string \| null\)\[\];\s+grid: number\[\]\[\] \| null;/);
  expect(code).toContain("note: Omit<Note, 'tags' | 'grid'> & { tags: (string | null)[]; grid: $.ArrayOf<number, 0> };");
  expect(code).toMatch(
    /read: \$\.ArrayOf<number \| null, 0>;\s+either: \$\.ArrayOf<number, 0>;\s+grid: number\[\]\[\];\s+square: number\[\]\[\];/,
  );
  expect(made.file('models.ts')).toContain('tags: (string | null)[] | null;');
  expect(code).toContain('Promise<Note[]>');
});
