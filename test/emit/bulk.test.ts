/** Arrays that become rows, and rows that are copied. */
import { expect, test } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TABLE crate (id int GENERATED ALWAYS AS IDENTITY, label text NOT NULL, note text, price numeric, at timestamptz);
CREATE TABLE values (id int GENERATED ALWAYS AS IDENTITY, values text);
CREATE TABLE "user" (id int PRIMARY KEY, name text NOT NULL);`;

test('the elements of an array may be NULL where each becomes a row of a nullable column', async () => {
  const made = await generate(SCHEMA, {
    'q.sql': `-- name: FromColumns :exec
INSERT INTO crate (label, note) SELECT * FROM unnest(@labels::text[], @notes::text[]);

-- name: FromList :exec
INSERT INTO crate (label, note, at) SELECT unnest(@labels::text[]), unnest(@notes::text[]), unnest(@ats::timestamptz[]);

-- name: FromCte :exec
WITH rows AS (SELECT label, note, price FROM unnest(@labels::text[], @notes::text[], @prices::text[]) AS t (label, note, price))
INSERT INTO crate (label, note, price) SELECT rows.label, rows.note, rows.price::numeric FROM rows;

-- name: Updated :exec
UPDATE crate SET note = new.note FROM (SELECT unnest(@ids::int[]) AS id, unnest(@notes::text[]) AS note) AS new WHERE crate.id = new.id;

-- name: InBoth :exec
INSERT INTO crate (label, note) SELECT b, b FROM unnest(@boths::text[]) AS b;

-- name: Computed :exec
INSERT INTO crate (label, note) SELECT 'x', upper(n) FROM unnest(@notes::text[]) AS n;

-- name: Changed :exec
WITH inserted AS (INSERT INTO crate (label, note) SELECT * FROM unnest(@labels::text[], @notes::text[]) RETURNING id)
DELETE FROM crate WHERE id = ANY(@ids::int[]) AND id NOT IN (SELECT id FROM inserted);
`,
  });
  const params = (name: string): string =>
    new RegExp(`interface ${name}Params \\{\n([^}]*)\\}`).exec(made.file('q.ts'))?.[1]?.replace(/^ +| +$|\n/gm, '') ?? '';
  const plain = 'labels: readonly string[];';
  const nullable = 'notes: readonly (string | null)[];';
  expect(params('FromColumns')).toBe(plain + nullable);
  expect(params('FromList')).toBe(`${plain}${nullable}ats: readonly (Date | string | null)[];`);
  expect(params('FromCte')).toBe(`${plain}${nullable}prices: readonly (string | null)[];`);
  expect(params('Updated')).toBe(`ids: readonly number[];${nullable}`);
  expect(params('InBoth')).toBe('boths: readonly string[];');
  expect(params('Computed')).toBe('notes: readonly string[];');
  expect(params('Changed')).toBe(`${plain}${nullable}ids: readonly number[];`);
  expect(made.typeErrors()).toEqual([]);
});

test('an identity column is copied into like any other', async () => {
  const made = await generate(SCHEMA, {
    'q.sql': `-- name: Plain :copyfrom
INSERT INTO crate (id, label) VALUES (@id, @label);

-- name: Overriding :copyfrom
INSERT INTO crate (id, label) OVERRIDING SYSTEM VALUE VALUES (@id, @label);

-- name: NamedLikeTheKeyword :copyfrom
INSERT INTO values (id, values) VALUES (sqlc.arg(values), @label);
`,
  });
  expect(made.compilation.problems).toEqual([]);
  expect(made.file('q.ts').match(/columns: \['id', 'label'\]/g)).toHaveLength(2);
  expect(made.file('q.ts')).toContain("columns: ['id', 'values']");
  expect(made.file('q.ts')).toContain('id: number;\n  label: string;');
});

test('where a table is called user, the role of that name is told from it', async () => {
  const made = await generate(SCHEMA, {
    'q.sql': `-- name: Role :many\nSELECT * FROM user;\n\n-- name: Table :many\nSELECT * FROM "user" WHERE name <> 'from user';\n`,
  });
  expect(made.compilation.problems.map(({ message, remedy }) => [message, remedy])).toEqual([
    [
      'user is the current role here, and not the table of that name',
      'Write it in quotes, "user", if it is a name: without them it is a keyword of SQL.',
    ],
  ]);
});
