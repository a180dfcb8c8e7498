import { describe, expect, test } from 'vitest';
import { upPart } from '../../src/database/schema/migrations.js';
import { canWait, extensionOf, searchPathOf, textToRun } from '../../src/database/schema/significance.js';
import { schemaStatements, type SchemaStatement } from '../../src/database/schema/statements.js';

const cut = (text: string): readonly SchemaStatement[] => schemaStatements({ path: 'schema.sql', text });
const texts = (text: string): readonly string[] => cut(text).map((statement) => statement.text);
const only = (text: string): SchemaStatement => {
  const [statement] = cut(text);
  if (!statement) throw new Error('no statement');
  return statement;
};

describe('a file is cut', () => {
  test.each([
    ['at semicolons', 'A; B;\n;C', ['A', 'B', 'C']],
    ['not in strings', `A ';' E'\\';' ";" $$;$$ $x$ ; $$ ; $x$; B`, [`A ';' E'\\';' ";" $$;$$ $x$ ; $$ ; $x$`, 'B']],
    ['not in comments', 'A -- ;\n/* ; /* ; */ ; */ B; C', ['A -- ;\n/* ; /* ; */ ; */ B', 'C']],
    ['not in parentheses', 'CREATE RULE r AS ON INSERT TO t DO (A; B); C', ['CREATE RULE r AS ON INSERT TO t DO (A; B)', 'C']],
    [
      'behind the END of an ATOMIC body',
      'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; C',
      ['CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END', 'C'],
    ],
    ['at the BEGIN of a transaction', 'BEGIN; A; END; B', ['BEGIN', 'A', 'END', 'B']],
    ['without commands of psql', "\\connect x\nA;\n\\set v 'a;b'\nB\n\\gexec\nC", ['A', 'B', 'C']],
    ['with what looks like one in a string', `A $$\n\\connect x\n$$; B`, [`A $$\n\\connect x\n$$`, 'B']],
    ['without the data of COPY', `A; COPY t (a, b) FROM stdin;\nx;y\t\\N\n'z\n\\.\nB;`, ['A', 'COPY t (a, b) FROM stdin', 'B']],
    [
      'without the data of COPY, with \\r\\n',
      `COPY t FROM stdin WITH (FORMAT csv);\r\n';\r\n\\.\r\nB;`,
      ['COPY t FROM stdin WITH (FORMAT csv)', 'B'],
    ],
    ['where the data never ends', `COPY t FROM STDIN;\nDROP TABLE x;\n`, ['COPY t FROM STDIN']],
    ['with the data of a COPY that reads a file', `COPY t FROM '/x'; B`, [`COPY t FROM '/x'`, 'B']],
    ['where a string never ends', `A; B 'x; C`, ['A', `B 'x; C`]],
    ['where there is nothing', ' -- x\n;;\n/* y */', []],
    ['behind a byte order mark', '\uFEFFA;', ['A']],
  ])('%s', (_what, text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  test('every statement knows its place', () => {
    const text = '-- é😀\nCREATE TABLE a ();\n\n  DROP TABLE a ;';
    for (const { start, end, text: statement, tokens } of cut(text)) {
      expect(text.slice(start, end)).toBe(statement);
      expect(tokens[0]?.start).toBe(start);
      expect(tokens.at(-1)?.end).toBe(end);
    }
    expect(cut(text).map(({ words }) => words)).toEqual([
      ['create', 'table', 'a', '(', ')'],
      ['drop', 'table', 'a'],
    ]);
  });
});

describe('the up part of a migration', () => {
  test.each([
    ['goose', '-- +goose Up\nA;\n-- +goose Down\nB;', ['A']],
    ['goose, without spaces', '--+goose up\nA;\n--+goose DOWN\nB;', ['A']],
    ['sql-migrate, twice', '-- +migrate Up\nA;\n-- +migrate Down\nB;\n-- +migrate Up\nC;', ['A', 'C']],
    ['sql-migrate, down first', '-- +migrate Down\nB;\n-- +migrate Up notransaction\nA;', ['A']],
    ['dbmate', '-- migrate:up transaction:false\nA;\n\n-- migrate:down\nB;', ['A']],
    ['tern', 'A;\n---- create above / drop below ----\nB;', ['A']],
    ['no tool', 'A;\n-- going down\nB;', ['A', 'B']],
    ['a marker that is not one', 'A;\n  -- +goose Down of things\n-- +goose Downtown\nB;', ['A', 'B']],
    [
      'goose, whose statements lack their semicolons',
      '-- +goose Up\n-- +goose StatementBegin\nA\n-- +goose StatementEnd\nB\n-- +goose Down\nC',
      ['A', 'B'],
    ],
    ['sql-migrate, likewise', '-- +migrate Up\nA\n-- +migrate StatementBegin\nB; C\n-- +migrate StatementEnd\nD', ['A', 'B', 'C', 'D']],
    [
      'goose with bare variables',
      '-- +goose ENVSUB ON\nALTER TABLE t OWNER TO $USER_1;\nA $tag$ $x $tag$ $1 b$c;',
      ['ALTER TABLE t OWNER TO USER_1', 'A $tag$ x  $tag$ $1 b$c'],
    ],
    ['goose with variables', '-- +goose ENVSUB ON\nA ${X:-y} ${Z};\n-- +goose ENVSUB OFF\nB ${X};', ['A y       Z   ', 'B ${X}']],
    ['tern with templates', 'A {{.prefix}}b {{ template "x" . }};', ['A            b']],
  ])('of %s', (_what, text, expected) => {
    expect(texts(text).map((statement) => statement.trimEnd())).toEqual(expected.map((statement) => statement.trimEnd()));
    // Every offset and every line is the author's.
    expect(upPart(text)).toHaveLength(text.length);
    expect(upPart(text).split('\n')).toHaveLength(text.split('\n').length);
  });
});

describe('what runs', () => {
  test.each([
    'CREATE TABLE t (a int)',
    `COMMENT ON COLUMN t.a IS 'x'`,
    'DROP TABLE t',
    'ALTER TABLE t ADD COLUMN owner int',
    `ALTER TABLE t ALTER COLUMN a SET DEFAULT 'x'`,
    `DO $$ BEGIN CREATE TYPE x AS ENUM (); EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    'CREATE TRIGGER t BEFORE INSERT ON t EXECUTE FUNCTION f()',
    'SELECT 1 AS a INTO t',
    'CREATE TABLE t AS SELECT 1',
    'IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z',
    // PostgreSQL shall say what is wrong with it.
    'CREAT TABLE t (a int)',
  ])('%s', (text) => {
    expect(textToRun(only(text))).toBe(text);
  });

  test.each([
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DELETE FROM t',
    'MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE',
    'TRUNCATE t',
    'COPY t FROM stdin',
    `SELECT setval('s', 1)`,
    `SELECT create_hypertable('t', 'at')`,
    `SELECT (SELECT 1 INTO x)`,
    `WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x`,
    'VALUES (1)',
    '(SELECT 1)',
    'CALL f()',
    'LOCK TABLE t',
    'REFRESH MATERIALIZED VIEW v',
    'BEGIN',
    'START TRANSACTION',
    'COMMIT',
    'END',
    'ROLLBACK',
    'SAVEPOINT x',
    'VACUUM t',
    'ANALYZE',
    'REINDEX TABLE t',
    'CLUSTER t',
    'CHECKPOINT',
    'SET statement_timeout = 0',
    'SET ROLE x',
    'RESET ALL',
    'SHOW all',
    'NOTIFY x',
    'LISTEN x',
    'GRANT SELECT ON t TO x',
    'REVOKE ALL ON t FROM x',
    'ALTER TABLE t OWNER TO x',
    'ALTER FUNCTION f() OWNER TO "x"',
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x',
    'CREATE ROLE x',
    'CREATE USER x',
    'ALTER USER x SET a = b',
    'DROP ROLE x',
    'REASSIGN OWNED BY x TO y',
    'DROP OWNED BY x',
    'CREATE DATABASE x',
    'ALTER DATABASE x OWNER TO y',
    'DROP DATABASE x',
    'CREATE TABLESPACE x LOCATION y',
    'ALTER SYSTEM SET a = b',
    'CREATE POLICY p ON t TO x',
    'ALTER POLICY p ON t TO x',
    'CREATE PUBLICATION p FOR ALL TABLES',
    'CREATE SUBSCRIPTION s',
    'CREATE USER MAPPING FOR x SERVER y',
    'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()',
    `COMMENT ON EXTENSION x IS 'y'`,
    `COMMENT ON DATABASE x IS 'y'`,
    `SECURITY LABEL ON TABLE t IS 'x'`,
    `SELECT pg_catalog.set_config('search_path', '', false)`,
    'DO $$ BEGIN CREATE ROLE x; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
  ])('not %s', (text) => {
    expect(textToRun(only(text))).toBeUndefined();
    expect(searchPathOf(only(text))).toBeUndefined();
  });

  test('a query below its annotation does not run, unless it makes something', () => {
    expect(textToRun(only('-- name: Drop :exec\nDROP TABLE t;'))).toBeUndefined();
    expect(textToRun(only('/* name: Alter :exec */\nALTER TABLE t ADD a int;'))).toBeUndefined();
    expect(textToRun(only('-- name: Make :exec\nCREATE TABLE t ();'))).toBe('CREATE TABLE t ()');
    // Another comment, and an indented one, are no annotations.
    expect(textToRun(only('-- the name: of it\nDROP TABLE t;'))).toBe('DROP TABLE t');
    expect(textToRun(only('  -- name: Drop :exec\nDROP TABLE t;'))).toBe('DROP TABLE t');
    expect(cut('-- name: A :exec\nSELECT 1;\nDROP TABLE t;').map(({ annotated }) => annotated)).toEqual([true, false]);
  });

  test.each([
    ['CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)', 'CREATE UNIQUE INDEX              i ON t (a)'],
    ['DROP INDEX CONCURRENTLY i', 'DROP INDEX              i'],
    ['CREATE SCHEMA IF NOT EXISTS a AUTHORIZATION joe', 'CREATE SCHEMA IF NOT EXISTS a                  '],
    ['CREATE SCHEMA AUTHORIZATION joe', 'CREATE SCHEMA AUTHORIZATION joe'],
    [`CREATE EXTENSION hstore WITH SCHEMA x VERSION '1.4'`, `CREATE EXTENSION hstore WITH SCHEMA x              `],
    ['ALTER TABLE t DETACH PARTITION p CONCURRENTLY', 'ALTER TABLE t DETACH PARTITION p             '],
    ['CREATE TEMP TABLE t (a int)', 'CREATE      TABLE t (a int)'],
    ['CREATE LOCAL TEMPORARY TABLE t (temp int) ON COMMIT DROP', 'CREATE                 TABLE t (temp int)               '],
    ['CREATE TEMP TABLE t ON COMMIT PRESERVE ROWS AS SELECT 1', 'CREATE      TABLE t                         AS SELECT 1'],
    ['CREATE OR REPLACE TEMP VIEW v AS SELECT 1', 'CREATE OR REPLACE      VIEW v AS SELECT 1'],
    ['SELECT a INTO TEMP t FROM u', 'SELECT a INTO      t FROM u'],
    ['CREATE TABLE temp (temp int)', 'CREATE TABLE temp (temp int)'],
    ['CREATE UNLOGGED TABLE temporary (a int)', 'CREATE UNLOGGED TABLE temporary (a int)'],
    ['SELECT temp INTO t FROM temp', 'SELECT temp INTO t FROM temp'],
  ])('%s without what depends on more than the schema', (text, expected) => {
    expect(textToRun(only(text))).toBe(expected);
  });

  test.each([
    ['SET search_path TO app, public', 'app, public'],
    ['SET search_path = app', 'app'],
    ['SET LOCAL search_path TO app', 'app'],
    ['SET SESSION search_path = "App"', '"App"'],
    [`SET SCHEMA 'app'`, `'app'`],
    [`ALTER DATABASE x SET search_path TO 'a', b`, `'a', b`],
    [`SET search_path = ''`, undefined],
    ['SET search_path TO DEFAULT', undefined],
  ])('the path of %s', (text, expected) => {
    expect(searchPathOf(only(text))).toBe(expected);
  });

  test('extensions by their names', () => {
    expect(
      ['CREATE EXTENSION x', 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA y', 'CREATE TABLE x ()'].map((text) =>
        extensionOf(only(text)),
      ),
    ).toEqual(['x', 'uuid-ossp', undefined]);
  });

  test('only what adds may wait', () => {
    expect(
      ['CREATE VIEW v AS SELECT 1', 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES b', `COMMENT ON TABLE t IS ''`].map((text) =>
        canWait(only(text)),
      ),
    ).toEqual([true, true, true]);
    expect(
      ['DROP TABLE t', 'ALTER TABLE t DROP a, ADD b int', 'ALTER TABLE t RENAME a TO b', 'DO $$ $$'].map((text) => canWait(only(text))),
    ).toEqual([false, false, false, false]);
  });
});
