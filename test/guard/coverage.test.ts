/** `guard.require` and `guard.exempt`, and the audit, on queries that are compiled as a project's are. */
import { describe, expect, test } from 'vitest';
import { rewriteQuery, splitQueries } from '../../src/compiler/dialect/index.js';
import { checkCoverage, listedRelations } from '../../src/compiler/guard/index.js';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { auditReport, formatAudit, type NamedQuery } from '../../src/reports/audit.js';
import { useGuardGround } from './compile.js';
import { SCHEMA } from './schema.js';

const ground = useGuardGround(`${SCHEMA}
    CREATE SCHEMA other;
    CREATE TABLE other.logs (id int);
    CREATE TABLE other.only_here (id int);
    CREATE VIEW beside AS SELECT u.id FROM logs l CROSS JOIN users u;
    CREATE VIEW deep AS SELECT id FROM recent_names;
    CREATE MATERIALIZED VIEW copied AS SELECT id, org_id, note FROM recent;
    CREATE MATERIALIZED VIEW counted AS SELECT kind, count(*) FROM logs GROUP BY kind;
    CREATE FUNCTION one_log(int) RETURNS logs LANGUAGE sql STABLE AS 'SELECT * FROM logs WHERE id = $1';
    CREATE FUNCTION an_array() RETURNS logs[] LANGUAGE sql STABLE AS 'SELECT array_agg(l) FROM logs l';
    CREATE FUNCTION a_column(OUT id int, OUT log logs) LANGUAGE sql STABLE AS 'SELECT id, logs FROM logs ORDER BY id DESC LIMIT 1';
    CREATE TABLE pages (id int PRIMARY KEY, owner int, shelf int GENERATED ALWAYS AS (owner + 1) STORED, place int, seen text);
    CREATE TABLE pages_old () INHERITS (pages);
    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.seen = now(); RETURN NEW; END$$;
    CREATE FUNCTION place() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.place := 3; RETURN NEW; END$$;
    CREATE FUNCTION whole() RETURNS trigger LANGUAGE plpgsql AS $$DECLARE r pages; BEGIN r := (1, 2, 3, 4, ''); RETURN r; END$$;
    CREATE TABLE others (LIKE pages);
    CREATE TRIGGER stamp BEFORE UPDATE ON pages FOR EACH ROW EXECUTE FUNCTION stamp();
    CREATE TRIGGER place BEFORE INSERT OR UPDATE ON pages_old FOR EACH ROW EXECUTE FUNCTION place();
    CREATE TRIGGER whole BEFORE UPDATE ON others FOR EACH ROW EXECUTE FUNCTION whole();`);

async function compileAll(statements: Readonly<Record<string, string>>, require: readonly string[]): Promise<readonly NamedQuery[]> {
  const text = Object.entries(statements)
    .map(([name, sql]) => `-- name: ${name} :many\n${sql.replaceAll('{hook}', '-- @authorize_filter\n')};\n`)
    .join('\n');
  const listed = listedRelations({ require, exempt: {} }, ground().catalog);
  const { queries } = splitQueries({ path: 'queries/all.sql', text });
  return Promise.all(
    queries.map(async (annotated) => {
      const { rewritten } = rewriteQuery(annotated);
      if (rewritten === undefined) throw new Error(annotated.name);
      const { diagnostics, proof, reads, writes } = await ground().guard(rewritten, listed);
      expect(diagnostics).toEqual([]);
      if (proof === undefined) throw new Error(annotated.name);
      const { name, command } = annotated;
      return {
        query: { name, command, rewritten, proof, reads, writes },
        functionName: `call${name}`,
        authorizedFunctionName: rewritten.hooks.length > 0 ? `callAuthorized${name}` : undefined,
      };
    }),
  );
}

function fail(): never {
  throw new Error('no query');
}

