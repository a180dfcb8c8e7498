/** `sqlc.embed` wherever sqlc takes it: every query here is compiled, and run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { CompileError, formatDiagnostic } from '../../src/diagnostic.js';
import { connect, createDatabase, type TestDatabase } from '../support/database.js';
import { generate, type Generated } from './generated.js';

const SCHEMA = `
CREATE TABLE orgs (id int PRIMARY KEY, name text NOT NULL, note text);
CREATE TABLE tokens (id int PRIMARY KEY, org int NOT NULL REFERENCES orgs, secret text);
CREATE TABLE maps (id int PRIMARY KEY, title text NOT NULL);
CREATE TABLE loose (a text, b int);
INSERT INTO orgs VALUES (1, 'one', NULL), (2, 'two', 'x'), (3, 'three', NULL);
INSERT INTO tokens VALUES (10, 1, NULL), (11, 1, 's'), (20, 2, NULL);
INSERT INTO maps VALUES (1, 'world');
INSERT INTO loose VALUES (NULL, 1), (NULL, NULL);
`;

const ONE = { id: 1, name: 'one', note: null };
const TWO = { id: 2, name: 'two', note: 'x' };

/** What each query is, the declared type of a row, and the rows. */
const QUERIES: Readonly<Record<string, { readonly sql: string; readonly row: string; readonly rows: readonly unknown[] }>> = {
  InBothArms: {
    sql: 'SELECT sqlc.embed(o) FROM orgs o WHERE id = 2 UNION ALL SELECT sqlc.embed(o) FROM orgs o JOIN tokens t ON t.org = o.id WHERE t.id = 10',
    row: 'org: Org;',
    rows: [{ org: TWO }, { org: ONE }],
  },
  OuterJoinedInTheSecondArm: {
    sql: `SELECT sqlc.embed(o), 1 AS n FROM orgs o WHERE id = 1
UNION ALL SELECT sqlc.embed(o), 2 FROM tokens t LEFT JOIN orgs o ON o.id = t.org AND o.id = 3 WHERE t.id = 10 ORDER BY n`,
    row: 'org: Org | null;\n  n: number;',
    rows: [
      { org: ONE, n: 1 },
      { org: null, n: 2 },
    ],
  },
  NullsInTheSecondArm: {
    sql: 'SELECT sqlc.embed(o), 1 AS n FROM orgs o WHERE id = 1 UNION ALL SELECT NULL, NULL, NULL, 2 ORDER BY n',
    row: 'org: Org | null;\n  n: number;',
    rows: [
      { org: ONE, n: 1 },
      { org: null, n: 2 },
    ],
  },
  StarInTheSecondArm: {
    sql: 'SELECT sqlc.embed(o) FROM orgs o WHERE id = 1 EXCEPT SELECT o.* FROM orgs o WHERE id = 2',
    row: 'org: Org;',
    rows: [{ org: ONE }],
  },
  CteByTheTablesName: {
    sql: `WITH upd AS (UPDATE tokens SET secret = 'n' WHERE id = 20 RETURNING *)
SELECT sqlc.embed(tokens), sqlc.embed(orgs) FROM upd tokens JOIN orgs ON orgs.id = tokens.org`,
    row: 'token: Token & { secret: string };\n  org: Org;',
    rows: [{ token: { id: 20, org: 2, secret: 'n' }, org: TWO }],
  },
  CteInFrontOfTheTable: {
    sql: 'WITH tokens AS (SELECT * FROM tokens WHERE id = 10) SELECT sqlc.embed(tokens) FROM tokens',
    row: 'token: Token;',
    rows: [{ token: { id: 10, org: 1, secret: null } }],
  },
  CteByAnotherName: {
    sql: 'WITH first AS (SELECT id, org, secret FROM tokens WHERE id = 11) SELECT sqlc.embed(f), 1 AS n FROM first f',
    row: 'token: Token;\n  n: number;',
    rows: [{ token: { id: 11, org: 1, secret: 's' }, n: 1 }],
  },
  CteOfMadeUpRows: {
    sql: `WITH orgs AS (SELECT 7 AS id, 'seven'::text AS name, NULL::text AS note) SELECT sqlc.embed(orgs) FROM orgs`,
    row: 'org: Org;',
    rows: [{ org: { id: 7, name: 'seven', note: null } }],
  },
  CteOfAnOuterJoin: {
    sql: 'WITH x AS (SELECT t.*, o.id AS org_id FROM orgs o LEFT JOIN tokens t ON t.org = o.id WHERE o.id > 1) SELECT sqlc.embed(tokens), org_id FROM (SELECT id, org, secret, org_id FROM x) s CROSS JOIN LATERAL (SELECT s.id, s.org, s.secret) tokens ORDER BY org_id',
    row: 'token: Token | null;\n  orgId: number;',
    rows: [
      { token: { id: 20, org: 2, secret: null }, orgId: 2 },
      { token: null, orgId: 3 },
    ],
  },
  SubqueryOuterJoined: {
    sql: 'SELECT sqlc.embed(tokens), o.name FROM orgs o LEFT JOIN (SELECT DISTINCT ON (org) * FROM tokens ORDER BY org, id) tokens ON tokens.org = o.id WHERE o.id <> 2 ORDER BY o.id',
    row: 'token: Token | null;\n  name: string;',
    rows: [
      { token: { id: 10, org: 1, secret: null }, name: 'one' },
      { token: null, name: 'three' },
    ],
  },
  TheModelIsRenamedAndTheEmbedIsNot: {
    sql: 'SELECT sqlc.embed(maps), sqlc.embed(m) FROM maps JOIN maps m USING (id)',
    row: 'map: MapModel;\n  map_2: MapModel;',
    rows: [{ map: { id: 1, title: 'world' }, map_2: { id: 1, title: 'world' } }],
  },
  NoColumnTells: {
    sql: 'SELECT sqlc.embed(loose), 1 AS n FROM loose WHERE a IS NULL ORDER BY b',
    row: 'loose: Loose;\n  n: number;',
    rows: [
      { loose: { a: null, b: 1 }, n: 1 },
      { loose: { a: null, b: null }, n: 1 },
    ],
  },
  NoColumnTellsWhetherItIsThere: {
    sql: `SELECT sqlc.embed(l), -- the row
  o.id IS DISTINCT FROM 1 AS later, o.id /* its number */
FROM orgs o LEFT JOIN loose l ON l.b = o.id OR (o.id = 2 AND l.b IS NULL) ORDER BY 4`,
    row: 'loose: Loose | null;\n  later: boolean;\n  id: number;',
    rows: [
      { loose: { a: null, b: 1 }, later: false, id: 1 },
      { loose: { a: null, b: null }, later: true, id: 2 },
      { loose: null, later: true, id: 3 },
    ],
  },
  NoColumnOfASubqueryTells: {
    sql: `SELECT sqlc.embed(loose), o.id FROM orgs o LEFT JOIN (SELECT * FROM loose WHERE b IS NULL) loose ON o.id = 2 ORDER BY o.id DESC LIMIT 2`,
    row: 'loose: Loose | null;\n  id: number;',
    rows: [
      { loose: null, id: 3 },
      { loose: { a: null, b: null }, id: 2 },
    ],
  },
};

