/** The columns of FROM items as the guard lists them, and as PostgreSQL does. */
import type { SelectStmt } from 'libpg-query';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOf } from '../../src/compiler/guard/columns.js';
import { EMPTY_SCOPE, openScope } from '../../src/compiler/guard/scope.js';
import { asSelect } from '../../src/compiler/guard/tree.js';
import { loadParser } from '../../src/compiler/parse.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { readCatalog } from '../../src/database/catalog/read.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { parse } from './compile.js';
import { SCHEMA } from './schema.js';

let database: TestDatabase;
let client: pg.Client;
let catalog: Catalog;

beforeAll(async () => {
  await loadParser();
  database = await createDatabase(`${SCHEMA}
    CREATE FUNCTION named(OUT a int, OUT b text) LANGUAGE sql AS $$ SELECT 1, 'x' $$;
    CREATE FUNCTION whole() RETURNS orgs LANGUAGE sql AS $$ SELECT * FROM orgs LIMIT 1 $$;
    CREATE FUNCTION anything() RETURNS record LANGUAGE sql AS $$ SELECT 1, 2 $$;
    CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;
    CREATE FUNCTION twice(text, OUT a int, OUT b int) LANGUAGE sql AS $$ SELECT 1, 2 $$;
    CREATE FUNCTION thrice(text, OUT a int, OUT b int) LANGUAGE sql AS $$ SELECT 1, 2 $$;
    CREATE FUNCTION thrice(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;
    CREATE FUNCTION once(text, OUT a int) LANGUAGE sql AS $$ SELECT 1 $$;
    CREATE FUNCTION once(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;
    CREATE FUNCTION same(anyelement) RETURNS anyelement LANGUAGE sql AS $$ SELECT $1 $$;
  `);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  catalog = await readCatalog(client);
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** What follows FROM, the names that are told (`?` for one that is not), and whether these are all. */
test.each<[from: string, names: string, complete: boolean, clause?: string]>([
  ['orgs', 'id name', true],
  ['orgs o', 'id name', true],
  ['orgs o(x)', 'x name', true],
  ['orgs o(x, y)', 'x y', true],
  ['odd.things', 'thing', true],
  ['recent_names', 'id name', true],
  ['orgs TABLESAMPLE system (100)', 'id name', true],
  ['(SELECT id, name AS n FROM users) u', 'id n', true],
  ['(SELECT id, name AS n FROM users) u(x)', 'x n', true],
  ['(SELECT * FROM orgs) o', 'id name', true],
  ['(SELECT o.*, 1 AS one FROM orgs o, users u) x', 'id name one', true],
  ['(SELECT u.*, o.id AS oid FROM orgs o JOIN users u ON true) x', 'id org_id name oid', true],
  ['(SELECT j.* FROM (orgs o JOIN users u ON true) AS j(a, b, c)) x', 'a b c org_id name', true],
  ['(SELECT o.* FROM (orgs o JOIN (users u CROSS JOIN audit) ON true)) x', 'id name', true],
  ['(SELECT u.id AS uid FROM orgs o JOIN users u USING (id)) x', 'uid', true],
  ['(SELECT count(*), upper(name), name::varchar, 1::int, (\'a\' COLLATE "C"), name COLLATE "C", (SELECT max(o.id) FROM orgs o), (SELECT 1 AS two), EXISTS (SELECT 1 AS no) FROM users GROUP BY name) x', 'count upper name int4 ? name max two ?', true],
  ['(SELECT 1 + 1, -id, NULL, (SELECT 1), ARRAY(SELECT 1 AS no) FROM users) x', '? ? ? ? ?', true],
  ['(SELECT FROM orgs) x', '', true],
  ['(SELECT id FROM orgs UNION SELECT org_id FROM users) x', 'id', true],
  ['(SELECT id AS a FROM orgs EXCEPT (SELECT id AS b FROM users INTERSECT SELECT id AS c FROM logs)) x', 'a', true],
  ['(WITH c AS (SELECT 1 AS inner_one) SELECT * FROM c) x', 'inner_one', true],
  ['(VALUES (1, 2)) v(a, b)', 'a b', true],
  ['(VALUES (1, 2), (3, 4)) v', 'column1 column2', true],
  ['c', 'id name', true, 'WITH c AS (SELECT * FROM orgs)'],
  ['c x(a)', 'a name', true, 'WITH c AS (SELECT * FROM orgs)'],
  ['c', 'p name', true, 'WITH c(p) AS (SELECT * FROM orgs)'],
  ['d', 'p', true, 'WITH c(p) AS (SELECT id FROM orgs), d AS (SELECT * FROM c)'],
  ['orgs', 'note', true, 'WITH orgs AS (SELECT note FROM logs)'],
  ['public.orgs', 'id name', true, 'WITH orgs AS (SELECT note FROM logs)'],
  ['orgs', 'id name', true, 'WITH orgs AS (SELECT * FROM orgs)'],
  ['r', 'n', true, 'WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r WHERE n < 3)'],
  ['c', 'x', false, "WITH c(x) AS (INSERT INTO audit (what) VALUES ('x') RETURNING id)"],
  ['c', '', false, "WITH c AS (INSERT INTO audit (what) VALUES ('x') RETURNING id)"],
  ['generate_series(1, 2)', 'generate_series', false],
  ['generate_series(1, 2) g', 'g', false],
  ['generate_series(1, 2) g(n)', 'n', false],
  ['generate_series(1, 2) WITH ORDINALITY g(n, o)', 'n o', false],
  ['pg_catalog.generate_series(1, 2)', 'generate_series', false],
  ['named()', 'a b', false],
  ['named() x', 'a b', false],
  ['named() x(c)', 'c', false],
  ['whole() x', '', false],
  ['anything() AS x(p int, q int)', 'p q', false],
  ["twice('x'::text) x", '', false],
  ["thrice('x'::text) x", '', false],
  ["once('x'::text) x", '', false],
  ['same(1) x', '', false],
  ['now() n', 'n', false],
  ['ROWS FROM (generate_series(1, 2), generate_series(1, 2)) r', '', false],
  ['ROWS FROM (generate_series(1, 2), generate_series(1, 2)) r(a, b)', 'a b', false],
  ['unnest(ARRAY[1]) u', '', false],
  ["JSON_TABLE('[1]', '$[*]' COLUMNS (n int PATH '$')) j", '', false],
  ['(SELECT *, 7 AS seven FROM whole()) x', 'seven', false],
  ['(SELECT *, 7 AS seven FROM whole()) x(a, b)', 'a b', false],
  ['(SELECT * FROM orgs JOIN users USING (id)) x', 'id name id org_id name', false],
  ['(SELECT * FROM orgs NATURAL JOIN users) x', 'id name id org_id name', false],
])('%s', async (from, names, complete, clause = '') => {
  const sql = `${clause} SELECT * FROM ${from}`;
  const root = asSelect(parse(sql).statement);
  const [item] = root?.fromClause ?? [];
  if (root === undefined || item === undefined) throw new Error(sql);
  const told = columnsOf(item, openScope(root.withClause, EMPTY_SCOPE), catalog);
  expect({ names: told.names.map((name) => name ?? '?').join(' '), complete: told.complete }).toEqual({ names, complete });

  await client.query('BEGIN');
  const { fields } = await client.query({ text: sql, rowMode: 'array' });
  await client.query('ROLLBACK');
  const theirs = fields.map(({ name }) => name);
  if (complete) expect(told.names.map((name, index) => name ?? theirs[index])).toEqual(theirs);
  else expect(theirs).toEqual(expect.arrayContaining(told.names.filter((name) => name !== undefined)));
});

test("another item's star leaves the list open", () => {
  const root = asSelect(parse('SELECT * FROM orgs o, LATERAL (SELECT o.*, 1 AS one FROM users) x').statement);
  const item = root?.fromClause?.at(-1);
  if (item === undefined) throw new Error('no FROM');
  expect(columnsOf(item, EMPTY_SCOPE, catalog)).toEqual({ names: ['one'], complete: false });
});

test('columns of CTEs that need one another are not known', () => {
  const root: SelectStmt | undefined = asSelect(parse('WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a').statement);
  const [item] = root?.fromClause ?? [];
  if (root === undefined || item === undefined) throw new Error('no FROM');
  expect(columnsOf(item, openScope(root.withClause, EMPTY_SCOPE), catalog)).toEqual({ names: [], complete: false });
});
