/** Primary keys with types of their own, along foreign keys; `tsc` finds one given as another. */
import { beforeAll, describe, expect, test } from 'vitest';
import { sourceOf } from '../../src/compiler/emit/index.js';
import { generate, type Generated } from './generated.js';

const SCHEMA = `
CREATE TABLE users (id uuid PRIMARY KEY, name text NOT NULL, boss uuid REFERENCES users);
CREATE TABLE people (id uuid PRIMARY KEY);
CREATE TABLE profiles (user_id uuid PRIMARY KEY REFERENCES users, bio text);
CREATE TABLE avatars (profile uuid NOT NULL REFERENCES profiles, url text);
CREATE TABLE orders (
  tenant_id int NOT NULL, id bigint NOT NULL, user_id uuid NOT NULL REFERENCES users, other uuid NOT NULL, note text,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE shipments (id serial PRIMARY KEY, tenant int, order_id bigint, FOREIGN KEY (tenant, order_id) REFERENCES orders);
CREATE TABLE members (who uuid NOT NULL REFERENCES users REFERENCES people);
CREATE TABLE doubtful (who uuid NOT NULL);
ALTER TABLE doubtful ADD FOREIGN KEY (who) REFERENCES users NOT VALID;
CREATE TABLE events (id uuid, day date, user_id uuid REFERENCES users, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE events_now PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE base (user_id uuid NOT NULL REFERENCES users);
CREATE TABLE derived (more int) INHERITS (base);
CREATE TABLE wrote (id bool PRIMARY KEY, at timestamptz);
CREATE VIEW owners AS SELECT user_id AS owner, note FROM orders UNION SELECT id, name FROM users;
`;

const made = (queries: string, options = '{"brand":"primary_keys"}'): Promise<Generated> => generate(SCHEMA, { 'q.sql': queries }, options);

test('the brands, and the models with them', async () => {
  const generated = await made('-- name: Q :many\nSELECT 1 AS one;');
  await expect(generated.file('models.ts')).toMatchFileSnapshot('golden/brands.txt');
  expect(generated.typeErrors()).toEqual([]);
});

test('without the option there are none', async () => {
  const generated = await made('-- name: Q :many\nSELECT id FROM users WHERE id = $1;', '{}');
  expect(generated.file('models.ts')).not.toContain('$.Key');
  expect(generated.file('q.ts')).toContain('  id: string;\n');
});

