/** JSON that a query makes has the type of its parts, as JSON gives them. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TYPE place AS (street text, zip integer);
CREATE DOMAIN weight AS numeric CHECK (VALUE > 0);
CREATE TABLE users (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  mood mood,
  at timestamptz NOT NULL,
  tags text[] NOT NULL,
  settings jsonb NOT NULL,
  home place
);
CREATE TABLE orders (id int PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), total numeric NOT NULL, weight weight, note text);
CREATE VIEW summaries AS
SELECT u.id, coalesce(json_agg(o) FILTER (WHERE o.id IS NOT NULL), '[]') AS orders FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;
`;

/** Each expression with its row's type, over users u and orders o that may be missing. */
const EXPRESSIONS: readonly (readonly [sql: string, type: string])[] = [
  ['to_json(u)', 'UserJson'],
  ['to_jsonb(o)', 'OrderJson | null'],
  ['row_to_json(o)', 'OrderJson | null'],
  ["jsonb_build_object('id', u.id, 'at', u.at, 'note', o.note)", '{ id: string; at: string; note: string | null }'],
  ["json_build_object('user', u, 'order', o)", '{ user: UserJson; order: OrderJson | null }'],
  ['json_build_array(u.id, o.total, u.mood)', '[string, string | null, Mood | null]'],
  ["json_build_object(u.name, o.id, 'x', 1)", '{ [key: string]: number | null }'],
  ['to_json(u.tags)', 'string[]'],
  ['to_json(u.home)', 'PlaceJson | null'],
  ['to_json(ARRAY[u.id, o.id])', '(string | null)[]'],
  ['to_json(u.settings)', '$.JsonValue'],
  ['to_json(o.weight)', 'string | null'],
  ['to_jsonb(1.5::float8)', 'number'],
  ["to_jsonb(u) - 'settings' - 'home'", '{ id: string; name: string; mood: Mood | null; at: string; tags: string[] }'],
  ["jsonb_build_object('a', 1) || jsonb_build_object('b', o.id)", '{ a: number; b: number | null }'],
  ["jsonb_strip_nulls(jsonb_build_object('a', o.id, 'b', u.id))", '{ a?: number; b: string }'],
  ["JSON_OBJECT('a' VALUE jsonb_build_object('b', u.id) -> 'b' ABSENT ON NULL RETURNING jsonb)", '{ a?: string }'],
  ["CASE WHEN o.id = 1 THEN json_build_object('a', o.id) ELSE json_build_object('a', 2) END", '{ a: number }'],
  ["CASE WHEN u.id = 1 THEN json_build_object('a', 1) ELSE json_build_object('b', 2) END", '{ a?: number; b?: number }'],
  ["CASE WHEN u.id = 1 THEN json_build_object('a', 1) ELSE json_build_array(1) END", '{ a: number } | [number]'],
  ["coalesce(to_jsonb(o), 'null')", 'OrderJson | null'],
  [
    "json_build_object('v', CASE WHEN u.id = 1 THEN to_json(o.id) WHEN u.id = 2 THEN to_json(u.name) ELSE to_json(true) END)",
    '{ v: number | string | boolean | null }',
  ],
  ['CASE WHEN u.id = 1 THEN to_json(u.id) ELSE to_json(u.tags) END', 'string | string[]'],
  [
    "(SELECT json_agg(CASE WHEN p.id = 1 THEN to_json(p.note) ELSE json_build_object('a', json_build_array(1)) END) FROM orders p)",
    '(string | { a: [number] } | null)[] | null',
  ],
  [
    "(SELECT json_agg(CASE WHEN p.id = 1 THEN json_build_object('a', 1) ELSE to_json(u.tags) END) FROM orders p)",
    '({ a: number } | string[])[] | null',
  ],
  ["coalesce(to_json(u.name), '[]')", 'string | []'],
  ['CASE WHEN u.id = 1 THEN to_json(u.mood) ELSE to_json(u.at) END', '$.JsonValue | null'],
  ['(SELECT jsonb_agg(e) FROM jsonb_array_elements(jsonb_build_array(1, u.name)) e)', '(number | string)[] | null'],
  ["jsonb_build_object('a', jsonb_build_object('b', u.name)) #> '{a,b}'", 'string | null'],
  ["jsonb_set(jsonb_build_object('a', 1, 'b', u.name), '{a}', to_jsonb(u.name))", '{ a: string; b: string }'],
  ["jsonb_set(jsonb_build_object('a', jsonb_build_object('b', 1)), '{a,c}', to_jsonb(o.id))", '{ a: { b: number; c: number } } | null'],
  ["coalesce(to_jsonb(o.id), '{}')", 'number | { [key: string]: never }'],
  ["json_build_object('a', 1, 'a', 'x')", '{ a: number | string }'],
  [
    '(SELECT json_agg(x) FROM (SELECT p.id, p.note AS words FROM orders p WHERE p.user_id = u.id) x)',
    '{ id: number; words: string | null }[] | null',
  ],
  ['(SELECT jsonb_object_agg(p.id, p.total) FROM orders p)', '{ [key: string]: string } | null'],
  ['ARRAY(SELECT to_jsonb(p) FROM orders p)', 'OrderJson[]'],
  ["to_json('text'::text)", 'string'],
  ['\'{"a": 1}\'::jsonb', '$.JsonValue'],
  ['to_json(row(u.id, o.id))', '{ f1: string; f2: number | null }'],
];

