import { expect, it } from 'vitest';
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
      (parameters?.fields ?? []).map((field) => [`${query.name}.${field.property}`, field.tsType]),
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