const CASES: readonly (readonly [what: string, query: string, types: Readonly<Record<string, string>>])[] = [
  [
    'a key and what refers to it',
    'SELECT u.id, o.user_id FROM users u JOIN orders o ON o.user_id = u.id',
    { id: 'UserId', userId: 'UserId' },
  ],
  ['a table that refers to itself', 'SELECT boss FROM users', { boss: 'UserId' }],
  ['through a key that is another key', 'SELECT profile FROM avatars', { profile: 'UserId' }],
  ['a key of several columns', 'SELECT tenant, order_id FROM shipments', { tenant: 'OrderTenantId', orderId: 'OrderId' }],
  ['two foreign keys of one column', 'SELECT who FROM members', { who: 'UserId & PersonId' }],
  ['a foreign key that was not validated', 'SELECT who FROM doubtful', { who: 'string' }],
  ['a partition', 'SELECT id, user_id FROM events_now', { id: 'EventId', userId: 'UserId' }],
  ['a table of which a child may break the key', 'SELECT user_id FROM base', { userId: 'string' }],
  ['that table without its children is not told apart', 'SELECT user_id FROM ONLY base', { userId: 'string' }],
  ['a view, and a union in it', 'SELECT owner, note FROM owners', { owner: 'UserId', note: 'string' }],
  ['a union of two keys', 'SELECT id FROM users UNION SELECT id FROM people', { id: 'string' }],
  ['what EXCEPT takes away', 'SELECT id FROM users EXCEPT SELECT id FROM people', { id: 'UserId' }],
  ['a CTE and a subquery', 'WITH c AS (SELECT user_id AS x FROM orders) SELECT x FROM (SELECT * FROM c) s', { x: 'UserId' }],
  [
    'a recursive CTE',
    'WITH RECURSIVE r AS (SELECT id FROM users UNION SELECT u.boss FROM users u JOIN r ON r.id = u.id) SELECT id FROM r',
    { id: 'UserId' },
  ],
  [
    'a recursive CTE that adds something else',
    'WITH RECURSIVE r AS (SELECT id FROM users UNION SELECT o.other FROM orders o JOIN r ON r.id = o.user_id) SELECT id FROM r',
    { id: 'string' },
  ],
  [
    'values that are passed on',
    'SELECT coalesce(u.boss, u.id) AS a, max(o.id) AS b, array_agg(o.user_id) AS c FROM orders o, users u GROUP BY 1',
    { a: 'UserId', b: 'OrderId', c: 'UserId[]' },
  ],
  [
    'values that are not',
    "SELECT id::text AS a, coalesce(boss, gen_random_uuid()) AS b, CASE WHEN name = '' THEN id END AS c FROM users",
    { a: 'string', b: 'string', c: 'UserId' },
  ],
  ['a type of another width', 'SELECT id::int AS a FROM orders', { a: 'number' }],
  ['a merged column', 'SELECT user_id FROM profiles FULL JOIN orders USING (user_id)', { userId: 'UserId' }],
  [
    'a parameter that is compared',
    'SELECT 1 AS one FROM orders WHERE user_id = @a AND id > @b',
    { '@a': 'UserId', '@b': 'OrderId', one: 'number' },
  ],
  ['a list', 'SELECT 1 AS one FROM orders WHERE user_id = ANY(@ids::uuid[])', { '@ids': 'readonly UserId[]', one: 'number' }],
  ['a slice', 'SELECT 1 AS one FROM orders WHERE user_id IN (sqlc.slice(ids))', { '@ids': 'readonly UserId[]', one: 'number' }],
  [
    'a list that is a relation',
    'SELECT 1 AS one FROM orders WHERE user_id IN (SELECT unnest(@ids::uuid[]))',
    { '@ids': 'readonly UserId[]', one: 'number' },
  ],
  [
    'a page by keys',
    'SELECT 1 AS one FROM orders WHERE (note, id) > (@note::text, @id)',
    { '@note': 'string', '@id': 'OrderId', one: 'number' },
  ],
  [
    'two keys that one parameter cannot be',
    'SELECT 1 AS one FROM users u, people p WHERE u.id = @id AND p.id = @id',
    { '@id': 'string', one: 'number' },
  ],
  [
    'a parameter with a default',
    "SELECT 1 AS one FROM orders WHERE CASE WHEN @id::uuid != '00000000-0000-0000-0000-000000000000' THEN user_id = @id ELSE true END",
    { '@id': 'UserId', one: 'number' },
  ],
  ['what is written', 'INSERT INTO members SELECT @who RETURNING who', { '@who': 'UserId & PersonId', who: 'UserId & PersonId' }],
  [
    'rows that are written',
    'INSERT INTO profiles (user_id, bio) SELECT unnest(@ids::uuid[]), unnest(@bios::text[]) RETURNING user_id',
    { '@ids': 'readonly UserId[]', '@bios': 'readonly (string | null)[]', userId: 'UserId' },
  ],
  ['what is set', 'UPDATE users SET boss = @boss WHERE id = @id RETURNING boss', { '@boss': 'UserId', '@id': 'UserId', boss: 'UserId' }],
  [
    'ON CONFLICT',
    'INSERT INTO profiles (user_id, bio) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET user_id = @other RETURNING bio',
    { '@userId': 'UserId', '@bio': 'string', '@other': 'UserId', bio: 'string' },
  ],
];

/** The types of the row and of the parameters of each query, by their properties. */
async function typesOf(queries: readonly string[]): Promise<readonly Readonly<Record<string, string>>[]> {
  const { compilation } = await made(queries.map((query, index) => `-- name: Q${index} :many\n${query};\n`).join(''));
  return compilation.queries.map(({ parameters, row }) =>
    Object.fromEntries(
      [
        ...(parameters?.fields.map(({ property, tsType }) => ({ name: `@${property}`, tsType })) ?? []),
        ...(row?.fields.flatMap((field) => (field.kind === 'column' ? [{ name: field.property, tsType: field.mapping.tsType }] : [])) ??
          []),
      ].map(({ name, tsType }) => [name, sourceOf(tsType).text] as const),
    ),
  );
}

describe('what is of a key', () => {
  let found: readonly Readonly<Record<string, string>>[] = [];
  beforeAll(async () => {
    found = await typesOf(CASES.map(([, query]) => query));
  });
  test.for(CASES.map(([what], index) => [what, index] as const))('%s', ([, index]) => {
    expect(found[index]).toEqual(CASES[index]?.[2]);
  });
});