async function cover(
  statements: Readonly<Record<string, string>>,
  require: readonly string[],
  exempt: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const queries = (await compileAll(statements, require)).map(({ query }) => query);
  const text = `version: "2"\nsql:\n  - codegen:\n      - options:\n          guard:\n            require: [${require.join(', ')}]\n            exempt: ${JSON.stringify(exempt)}\n`;
  return checkCoverage({
    queries,
    names: Object.keys(statements),
    guard: { require, exempt },
    catalog: ground().catalog,
    configFile: { path: 'sqlc.yaml', text },
  }).map((diagnostic) =>
    formatDiagnostic(diagnostic)
      .split('\n')
      .filter((line) => !/^ *\d* \|/.test(line))
      .join('\n'),
  );
}

describe('a query that reads a listed table needs a filter', () => {
  test.each([
    ['in FROM', 'SELECT * FROM logs', ''],
    ['in a join', 'SELECT u.id FROM users u LEFT JOIN logs l ON l.user_id = u.id', ''],
    ['under an alias and a schema', 'SELECT x.id FROM public.logs x', ''],
    ['in a subquery', 'SELECT (SELECT count(*) FROM logs) AS n', ''],
    ['in a condition', 'SELECT id FROM users WHERE id IN (SELECT user_id FROM logs)', ''],
    ['in a CTE', 'WITH c AS (SELECT id FROM logs) SELECT id FROM c', ''],
    ['in an arm', 'SELECT id FROM users UNION SELECT id FROM logs', ''],
    ['in a function argument', 'SELECT unnest(ARRAY(SELECT id FROM logs))', ''],
    ['in RETURNING', 'DELETE FROM users RETURNING (SELECT count(*) FROM logs)', ''],
    ['as the source of an INSERT', 'INSERT INTO archive SELECT * FROM logs', ''],
    ['as the target of an UPDATE', "UPDATE logs SET note = 'x' WHERE id = 1", ''],
    ['as the target of a DELETE', 'DELETE FROM logs WHERE id = 1', ''],
    ['through a view', 'SELECT * FROM recent', ', through the view "recent",'],
    ['through a view of a view', 'SELECT * FROM recent_names', ', through the view "recent_names",'],
    ['through a view of views', 'SELECT * FROM deep', ', through the view "deep",'],
    ['through a materialized view', 'SELECT * FROM counted', ', through the view "counted",'],
  ])('%s', async (_, sql, via) => {
    expect(await cover({ Find: sql }, ['logs'])).toEqual([
      `queries/all.sql:1:1: error: query "Find" reads "logs"${via} without a filter, and guard.require lists that table\n` +
        '  help: Put -- @authorize_filter at the end of its WHERE clause. Or name the query under guard.exempt, with a reason.',
    ]);
  });

  test.each([
    ['another table', 'SELECT * FROM users'],
    ['a table of the name in another schema', 'SELECT * FROM other.logs'],
    ['a CTE of the name', 'WITH logs AS (SELECT 1 AS id) SELECT * FROM logs'],
    ['an alias of the name', 'SELECT logs.id FROM users logs'],
    ['an INSERT into it', "INSERT INTO logs (id, org_id, kind) VALUES (1, 1, 'ssh') ON CONFLICT (id) DO NOTHING RETURNING *"],
    ['a guarded read', 'SELECT * FROM logs WHERE true {hook}'],
    ['a guarded read of a view', 'SELECT * FROM recent WHERE true {hook}'],
    ['a guarded change', 'DELETE FROM logs WHERE true {hook}'],
    ['a guarded CTE', 'WITH c AS (SELECT * FROM logs WHERE true {hook}) SELECT * FROM c'],
    ['a hook outside an unguarded subquery', 'SELECT * FROM (SELECT * FROM logs) l WHERE true {hook}'],
    ['rows tied to guarded ones', 'SELECT b.* FROM (SELECT id FROM users WHERE true {hook}) u JOIN logs b ON b.user_id = u.id'],
    ['a condition of a guarded query', 'SELECT * FROM users WHERE id IN (SELECT user_id FROM logs) {hook}'],
    ['a value tied to the guarded row', 'SELECT u.id, (SELECT count(*) FROM logs l WHERE l.user_id = u.id) FROM users u WHERE true {hook}'],
    [
      'a value tied to the guarded row without an alias',
      'SELECT name, (SELECT count(*) FROM logs WHERE note = name) FROM users WHERE true {hook}',
    ],
    [
      'a value tied without an alias, sorted',
      'SELECT name, (SELECT count(*) + 1 FROM logs WHERE note = name ORDER BY 1) FROM users WHERE true {hook}',
    ],
    [
      'a value of a CTE tied without an alias',
      'WITH c AS (SELECT id, note FROM logs) SELECT name, (SELECT c.id FROM c WHERE note = name) FROM users WHERE true {hook}',
    ],
    [
      'a value tied beside columns that are not known',
      'SELECT u.id, (SELECT count(*) FROM logs l, unnest(ARRAY[1]) WITH ORDINALITY k WHERE l.user_id = u.id) FROM users u WHERE true {hook}',
    ],
    [
      'a hook over a table of which one column comes up',
      'SELECT x.name FROM (SELECT u.name, l.org_id FROM logs l CROSS JOIN users u) x WHERE true {hook}',
    ],
    [
      'a hook over a column of another table that is tied',
      'SELECT x.org_id FROM (SELECT l.note, u.org_id FROM logs l JOIN users u ON u.id = l.user_id) x WHERE true {hook}',
    ],
    [
      'a hook over a column that comes from further in',
      'SELECT x.id FROM (SELECT y.* FROM (SELECT * FROM recent) y JOIN (orgs o JOIN users USING (id)) ON users.id = y.user_id) x WHERE true {hook}',
    ],
    ['a hook over a value made of a column', 'SELECT x.id FROM (SELECT id, org_id, upper(kind) AS kind FROM logs) x WHERE true {hook}'],
    [
      'a hook over a value that is made of a column',
      "SELECT x.what FROM (SELECT l.kind || '/' || l.note AS what FROM logs l) x WHERE true {hook}",
    ],
    [
      'a hook over a value that is made in a subquery',
      'SELECT x.name FROM (SELECT (SELECT u.name FROM users u WHERE u.id = l.user_id) FROM logs l) x WHERE true {hook}',
    ],
    [
      'a hook over a column of which there is one',
      'SELECT x.note FROM (SELECT l.id, l.id, l.note FROM logs l, users u) x WHERE true {hook}',
    ],
    ['a hook over whole rows', 'SELECT x.l FROM (SELECT l FROM logs l) x WHERE true {hook}'],
    [
      'a hook over whole rows of a join, through levels',
      'SELECT y.j FROM (SELECT x.j FROM (SELECT j FROM (logs l CROSS JOIN (SELECT name FROM users) u) AS j) x) y WHERE true {hook}',
    ],
    [
      'a hook over a group by a value',
      'SELECT y.big FROM (SELECT x.big FROM (SELECT l.id + 100 AS big FROM logs l) x) y WHERE true {hook}',
    ],
    [
      'a hook over a table that is tied to the one that comes up',
      'SELECT x.id FROM (SELECT u.id FROM logs l JOIN users u ON u.id = l.user_id) x WHERE true {hook}',
    ],
    [
      'a hook over a table that is tied beside it',
      'SELECT l.id FROM logs l CROSS JOIN LATERAL (SELECT 1 AS one FROM logs b WHERE b.id = l.parent_id) x WHERE true {hook}',
    ],
    ['a hook where the table is read, below others', 'SELECT x.id FROM (SELECT u.id FROM logs l CROSS JOIN users u WHERE true {hook}) x'],
    ['a hook over a materialized view of its rows', 'SELECT note FROM copied WHERE true {hook}'],
    ['a hook over a function of its rows', 'SELECT note FROM all_logs() WHERE true {hook}'],
    ['a hook over a row that a function returns', 'SELECT note FROM one_log(1) WHERE true {hook}'],
    [
      'a row that may be missing under a name of its own',
      'SELECT m.id FROM logs LEFT JOIN logs m ON m.parent_id = logs.id WHERE true {hook}',
    ],
    [
      'a row that may be missing under its table’s name',
      'SELECT l.id FROM logs l LEFT JOIN logs ON logs.parent_id = l.id WHERE true {hook}',
    ],
    ['an UPDATE beside another table', 'UPDATE logs l SET note = u.name FROM users u WHERE u.id > 3 {hook}'],
    ['a DELETE beside others', 'DELETE FROM logs l USING users u CROSS JOIN orgs o WHERE true {hook}'],
    ['a MERGE with the hook in its ON', 'MERGE INTO logs l USING users u ON u.id > 3 {hook} WHEN MATCHED THEN DELETE'],
    [
      'a count in LATERAL that is tied to the row',
      'SELECT u.id, x.n FROM users u, LATERAL (SELECT count(*) AS n FROM logs l WHERE l.user_id = u.id) x WHERE true {hook}',
    ],
    [
      'groups that are tied to the row',
      'SELECT u.id, x.n FROM users u JOIN (SELECT user_id, count(*) AS n FROM logs GROUP BY user_id) x ON x.user_id = u.id WHERE true {hook}',
    ],
    ['a hook over a view with one of its columns', 'SELECT x.name FROM recent_names x WHERE true {hook}'],
    ['a value with a hook', 'SELECT u.id, (SELECT count(*) FROM logs WHERE true {hook}) FROM users u WHERE true {hook}'],
  ])('%s is free', async (_, sql) => {
    expect(await cover({ Find: sql }, ['logs'])).toEqual([]);
  });

  const returned = (column: string, table = 'pages'): string =>
    `UPDATE ${table} p SET owner = 3 WHERE true {hook} RETURNING (SELECT max(x.seen) FROM ${table} x WHERE x.${column} = p.${column})`;

  test.each([
    ['no change', returned('id'), 'pages'],
    ['the old row', returned('owner').replace('p.owner', 'OLD.owner'), 'pages'],
  ])('a value in RETURNING that is tied to what has %s is free', async (_, sql, table) => {
    expect(await cover({ Find: sql }, [table])).toEqual([]);
  });

  test.each([
    ['the UPDATE sets', returned('owner'), 'pages'],
    ['is generated from what the UPDATE sets', returned('shelf'), 'pages'],
    ["a trigger sets, of one of the table's children", returned('place'), 'pages'],
    ['may be of another row that a trigger returns', returned('id', 'others'), 'others'],
    [
      'a change in a CTE sets',
      returned('owner').replace(/^(.*) RETURNING.*/, 'WITH p AS ($1 RETURNING *) SELECT x.seen FROM p JOIN pages x USING (owner)'),
      'pages',
    ],
  ])('a value in RETURNING that is tied to what %s is past the filter', async (_, sql, table) => {
    expect((await cover({ Find: sql }, [table]))[0]).toContain(`query "Find" reads "${table}"`);
  });

  test.each([
    [
      'a count in the select list',
      'SELECT id, (SELECT count(*) FROM logs) FROM users WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value of the same table',
      'SELECT id, (SELECT max(note) FROM logs x WHERE x.id > 3) FROM logs WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value in RETURNING',
      'DELETE FROM users WHERE true {hook} RETURNING (SELECT max(note) FROM logs)',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value in SET',
      'UPDATE users SET name = (SELECT max(note) FROM logs) WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value through a CTE',
      'WITH c AS (SELECT note FROM logs) SELECT id, (SELECT max(note) FROM c) FROM users WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value in a guarded subquery',
      'SELECT * FROM (SELECT id, (SELECT max(note) FROM logs) FROM users WHERE true {hook}) t',
      'in a subquery that its filter does not reach',
    ],
    [
      'whole rows in the select list',
      'SELECT u.id, (SELECT jsonb_agg(l) FROM logs l) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'whole rows of a table without an alias',
      'SELECT u.id, (SELECT count(logs) FROM logs) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    ...['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'].map((column): [string, string, string] => [
      `a value by ${column}`,
      `SELECT u.id, (SELECT count(${column}) FROM logs) FROM users u WHERE true {hook}`,
      'in a subquery that its filter does not reach',
    ]),
    [
      'a value by a column that is not known',
      'SELECT u.id, (SELECT max(note) FROM logs, unnest(ARRAY[1]) WITH ORDINALITY k WHERE ordinality > 0) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value by a column without a name',
      'SELECT u.id, (SELECT max(note) FROM logs, (SELECT 1 + 1) x WHERE "?column?" > 0) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value by a column of VALUES',
      'SELECT u.id, (SELECT max(note) FROM logs, (VALUES (1)) x WHERE column1 > 0) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value through LATERAL',
      'SELECT u.id, (SELECT max(n) FROM logs x, LATERAL (SELECT x.note AS n) y) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value that is sorted by its own name',
      'SELECT u.id, (SELECT note AS n FROM logs ORDER BY n LIMIT 1) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      "a value that is sorted by its function's name",
      'SELECT u.id, (SELECT upper(note) FROM logs ORDER BY upper LIMIT 1) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      "a value that is sorted by its type's name",
      'SELECT u.id, (SELECT (\'7\' || note)::text COLLATE "C" FROM logs ORDER BY text LIMIT 1) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      "a value that is sorted by a subquery's name",
      'SELECT u.id, (SELECT (SELECT x.note AS n FROM logs x WHERE x.id = l.id) FROM logs l ORDER BY n LIMIT 1) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'a value of a union that is sorted',
      'SELECT u.id, (SELECT note AS n FROM logs UNION SELECT note FROM logs ORDER BY n LIMIT 1) FROM users u WHERE true {hook}',
      'in a subquery that its filter does not reach',
    ],
    [
      'rows of a function beside a materialized view',
      'SELECT c.note FROM all_logs() l CROSS JOIN copied c WHERE true {hook}',
      ', through the view "copied", beside its guarded rows, and no condition ties the two',
    ],
    [
      'rows of a materialized view in a condition',
      'SELECT note FROM copied WHERE EXISTS (SELECT FROM copied WHERE id > 20) {hook}',
      ', through the view "copied", in a subquery that its filter does not reach',
    ],
    [
      'rows crossed with guarded ones',
      'SELECT b.* FROM (SELECT id FROM users WHERE true {hook}) u CROSS JOIN logs b',
      'beside its guarded rows, and no condition ties the two',
    ],
  ])('%s is past the filter', async (_, sql, how) => {
    expect((await cover({ Find: sql }, ['logs'])).map((line) => line.split('\n')[0])).toEqual([
      `queries/all.sql:1:1: error: query "Find" reads "logs"${how.startsWith(',') ? '' : ' '}${how}`,
    ]);
  });

  test.each([
    ['crossed with another', 'SELECT x.id FROM (SELECT u.id FROM logs l CROSS JOIN users u) x WHERE true {hook}'],
    ['joined without a tie', 'SELECT x.id FROM (SELECT u.id FROM logs l JOIN users u ON u.id < l.id) x WHERE true {hook}'],
    ['alone', 'SELECT x.one FROM (SELECT 1 AS one FROM logs) x WHERE true {hook}'],
    ['and is counted above', 'SELECT count(*) FROM (SELECT FROM logs) x WHERE true {hook}'],
    [
      'through several levels',
      'SELECT y.id FROM (SELECT x.id FROM (SELECT l.note, u.id FROM logs l CROSS JOIN users u) x) y WHERE true {hook}',
    ],
    [
      'through levels that make values of it',
      'SELECT y.id FROM (SELECT x.id FROM (SELECT l.note || 1 AS n, u.id FROM logs l CROSS JOIN users u) x) y WHERE true {hook}',
    ],
    ['in a CTE', 'WITH x AS (SELECT u.id FROM logs l CROSS JOIN users u) SELECT id FROM x WHERE true {hook}'],
    [
      'in a join with an alias',
      'SELECT x.name FROM (SELECT j.name FROM ((SELECT note FROM logs) l CROSS JOIN users u) AS j) x WHERE true {hook}',
    ],
    ['in an arm', 'SELECT x.id FROM (SELECT id FROM users UNION ALL SELECT u.id FROM logs l CROSS JOIN users u) x WHERE true {hook}'],
    [
      'in a query whose arms are subqueries',
      'SELECT x.id FROM (SELECT * FROM (SELECT id FROM users UNION SELECT u.id FROM users u, logs) a) x WHERE true {hook}',
    ],
    [
      'at the ON of a join',
      'SELECT x.id FROM orgs o JOIN (SELECT u.id, u.org_id FROM logs l CROSS JOIN users u) x ON x.org_id = o.id {hook}',
    ],
    [
      'beside a guarded one',
      'SELECT x.id FROM (SELECT g.id FROM (SELECT true FROM logs) y CROSS JOIN (SELECT id FROM logs WHERE true {hook}) g) x WHERE true {hook}',
    ],
    [
      'whose names are those of others',
      'SELECT x.doc FROM (SELECT l.note, m.note, a.id AS doc FROM logs l JOIN logs m ON m.id = l.id, archive a) x WHERE true {hook}',
    ],
    ['under a name', 'SELECT x.id FROM (SELECT u.id, l.note IS NULL FROM logs l CROSS JOIN users u) x WHERE true {hook}'],
    [
      'that a value only mentions',
      'SELECT x.max FROM (SELECT (SELECT max(name) FROM users WHERE l.id > 3) FROM logs l) x WHERE true {hook}',
    ],
    ['in LATERAL', 'SELECT u.id FROM users u CROSS JOIN LATERAL (SELECT u.name FROM logs) x WHERE true {hook}'],
  ])('a listed table of which no column comes up to the hook, %s', async (_, sql) => {
    expect((await cover({ Find: sql }, ['logs'])).map((line) => line.split('\n')[0])).toEqual([
      'queries/all.sql:1:1: error: query "Find" counts, numbers, cuts off or combines rows of "logs" before its filter can tell them apart',
    ]);
  });

  test.each([
    [
      'a column of a table that nothing ties',
      'SELECT x.note FROM (SELECT l.note, u.org_id FROM logs l CROSS JOIN users u) x WHERE true {hook}',
    ],
    ['a value of a list', 'SELECT x.id FROM (SELECT l.id, v.org_id FROM logs l, (VALUES (1)) v(org_id)) x WHERE true {hook}'],
    ['a value that may be another', 'SELECT x.id FROM (SELECT id, coalesce(user_id, org_id) AS org_id FROM logs) x WHERE true {hook}'],
    ['a column of the table under an alias', 'SELECT l.note FROM logs AS l(org_id, id) WHERE true {hook}'],
    ["a column under an alias of the view's", 'SELECT l.note FROM recent AS l(org_id, id) WHERE true {hook}'],
    ['a value that is picked from a list', 'SELECT x.id FROM (SELECT id, (ARRAY[1, org_id])[1] AS org_id FROM logs) x WHERE true {hook}'],
    ['a value that may be left out', 'SELECT x.id FROM (SELECT id, nullif(org_id, 2) AS org_id FROM logs) x WHERE true {hook}'],
    ['NULL', 'SELECT x.id FROM (SELECT id, NULL::int AS org_id FROM logs) x WHERE true {hook}'],
    [
      'another column, further in',
      'WITH y AS (SELECT user_id AS org_id, note FROM logs), x AS (SELECT * FROM y) SELECT x.note FROM x WHERE true {hook}',
    ],
    [
      'a value that is chosen further in',
      'SELECT x.note FROM (SELECT y.* FROM (SELECT coalesce(org_id, 1) AS org_id, note FROM logs) y, orgs) x WHERE true {hook}',
    ],
    ['another column by an alias further in', 'SELECT x.note FROM (SELECT l.* FROM logs l(org_id, id)) x WHERE true {hook}'],
    ["a column under an alias of a function's rows", 'SELECT l.note FROM all_logs() AS l(org_id, id) WHERE true {hook}'],
    [
      'a value of a subquery',
      'SELECT x.note FROM (SELECT l.note, (SELECT u.org_id FROM users u WHERE u.id = l.user_id) AS org_id FROM logs l) x WHERE true {hook}',
    ],
    [
      'a column of a row that may be missing',
      'SELECT x.id FROM (SELECT l.id, u.org_id FROM logs l LEFT JOIN users u ON u.id = l.user_id) x WHERE true {hook}',
    ],
    ['another table', 'SELECT logs.id FROM users logs, public.logs l WHERE true {hook}'],
    ['a CTE', 'WITH logs AS (SELECT 1 AS id) SELECT l.* FROM logs, public.logs l WHERE true {hook}'],
    ["a column under a join's alias", 'SELECT j.note FROM (logs l JOIN users u ON u.id = l.user_id) AS j(org_id, id) WHERE true {hook}'],
  ])('the name of a table or column that is given to %s', async (_, sql) => {
    expect((await cover({ Find: sql }, ['logs']))[0]).toMatch(/ gives a name of .* to something else/);
  });

  test.each([
    ['in a value', 'SELECT u.id, (one_log(3)).note FROM users u WHERE true {hook}'],
    ['in a condition', 'SELECT u.id FROM users u WHERE u.name = (one_log(3)).note {hook}'],
    ['in an array', 'SELECT u.id, an_array() FROM users u WHERE true {hook}'],
    ['in a column', 'SELECT u.id, a_column() FROM users u WHERE true {hook}'],
  ])('rows of a listed table that a function returns %s', async (_, sql) => {
    expect((await cover({ Find: sql }, ['logs']))[0]).toMatch(/ calls a function that returns rows of "logs"/);
  });

  test.each([
    ['a count of a materialized view', 'SELECT kind FROM counted WHERE true {hook}'],
    ['a function beside another by its number', 'SELECT l.* FROM ROWS FROM (all_logs(), all_logs()) l WHERE true {hook}'],
    [
      'a count in LATERAL that is tied to one of two tables',
      'SELECT x.n FROM users u CROSS JOIN orgs o, LATERAL (SELECT count(*) AS n FROM logs l WHERE l.user_id = u.id) x WHERE true {hook}',
    ],
  ])('rows that are mixed: %s', async (_, sql) => {
    expect((await cover({ Find: sql }, ['logs']))[0]).toMatch(/ before its filter can tell them apart/);
  });

  test('a view that shows no column of the listed table below it', async () => {
    const sql = 'SELECT id FROM beside WHERE true {hook}';
    expect((await cover({ Find: sql }, ['logs']))[0]).toContain('rows of "logs", through the view "beside", before its filter');
    expect(await cover({ Find: sql }, ['beside'])).toEqual([]);
  });

  test('rows of a listed view that are crossed with guarded ones', async () => {
    const sql = 'SELECT b.* FROM (SELECT id FROM users WHERE true {hook}) u CROSS JOIN recent b';
    expect((await cover({ Find: sql }, ['logs']))[0]).toContain('reads "logs", through the view "recent", beside its guarded rows');
    expect((await cover({ Find: sql }, ['recent']))[0]).toContain('reads "recent" beside its guarded rows');
  });

  test('each query that does, at its own line', async () => {
    const found = await cover({ One: 'SELECT * FROM logs', Two: 'SELECT * FROM users', Three: 'SELECT * FROM recent' }, ['public.logs']);
    expect(found.map((line) => line.slice(0, 40))).toEqual([
      'queries/all.sql:1:1: error: query "One" ',
      'queries/all.sql:7:1: error: query "Three',
    ]);
  });
});

