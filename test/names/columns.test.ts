import { describe, expect, test } from 'vitest';
import { columnNames } from '../../src/compiler/names/columns.js';
import { parseStatements } from '../../src/compiler/parse.js';
import { useGround } from '../support/ground.js';

const ground = useGround(`
    CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, tags text[], data jsonb);
    CREATE TABLE u (id int PRIMARY KEY, t_id int, "Weird Name" text, amount numeric);
    CREATE TABLE nothing ();`);

/** The names of a query's columns, as the server describes it. */
async function names(sql: string, stars: readonly (number | undefined)[] = [], embeds: readonly number[] = []): Promise<string> {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error('no statement');
  const { fields } = await ground().client.query({ text: sql, rowMode: 'array' });
  const columns = fields.map(({ name }, index) => {
    const star = stars[index];
    return { name, star, embedded: star !== undefined && embeds.includes(star) };
  });
  return columnNames(statement, columns).join(' ');
}

test.for<[sql: string, expected: string]>([
  ['SELECT id, t.name, t.tags AS labels FROM t', 'id name labels'],
  ["SELECT 1, 'x', 1.5, true, NULL, 2 AS two", 'column_1 column_2 column_3 column_4 column_5 two'],
  // Casts: sqlc joins the parts of what is cast, and has no name for anything else.
  ['SELECT id::text, t.id::text, public.t.id::text, CAST(t.name AS varchar) FROM t', 'id t_id public_t_id t_name'],
  ["SELECT 1::int, (id + 1)::text, lower(name)::text, '2020-01-01'::date FROM t", 'column_1 column_2 column_3 column_4'],
  // Operators and tests.
  [
    "SELECT id + 1, name || 'x', id = 1, id IN (1, 2), id BETWEEN 1 AND 2, data->>'k', data->'k' FROM t",
    'column_1 column_2 column_3 column_4 column_5 column_6 column_7',
  ],
  [
    'SELECT id IS NULL, id > 1 AND true, NOT (id > 1), tags[1], nullif(id, 1), -id FROM t',
    'column_1 column_2 column_3 column_4 column_5 column_6',
  ],
  [
    'SELECT current_date, greatest(1, 2), ARRAY[1], ROW(1), name COLLATE "C", (t).name FROM t',
    'column_1 column_2 column_3 column_4 column_5 column_6',
  ],
  // CASE has the name of a cast column in its ELSE, or none.
  [
    "SELECT CASE WHEN true THEN 1 ELSE 2 END, CASE WHEN true THEN '' ELSE t.name::text END, CASE WHEN true THEN name ELSE name END FROM t",
    'column_1 t_name column_3',
  ],
  // COALESCE has the name of its first column.
  [
    "SELECT coalesce(name, ''), coalesce('', u.\"Weird Name\"), coalesce(1, 2), coalesce(sum(u.id), 0) FROM t, u GROUP BY 1, 2",
    'name Weird Name coalesce coalesce',
  ],
  // Functions.
  [
    'SELECT count(*), count(id), max(id), pg_catalog.lower(max(name)), now(), sum(id) OVER () FROM t GROUP BY id',
    'count count max lower now sum',
  ],
  [
    "SELECT now() AT TIME ZONE 'UTC', extract(year FROM now()), trim(' x '), substring('abc', 1, 2), position('a' IN 'b')",
    'timezone extract btrim substring position',
  ],
  // Subqueries.
  ['SELECT EXISTS (SELECT 1 FROM t), NOT EXISTS (SELECT 1 FROM t), NOT NOT EXISTS (SELECT 1)', 'exists not_exists column_3'],
  ['SELECT (SELECT name FROM t), (SELECT count(*) FROM t), (SELECT id AS x FROM t), (SELECT 1)', 'name count x column_4'],
  ["SELECT (SELECT coalesce(name, id::text) FROM t), (SELECT t.id::text FROM t), (SELECT name FROM t UNION SELECT '')", 'name t_id name'],
  ['SELECT ARRAY(SELECT id FROM t), 1 IN (SELECT id FROM t), 1 = ANY (SELECT id FROM t)', 'exists exists exists'],
  // The left-most arm of a set operation, RETURNING, and CTEs.
  ['SELECT id, 1 FROM t UNION ALL SELECT t_id, 2 FROM u', 'id column_2'],
  ['(SELECT id AS a FROM t UNION SELECT 1) EXCEPT SELECT 2 AS b', 'a'],
  ["INSERT INTO t (id, name) VALUES (1, 'x') RETURNING id, lower(name), t.name AS n, id + 1", 'id lower n column_4'],
  ['UPDATE u SET amount = 1 RETURNING "Weird Name", u.id::text', 'Weird Name u_id'],
  ['DELETE FROM u RETURNING 1', 'column_1'],
  ['MERGE INTO u USING t ON t.id = u.id WHEN MATCHED THEN DELETE RETURNING merge_action(), u.t_id, t.id + 1', 'merge_action t_id column_3'],
  ['WITH w AS (DELETE FROM t RETURNING id) SELECT id, count(*) FROM w GROUP BY 1', 'id count'],
  // Without a list of its own the server's names stand.
  ['VALUES (1, 2)', 'column1 column2'],
  ['SHOW server_version', 'server_version'],
])('%s → %s', async ([sql, expected]) => {
  expect(await names(sql)).toBe(expected);
});

describe('stars', () => {
  test('the columns of a star have their own names', async () => {
    expect(await names('SELECT * FROM t', [0, 0, 0, 0])).toBe('id name tags data');
    expect(await names('SELECT 1, t.*, id + 1, lower(name) FROM t', [undefined, 0, 0, 0, 0, undefined, undefined])).toBe(
      'column_1 id name tags data column_6 lower',
    );
    expect(await names('INSERT INTO u (id) VALUES (2) RETURNING *, 1', [0, 0, 0, 0, undefined])).toBe('id t_id Weird Name amount column_5');
  });

  test('beside stars of which nothing is known, names are those of PostgreSQL', async () => {
    expect(await names('SELECT t.*, id + 1, lower(name) FROM t')).toBe('id name tags data ?column? lower');
  });

  test('several stars are told apart', async () => {
    const sql = 'SELECT t.*, 1, u.*, 2 FROM t JOIN u ON true';
    expect(await names(sql, [0, 0, 0, 0, undefined, 1, 1, 1, 1, undefined])).toBe(
      'id name tags data column_5 id t_id Weird Name amount column_10',
    );
  });

  test('an embed counts as one place', async () => {
    const sql = 'SELECT t.*, 1, u.*, 2 FROM t JOIN u ON true';
    expect(await names(sql, [0, 0, 0, 0, undefined, 1, 1, 1, 1, undefined], [0, 1])).toBe(
      'id name tags data column_2 id t_id Weird Name amount column_4',
    );
  });

  test('a star without columns takes no place', async () => {
    expect(await names('SELECT nothing.*, 1, t.* FROM nothing, t', [undefined, 1, 1, 1, 1])).toBe('column_1 id name tags data');
  });
});