const USES = `
-- name: GetUser :one
SELECT * FROM users WHERE id = @id;
-- name: GetOrders :many
SELECT o.id, o.tenant_id, o.user_id, sqlc.embed(u) FROM orders o JOIN users u ON u.id = o.user_id WHERE o.user_id = ANY(@users::uuid[]);
-- name: CopyOrders :copyfrom
INSERT INTO orders (tenant_id, id, user_id, other) VALUES ($1, $2, $3, $4);
-- name: AddPerson :one
INSERT INTO people (id) VALUES ($1) RETURNING *;
`;

test('tsc finds an id of another table, and nothing in the right use', async () => {
  const generated = await made(USES);
  const start = `import { addPerson, copyOrders, getOrders, getUser, OrderId, OrderTenantId, UserId, PersonId } from './generated/index.js';
import type { Database } from 'sqlward/runtime';
declare const db: Database;
const one: UserId = UserId('8a6e0804-2bd0-4672-b79d-d97027f9071a');
const [order] = await getOrders(db, { users: [one] });
`;
  const right = `${start}
if (order) {
  await getUser(db, { id: order.userId });
  await getUser(db, { id: order.user.boss ?? order.user.id });
  await copyOrders(db, [{ tenantId: order.tenantId, id: order.id, userId: order.userId, other: 'any' }]);
  const text: string = order.userId;
  const n: number = OrderTenantId(1) + order.tenantId;
  console.log(text.toUpperCase(), n, OrderId('1'));
}
console.log((await addPerson(db, { id: PersonId('x') })).id);
`;
  expect(generated.typeErrors(right)).toEqual([]);
  const wrong = [
    "await getUser(db, { id: 'a string' });",
    'await getUser(db, { id: order.id });',
    "await getUser(db, { id: PersonId('x') });",
    'await getOrders(db, { users: [order.id] });',
    'await copyOrders(db, [{ tenantId: 1, id: order.id, userId: order.userId, other: "any" }]);',
    'const other: PersonId = order.user.id;',
  ];
  const program = `${start}if (order) {\n${wrong.join('\n')}\n}\nconsole.log(addPerson, OrderId, OrderTenantId);\n`;
  const errors = generated.typeErrors(program).filter((error) => error.includes('is not assignable'));
  const lineOf = (error: string): number => program.slice(0, Number(error.split(':')[1])).split('\n').length;
  expect(errors.map((error) => program.split('\n')[lineOf(error) - 1])).toEqual(wrong);
});

test('entries that double each other are followed once each', async () => {
  const entries = Array.from({ length: 30 }, (_, index) => `c${index + 1} AS (SELECT x FROM c${index} UNION ALL SELECT x FROM c${index})`);
  const generated = await made(
    `-- name: Q :many\nWITH c0 AS (SELECT user_id AS x FROM orders), ${entries.join(', ')} SELECT 1 AS one FROM c30 WHERE x = @x;`,
  );
  expect(generated.file('q.ts')).toContain('  x: UserId;\n');
});

test("brands of numbers, and columns whose type is their author's own", async () => {
  const options =
    '{"brand":"primary_keys","int8":"bigint","overrides":[{"column":"users.id","ts_type":"`u-${string}`"},{"column":"people.*","nullable":false}]}';
  const generated = await made(
    '-- name: Q :many\nSELECT o.id, o.user_id, u.id AS own, p.id AS person FROM orders o, users u, people p WHERE o.id = @id;',
    options,
  );
  expect(generated.file('q.ts')).toContain('  id: OrderId;\n  userId: string;\n  own: `u-${string}`;\n  person: PersonId;\n');
  expect(generated.file('models.ts')).toContain("export type OrderId = $.Key<bigint, 'public.orders.id'>;");
  expect(generated.typeErrors()).toEqual([]);
});

test('a brand yields to a model of its name', async () => {
  const generated = await generate(
    'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE user_id (id int PRIMARY KEY, u int NOT NULL REFERENCES users);',
    { 'q.sql': '-- name: Q :many\nSELECT * FROM user_id WHERE u = $1;' },
    '{"brand":"primary_keys"}',
  );
  expect(generated.file('models.ts')).toContain('export interface UserId {\n  id: UserIdId;\n  u: UserIdKey;\n}');
  expect(generated.typeErrors()).toEqual([]);
});
