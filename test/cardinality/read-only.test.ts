/** Which statements only read: by the server's own analysis and catalog, and held against a read-only transaction. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisOf, readable } from '../../src/compiler/analysis/index.js';
import { isReadOnly } from '../../src/compiler/types/index.js';
import type { Catalog } from '../../src/catalog/index.js';
import { isFailure, openDescriber, readCatalog, type Describer } from '../../src/database/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

const SCHEMA = `
CREATE TABLE t (id int PRIMARY KEY, name text, at timestamptz DEFAULT now());
CREATE SEQUENCE s;
CREATE FUNCTION bump(int) RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES ($1) RETURNING id';
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1 * 2';
CREATE FUNCTION by_default(a int, b int DEFAULT bump(1)) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1 + $2';
CREATE FUNCTION outer_default(a int DEFAULT by_default(1)) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1';
CREATE FUNCTION plain_default(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1 + $2';
CREATE FUNCTION writes(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1 + $2; END';
CREATE FUNCTION writes_bool(int, int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN $1 = $2; END';
CREATE OPERATOR ## (LEFTARG = int, RIGHTARG = int, FUNCTION = writes);
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = writes_bool);
CREATE AGGREGATE total(int) (SFUNC = writes, STYPE = int, INITCOND = '0');
CREATE AGGREGATE sound(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE VIEW numbered AS SELECT nextval('s') AS n, id FROM t;
CREATE VIEW operated AS SELECT id ## id AS n FROM t;
CREATE VIEW over AS SELECT * FROM numbered;
CREATE VIEW named AS SELECT id, upper(name) AS name FROM t;
CREATE VIEW locked AS SELECT id FROM t FOR SHARE;
CREATE FUNCTION is_fine(text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
CREATE DOMAIN checked AS text CHECK (is_fine(VALUE));
CREATE DOMAIN short AS text CHECK (length(VALUE) < 10);
CREATE TABLE holds (id int, c checked);
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION to_number(pair) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE CAST (pair AS int) WITH FUNCTION to_number(pair);
CREATE TYPE jsoned AS (a int);
CREATE FUNCTION to_jsoned(jsoned) RETURNS json LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CAST (jsoned AS json) WITH FUNCTION to_jsoned(jsoned);
CREATE TABLE policed (id int);
ALTER TABLE policed ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON policed USING (bump(id) > 0);
CREATE TABLE seen_by_view (id int);
ALTER TABLE seen_by_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON seen_by_view USING (EXISTS (SELECT FROM over));
CREATE TABLE fair (id int, owner text);
ALTER TABLE fair ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON fair USING (owner = current_setting('app.owner', true) AND EXISTS (SELECT FROM named));
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER away FOREIGN DATA WRAPPER w;
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9) SERVER away;
`;

const READS = [
  'SELECT 1',
  'SELECT * FROM t WHERE id = $1 ORDER BY name LIMIT $2',
  'SELECT count(*), array_agg(name ORDER BY at), now(), current_setting($1) FROM t GROUP BY date_trunc($2, at) HAVING max(id) > 3',
  "SELECT twice(id), plain_default(id), sound(id) OVER (ORDER BY at RANGE BETWEEN interval '1 day' PRECEDING AND CURRENT ROW) FROM t",
  'WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a WHERE n < 5) SELECT * FROM a JOIN named ON named.id = a.n',
  'SELECT id FROM t UNION SELECT id FROM named EXCEPT SELECT 1',
  'SELECT row_to_json(t), to_jsonb(t), name::short, name ~ $1, (id, id) < ($2, $3) FROM t',
  "SELECT * FROM t WHERE at AT TIME ZONE 'UTC' > $1 AND id = ANY($2) AND name IS DISTINCT FROM $3",
  "SELECT current_date, CASE WHEN id > 0 THEN 'a' ELSE lower(name) END, to_char(at, 'YYYY') FROM t, generate_series(1, id) g",
  'SELECT * FROM fair',
  'SELECT DISTINCT ON (name) name, rank() OVER w FROM t WINDOW w AS (ORDER BY id)',
  'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FILTER (WHERE id > 1) FROM t',
  'VALUES (1), ($1::int)',
  'TABLE t',
];

const OTHERS = [
  'INSERT INTO t VALUES (1)',
  'UPDATE t SET id = 1',
  'DELETE FROM t RETURNING *',
  'MERGE INTO t USING (SELECT 1 AS n) v ON v.n = t.id WHEN MATCHED THEN DELETE',
  'WITH gone AS (DELETE FROM t RETURNING id) SELECT * FROM gone',
  'SELECT * FROM t FOR UPDATE',
  'SELECT * FROM (SELECT * FROM t FOR KEY SHARE) x',
  'SELECT * FROM locked',
  "SELECT nextval('s')",
  "SELECT * FROM t WHERE id = (SELECT setval('s', 1))",
  "SELECT set_config('a.b', 'c', false)",
  "SELECT pg_notify('a', 'b')",
  'SELECT pg_advisory_lock(1)',
  'SELECT random()',
  'SELECT bump($1)',
  'SELECT * FROM bump(1) b',
  'SELECT 1 ORDER BY bump(1)',
  'SELECT 1 LIMIT bump(1)',
  'SELECT by_default(1)',
  'SELECT outer_default()',
  'SELECT 1 ## 2',
  'SELECT 1 WHERE 1 === ANY (ARRAY[1, 2])',
  'SELECT total(id) FROM t',
  'SELECT total(id) OVER () FROM t',
  'SELECT id FROM numbered',
  'SELECT id FROM over',
  'SELECT * FROM operated',
  "SELECT 'a'::checked",
  'SELECT * FROM holds',
  'SELECT holds FROM holds',
  "SELECT * FROM json_populate_record(NULL::holds, '{}')",
  'SELECT ROW(1, 2)::pair::int',
  'SELECT to_json(ROW(1)::jsoned)',
  'SELECT * FROM policed',
  'SELECT * FROM seen_by_view',
  'SELECT * FROM parted',
  'SELECT * FROM part',
  'SELECT * FROM pg_stat_activity',
  'SELECT * FROM t TABLESAMPLE BERNOULLI (10)',
  'SHOW work_mem',
];

describe('read-only statements', () => {
  let database: TestDatabase;
  let catalog: Catalog;
  let describer: Describer;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createDatabase(SCHEMA);
    client = new pg.Client(database.url);
    await client.connect();
    catalog = await readCatalog(client);
    describer = await openDescriber(database.url);
  });
  afterAll(async () => {
    await describer.close();
    await client.end();
    await database.drop();
  });

  async function judged(text: string): Promise<boolean> {
    const description = await describer.describe(text);
    // PostgreSQL 14 has no MERGE, so that nothing is proven of one.
    if (isFailure(description) && catalog.serverVersion < 150000 && text.startsWith('MERGE')) return false;
    if (isFailure(description)) throw new Error(`${text}: ${description.message}`);
    if (description.trees === undefined) return false;
    const analysis = analysisOf(description.trees, text);
    return readable(() => isReadOnly(analysis.plannedLevels, catalog), false);
  }

  it.each(READS)('%s', async (text) => {
    expect(await judged(text)).toBe(true);
    await client.query('BEGIN READ ONLY');
    try {
      await client.query(
        text,
        Array.from(new Set(text.match(/\$\d/g)), () => null),
      );
    } finally {
      await client.query('ROLLBACK');
    }
  });
  it.each(OTHERS)('not: %s', async (text) => expect(await judged(text)).toBe(false));

  it('counts no type, operator or user table of PostgreSQL itself as one that may write', () => {
    const { writers } = catalog;
    expect([...writers.types].filter((oid) => oid < 16384)).toEqual([]);
    expect([...writers.operators].filter((oid) => oid < 16384)).toEqual([]);
  });
});