let generated: Generated;
let database: TestDatabase;
let client: pg.Client;
let folder: string;
let functions: Readonly<Record<string, (db: pg.Client) => Promise<unknown>>>;

beforeAll(async () => {
  const runtime = join(import.meta.dirname, '..', '..', 'src', 'runtime', 'index.js');
  const text = Object.entries(QUERIES)
    .map(([name, { sql }]) => `-- name: ${name} :many\n${sql};\n`)
    .join('\n');
  generated = await generate(SCHEMA, { 'q.sql': text }, JSON.stringify({ runtime }));
  database = await createDatabase(SCHEMA);
  client = await connect(database.url);
  folder = await mkdtemp(join(tmpdir(), 'sqlward-embeds-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const { path, text: source } of generated.compilation.files) await writeFile(join(folder, path), source);
  functions = (await tsImport(pathToFileURL(join(folder, 'index.ts')).href, import.meta.url)) as typeof functions;
});

afterAll(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test.for(Object.entries(QUERIES))('%s', async ([name, { row, rows }]) => {
  expect(generated.file('q.ts')).toContain(`export interface ${name}Row {\n  ${row}\n}`);
  const run = functions[`${name[0]?.toLowerCase()}${name.slice(1)}`];
  await client.query('BEGIN');
  const found = await run?.(client);
  await client.query('ROLLBACK');
  expect(found).toEqual(name === 'NoColumnTellsWhetherItIsThere' ? expect.arrayContaining([...rows]) : rows);
});

test('what is generated compiles, without a warning', async () => {
  expect(generated.typeErrors()).toEqual([]);
  expect(generated.compilation.problems).toEqual([]);
});

describe('an embed that nests nothing', () => {
  test.for([
    [
      'in a CTE',
      'WITH x AS (SELECT sqlc.embed(o) FROM orgs o) SELECT id FROM x',
      "nests nothing in a list that is not the query's result, so it is o.*",
    ],
    ['in a subquery', 'SELECT s.id FROM (SELECT sqlc.embed(o) FROM orgs o) s', 'so it is o.*'],
    ['in a later arm alone', 'SELECT o.* FROM orgs o UNION SELECT sqlc.embed(o) FROM orgs o', "the first arm decides the row's shape"],
  ] as const)('%s stands for its columns, with a warning', async ([, sql, warning]) => {
    const { compilation } = await generate(SCHEMA, { 'q.sql': `-- name: Q :many\n${sql};\n` });
    expect(compilation.problems.map(formatDiagnostic).join('\n')).toContain(warning);
    expect(compilation.queries[0]?.query.text).toContain('SELECT o.id, o.name, o.note FROM orgs o');
  });
});

test.for([
  ['SELECT sqlc.embed(tokens), 1 AS n FROM (SELECT id, org FROM tokens) tokens', 'needs the columns of tokens'],
  ['SELECT sqlc.embed(x), 1 AS n FROM (SELECT 1 AS y) x', 'needs a table or a view, and x is neither'],
  [
    `SELECT sqlc.embed(orgs), 1 AS n FROM (SELECT 1 AS id, NULL::text AS name, NULL::text AS note) orgs`,
    'is a row of orgs, and here name may be NULL, which that table refuses',
  ],
] as const)('%s is refused', async ([sql, message]) => {
  const refused = await generate(SCHEMA, { 'q.sql': `-- name: Q :many\n${sql};\n` }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CompileError);
  expect(String(refused)).toContain(message);
});

test('where a row of NULLs cannot be told from none, a warning says so', async () => {
  const { compilation } = await generate(SCHEMA, {
    'q.sql': '-- name: Q :many\nSELECT DISTINCT sqlc.embed(l), o.id FROM orgs o LEFT JOIN loose l ON l.b IS NULL OR l.b = o.id;\n',
  });
  expect(compilation.problems.map(({ message }) => message)).toEqual([
    'sqlc.embed(l) reads a row of NULLs as no row: loose has no NOT NULL column that would tell them apart',
  ]);
});