describe('expressions', () => {
  test('have the types of their parts', async () => {
    const list = EXPRESSIONS.map(([sql], index) => `${sql} AS c${index}`).join(',\n  ');
    const made = await generate(SCHEMA, {
      'q.sql': `-- name: Q :many\nSELECT ${list}\nFROM users u LEFT JOIN orders o ON o.user_id = u.id;\n`,
    });
    const row = /interface QRow \{\n([^]*?)\n\}/.exec(made.file('q.ts'))?.[1] ?? '';
    expect(row.split('\n')).toEqual(EXPRESSIONS.map(([, type], index) => `  c${index}: ${type};`));
    expect(made.typeErrors()).toEqual([]);
  });
});

test('a row of a table is one shared type, and a wrong use of it is an error', async () => {
  const queries = {
    'q.sql': `
-- name: ListUsers :many
SELECT u.id, json_agg(o ORDER BY o.id) AS orders, coalesce(json_agg(o) FILTER (WHERE o.id IS NOT NULL), '[]') AS there
FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;
-- name: ListSummaries :many
SELECT * FROM summaries;
-- name: GetOrder :one
WITH found AS (SELECT to_jsonb(o) AS j FROM orders o WHERE o.id = 1 UNION ALL SELECT to_jsonb(p) FROM orders p WHERE p.id = 2) SELECT j FROM found;
`,
  };
  const made = await generate(SCHEMA, queries, '{"int8":"bigint"}');
  expect(made.file('models.ts')).toContain(
    'export type OrderJson = { id: number; user_id: bigint; total: string; weight: string | null; note: string | null };\n' +
      'export const orderJsonParts: $.JsonParts = { user_id: $.bigint, total: $.text, weight: $.text };\n',
  );
  expect(made.file('models.ts')).toContain('export interface Summary {\n  id: bigint;\n  orders: OrderJson[];\n}');
  expect(made.file('q.ts')).toContain('  orders: (OrderJson | null)[];\n  there: OrderJson[];\n');
  const program = `
    import type { Database } from 'sqlward/runtime';
    import { getOrder, listSummaries, listUsers, type OrderJson } from './generated/index.js';
    export async function use(db: Database): Promise<void> {
      const [user] = await listUsers(db);
      if (!user) return;
      const total: string | undefined = user.there[0]?.total;
      // @ts-expect-error -- a missed join is [null]
      user.orders.map((order) => order.id);
      // @ts-expect-error -- a numeric is its digits
      const wrong: number | undefined = user.there[0]?.total;
      // @ts-expect-error -- keys are those of JSON
      user.there[0]?.userId;
      const note: string | null | undefined = (await getOrder(db))?.j.note;
      const key: bigint | undefined = (await getOrder(db))?.j.user_id;
      const shared: OrderJson[] = (await listSummaries(db)).flatMap(({ orders }) => orders);
      // @ts-expect-error -- a note may be null
      shared[0]?.note.length;
      console.log(total, wrong, note, key);
    }
  `;
  expect(made.typeErrors(program)).toEqual([]);
});

test('an override holds where JSON is read as the column is', async () => {
  const overrides = [
    { column: 'users.settings', ts_type: 'Settings', import: '../settings.js' },
    { column: 'users.name', ts_type: 'Brand', import: '../settings.js' },
    { column: 'users.at', ts_type: 'Brand', import: '../settings.js' },
    { column: 'users.tags', nullable_elements: true },
    { column: 'orders.note', nullable: false },
  ];
  const made = await generate(
    SCHEMA,
    { 'q.sql': '-- name: Q :many\nSELECT to_json(u) AS u, to_json(o) AS o FROM users u JOIN orders o ON o.user_id = u.id;\n' },
    JSON.stringify({ overrides, int8: 'number' }),
  );
  expect(made.file('models.ts')).toContain(
    'export type UserJson = { id: number; name: Brand; mood: Mood | null; at: string; tags: (string | null)[]; settings: Settings; home: PlaceJson | null };',
  );
  expect(made.file('models.ts')).toContain('note: string };');
  expect(made.typeErrors()).toEqual([]);
});

test('what the documentation shows is what is generated', async () => {
  const page = await readFile(new URL('../../docs/json.md', import.meta.url), 'utf8');
  const [, sql = '', code = ''] = /```sql\n([^]*?)```[^]*?```ts\n([^]*?)```/.exec(page) ?? [];
  const made = await generate(
    `CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
     CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL, total numeric NOT NULL, note text, created_at timestamptz NOT NULL);`,
    { 'q.sql': sql },
  );
  const declarations = code.split(/\n(?=export)/).map((declaration) => declaration.trim());
  expect(declarations).toHaveLength(2);
  for (const declaration of declarations) expect(`${made.file('models.ts')}${made.file('q.ts')}`).toContain(declaration);
});

test('what a trigger does instead of a change need not be what its view says', async () => {
  const made = await generate(
    `CREATE TABLE words (id int PRIMARY KEY);
     CREATE VIEW entries AS SELECT id, json_build_object('id', id) AS entry FROM words;
     CREATE FUNCTION rename() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.entry := '"other"'; RETURN NEW; END $$;
     CREATE TRIGGER renamed INSTEAD OF INSERT ON entries FOR EACH ROW EXECUTE FUNCTION rename();`,
    {
      'q.sql': `
-- name: AddEntry :many
INSERT INTO entries (id) VALUES (1) RETURNING sqlc.embed(entries), entry;
-- name: ListEntries :many
SELECT * FROM entries;
`,
    },
  );
  expect(made.file('models.ts')).toContain('  entry: $.JsonValue;\n');
  expect(made.file('q.ts')).toMatch(
    /interface AddEntryRow \{\s+entry: Omit<Entry, 'id' \| 'entry'> & \{ id: number \| null; entry: \$\.JsonValue \| null \};\s+entry_2: \$\.JsonValue \| null;\s+\}/,
  );
  expect(made.file('q.ts')).toMatch(/interface ListEntriesRow \{\s+id: number;\s+entry: \{ id: number \};\s+\}/);
});