describe('the configuration itself', () => {
  test('an exempt query may read', async () => {
    expect(await cover({ Count: 'SELECT count(*) FROM logs' }, ['logs'], { Count: 'a number, no rows' })).toEqual([]);
  });

  test('a table that is none', async () => {
    expect(await cover({ Find: 'SELECT 1' }, ['logs', 'log', 'only_here', 'other.only_here'])).toEqual([
      'sqlc.yaml:6:29: error: guard.require lists "log", and there is no such table\n  help: Write a table or view of the schema, as table or schema.table.',
      'sqlc.yaml:6:34: error: guard.require lists "only_here", and there is no such table\n  help: Write it with its schema: other.only_here.',
    ]);
  });

  test('an exemption that is empty, for nobody, or not needed', async () => {
    const statements = { Count: 'SELECT count(*) FROM logs', Users: 'SELECT * FROM users', Mine: 'SELECT * FROM logs WHERE true {hook}' };
    expect(await cover(statements, ['logs'], { Count: ' ', Gone: 'it was', Users: 'public', Mine: 'for tests' })).toEqual([
      'sqlc.yaml:7:23: error: guard.exempt gives no reason for "Count"\n  help: Say why it may read unguarded, as in Count: an internal report.',
      'sqlc.yaml:7:35: error: guard.exempt names "Gone", and there is no such query\n  help: Write the name of a query, or remove the line.',
      'sqlc.yaml:7:51: warning: query "Users" needs no exemption: it reads no listed table past a filter\n  help: Remove the line from guard.exempt.',
      'sqlc.yaml:7:68: warning: query "Mine" needs no exemption: it reads no listed table past a filter\n  help: Remove the line from guard.exempt.',
    ]);
  });

  test('a query that did not compile still has a name', () => {
    const found = checkCoverage({
      queries: [],
      names: ['Broken'],
      guard: { require: [], exempt: { Broken: 'why' } },
      catalog: ground().catalog,
      configFile: { path: 'x', text: '' },
    });
    expect(found.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

const AUDITED = {
  List: 'SELECT * FROM logs l LEFT JOIN users u ON u.id = l.user_id WHERE true {hook}',
  Count: 'SELECT count(*) FROM logs',
  Page: 'SELECT count(*) FROM (SELECT 1 FROM recent WHERE true {hook} LIMIT 5) t',
  Both: 'SELECT id FROM logs WHERE true {hook} UNION SELECT id FROM logs WHERE true {hook}',
  Tied: 'DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE true {hook} LIMIT 5)',
  Moved: 'WITH d AS (DELETE FROM logs WHERE true {hook} RETURNING *) INSERT INTO archive SELECT * FROM d',
  Joined: 'SELECT l.id FROM logs l JOIN users u ON u.id = l.user_id {hook}',
  Chain: 'WITH c AS (SELECT id FROM logs WHERE true {hook}) SELECT count(*) FROM c',
  Tail: 'SELECT (SELECT count(*) FROM logs WHERE true {hook}) AS n',
  Kept: 'WITH c AS (SELECT id FROM logs WHERE true {hook}) SELECT c.id FROM c WHERE c.id IN (SELECT id FROM logs WHERE true {hook})',
  Elsewhere: 'SELECT * FROM other.logs',
  Fixed: 'SELECT 1 AS one',
};

describe('the audit', () => {
  const report = async (): Promise<ReturnType<typeof auditReport>> =>
    auditReport({
      queries: await compileAll(AUDITED, ['logs']),
      catalog: ground().catalog,
      options: { guard: { require: ['logs'], exempt: { Count: 'a number, no rows' } } },
    });

  test('as data', async () => {
    const found = await report();
    const [list, count] = found.queries;
    expect(list).toEqual({
      name: 'List',
      command: 'many',
      file: 'queries/all.sql',
      line: 1,
      functions: ['callAuthorizedList'],
      unfiltered: 'callList',
      reads: ['logs', 'users'],
      writes: [],
      required: ['logs'],
      guarded: true,
      how: 'where',
      hooks: [{ line: 2, column: 71 }],
      exempt: null,
    });
    expect(count).toMatchObject({
      functions: ['callCount'],
      unfiltered: null,
      guarded: false,
      how: null,
      hooks: [],
      exempt: 'a number, no rows',
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test('as text', async () => {
    await expect(`${formatAudit(await report())}\n`).toMatchFileSnapshot('golden/audit.txt');
  });
});

test('a function that reads by name beside a hook is the hook’s problem, and no exemption settles it', async () => {
  const { queries } = splitQueries({
    path: 'queries/all.sql',
    text: `-- name: GetAll :many\nSELECT l.id, query_to_xml('TABLE logs', true, false, '')::text AS all_logs FROM logs l WHERE true -- @authorize_filter\n;\n`,
  });
  const { rewritten } = rewriteQuery(queries[0] ?? fail());
  const { diagnostics } = await ground().guard(rewritten ?? fail(), listedRelations({ require: ['logs'], exempt: {} }, ground().catalog));
  expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('query_to_xml()')]);
});
