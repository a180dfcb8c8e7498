import { afterEach, describe, expect, test } from 'vitest';
import { formatDiagnostic, type Diagnostic } from '../../src/diagnostic.js';
import { causes } from '../../src/database/schema/failures.js';
import type { SourceFile } from '../../src/sql/source.js';
import { withClient } from '../support/database.js';
import { databaseOpener, SERVERS } from './servers.js';

const openOn = databaseOpener(afterEach);
const file = (path: string, text: string): SourceFile => ({ path, text });

describe.each(SERVERS)('a schema loaded into a %s', (kind) => {
  /** The warnings that a schema gets. */
  const problemsOf = async (schema: string | readonly SourceFile[]): Promise<readonly Diagnostic[]> => {
    const diagnostics = causes((await openOn(kind, schema)).failures).map(({ diagnostic }) => diagnostic);
    for (const { severity, message, remedy } of diagnostics)
      expect([severity, message, remedy]).toEqual(['warning', expect.any(String), expect.any(String)]);
    return diagnostics;
  };
  const ask = async (schema: string | readonly SourceFile[], query: string): Promise<readonly unknown[]> => {
    const database = await openOn(kind, schema);
    return withClient(database.url, async (client) => (await client.query<Record<string, unknown>>(query)).rows);
  };

  test('a failure is placed in its file, with a frame, what it costs and a remedy', async () => {
    const [problem] = await problemsOf([
      file('schema/1.sql', 'CREATE TABLE a (id int);\n'),
      file('schema/2.sql', '-- é 😀\nCREATE TABLE ok (id int);\n\n  CREATE TABLE b (\n    "é😀" int, id itn NOT NULL\n);\n'),
    ]);
    expect(problem && formatDiagnostic(problem)).toBe(
      [
        'schema/2.sql:5:18: warning [42704]: type "itn" does not exist: no query can use the table b',
        '  |',
        '5 |     "é😀" int, id itn NOT NULL',
        '  |                  ^^^',
        '  help: Add the file that creates it to schema, or correct the name.',
      ].join('\n'),
    );
  });

  test('every statement that is wrong is reported, and what only follows from them is not', async () => {
    const problems = await problemsOf([
      file('b.sql', 'CREATE TABLE t (a int,);\nALTER TABLE t ADD b int;\nCREATE TABLE u (a int);\nCREATE VIEW v AS SELECT * FROM t;'),
      file(
        'a.sql',
        'CREATE TABLE u (b int);\nCREAT TABLE w (c int);\nCREATE VIEW x AS SELECT nosuch(1) FROM u;\nCREATE VIEW y AS SELECT * FROM x;',
      ),
    ]);
    expect(problems.map(({ file: where, sqlstate, message }) => [where?.path, sqlstate, message])).toEqual([
      ['b.sql', '42601', 'syntax error at or near ")": no query can use the table t'],
      ['a.sql', '42P07', 'relation "u" already exists: what is there already stands'],
      ['a.sql', '42601', 'syntax error at or near "CREAT": it was passed over'],
      ['a.sql', '42883', 'function nosuch(integer) does not exist: no query can use the view x'],
    ]);
    expect(problems[1]?.remedy).toMatch(/a dump or the migrations, not both/);
  });

  test('what is missing is reported where nothing else is wrong', async () => {
    const problems = await problemsOf('CREATE VIEW t AS TABLE  public . nowhere;\nDROP TABLE gone;\nALTER VIEW t RENAME COLUMN x TO y;');
    expect(problems.map(({ sqlstate, start, message }) => [sqlstate, start, message])).toEqual([
      ['42P01', 24, 'relation "public.nowhere" does not exist: no query can use the view t'],
      // The third statement fails because the first one did.
      ['42P01', 42, 'table "gone" does not exist: there was nothing to drop'],
    ]);
  });

  test("PostgreSQL's hint and detail are kept", async () => {
    const [problem] = await problemsOf(`CREATE TABLE t (a text PRIMARY KEY, b int GENERATED ALWAYS AS (a || 'x') STORED)`);
    expect(problem).toMatchObject({ sqlstate: '42804', hint: 'You will need to rewrite or cast the expression.' });
    const [other] = await problemsOf(`CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a uuid REFERENCES t)`);
    expect(other?.message).toMatch(
      /^foreign key constraint .* cannot be implemented \(Key columns .* incompatible types: uuid and integer\.?\): "REFERENCES t" was left out of u/,
    );
  });

  test('files may name what a later file makes', async () => {
    const schema = [
      file('a_view.sql', `CREATE VIEW v AS SELECT b.id, c.name FROM b JOIN c USING (id);\nCOMMENT ON VIEW v IS 'x';`),
      file(
        'b.sql',
        'CREATE TABLE b (id int REFERENCES c, mood mood);\nCREATE TRIGGER t BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION f();',
      ),
      file('c.sql', 'CREATE TABLE c (id int PRIMARY KEY, name text);'),
      file(
        'types.sql',
        `CREATE TYPE mood AS ENUM ('ok');\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;`,
      ),
    ];
    expect(
      await ask(
        schema,
        `SELECT obj_description('v'::regclass) AS comment, (SELECT count(*)::int FROM pg_trigger WHERE tgname = 't') AS triggers`,
      ),
    ).toEqual([{ comment: 'x', triggers: 1 }]);
  });

  test('a DROP does not wait for what a later file makes', async () => {
    expect(await ask('DROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);', `SELECT to_regclass('t') IS NOT NULL AS there`)).toEqual([
      { there: true },
    ]);
    expect((await problemsOf('DROP TABLE t;\nCREATE TABLE t (a int);')).map(({ sqlstate }) => sqlstate)).toEqual(['42P01']);
  });

  test('neither seed data nor roles, owners or rights can break it', async () => {
    const schema = `
CREATE TABLE t (a int CHECK (a > 0));
INSERT INTO t VALUES (-1);
SELECT no_such_function();
ALTER TABLE t OWNER TO nobody_at_all;
GRANT SELECT ON t TO nobody_at_all;
CREATE SCHEMA s AUTHORIZATION nobody_at_all;
CREATE POLICY p ON t TO nobody_at_all USING (true);
DO $$ BEGIN IF (SELECT count(*) FROM t) = 0 THEN RAISE EXCEPTION 'no seed'; END IF; END $$;
UPDATE nowhere SET x = 1;
SET no_such_setting = 1;
-- name: AddColumn :exec
ALTER TABLE t ADD COLUMN @name text;
-- name: MakeOther :exec
CREATE TABLE other (a int, b sqlc.arg(type));
CREATE TABLE last (a int);`;
    expect((await problemsOf([file('s.sql', schema)])).map(formatDiagnostic).join('\n')).toMatch(
      /^s\.sql:9:1: warning \[P0001\]: no seed: what the block would have made is not there/,
    );
    expect(await ask(schema, `SELECT count(*)::int AS n FROM pg_class WHERE relname IN ('t', 'last', 'other') AND relkind = 'r'`)).toEqual([
      { n: 2 },
    ]);
  });

  test('a temporary table lasts, for the queries that use it, unless another one has its name', async () => {
    const schema = [
      file(
        '1.sql',
        `CREATE TABLE t (a int);\nBEGIN;\nCREATE TEMP TABLE staging (LIKE t) ON COMMIT DROP;\nCOMMIT;\nCREATE TEMP TABLE t (b int);`,
      ),
      file('2.sql', `CREATE TEMP TABLE old AS SELECT * FROM t;\nDROP TABLE old;\nCREATE TEMPORARY TABLE old (c int);`),
    ];
    expect(
      await ask(
        schema,
        `SELECT attrelid::regclass::text AS t, attname AS c FROM pg_attribute WHERE attrelid IN ('t'::regclass, 'staging'::regclass, 'old'::regclass) AND attnum > 0 ORDER BY 1`,
      ),
    ).toEqual([
      { t: 'old', c: 'c' },
      { t: 'staging', c: 'a' },
      { t: 't', c: 'a' },
    ]);
  });

  test('a function in a language that is not there keeps its signature', async () => {
    expect(
      await ask(
        `CREATE FUNCTION f(a int) RETURNS text AS $$ return 'x' $$ LANGUAGE plv8 STRICT;`,
        `SELECT pg_get_function_result('f(int)'::regprocedure) AS result, proisstrict FROM pg_proc WHERE proname = 'f'`,
      ),
    ).toEqual([{ result: 'text', proisstrict: true }]);
  });

  test('a value added to an enum can be used by the next statement', async () => {
    expect(
      await ask(
        `BEGIN; CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b'; CREATE TABLE t (x e DEFAULT 'b'); COMMIT;`,
        `SELECT enum_range(NULL::e)::text AS labels`,
      ),
    ).toEqual([{ labels: '{a,b}' }]);
  });

  test('a search path holds for its file, and stays reachable afterwards', async () => {
    const schema = [
      file('1.sql', `CREATE SCHEMA "My App";\nSET search_path TO 'My App';\nCREATE TABLE in_app (a int);`),
      file('2.sql', `CREATE TABLE in_public (a int);\nALTER TABLE in_app ADD COLUMN b int;`),
    ];
    expect(
      await ask(
        schema,
        `SELECT in_app.b, 'in_public'::regclass::text AS t, to_regclass('public.in_public') IS NOT NULL AS there, current_setting('search_path') AS path FROM (SELECT 1) x LEFT JOIN in_app ON true`,
      ),
    ).toEqual([{ b: null, t: 'in_public', there: true, path: '"My App", public' }]);
  });

  test('a dump that empties the path leaves it to the queries', async () => {
    const schema = `SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.t (a int);`;
    expect(
      await ask([file('dump.sql', schema), file('later.sql', 'CREATE TABLE u (a int);')], 'SELECT count(*)::int AS n FROM t, u'),
    ).toEqual([{ n: 0 }]);
  });

  test('extensions, into a schema that is not there, and of a version that is not', async () => {
    const schema = `CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions VERSION '0.1';\nCREATE EXTENSION earthdistance CASCADE;\nCREATE EXTENSION IF NOT EXISTS plpgsql;\nCREATE TABLE t (id uuid DEFAULT extensions.uuid_generate_v4());`;
    expect(await ask(schema, `SELECT extname FROM pg_extension ORDER BY 1`)).toEqual(
      ['cube', 'earthdistance', 'plpgsql', 'uuid-ossp'].map((extname) => ({ extname })),
    );
  });

  test('foreign keys and triggers of tables that are elsewhere are left out, and said', async () => {
    const schema = `
CREATE TABLE profiles (
  id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE,
  owner uuid CONSTRAINT o REFERENCES "auth"."users" (id) ON UPDATE SET NULL NOT DEFERRABLE NOT NULL,
  CONSTRAINT p FOREIGN KEY (id, owner) REFERENCES auth.pairs (a, b) MATCH FULL ON DELETE SET NULL (owner),
  FOREIGN KEY (owner) REFERENCES public.profiles (id)
);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY, ADD COLUMN note text;
ALTER TABLE profiles ADD CONSTRAINT q FOREIGN KEY (owner) REFERENCES auth.users (id) NOT VALID;
ALTER TABLE profiles ADD COLUMN made_by citext NOT NULL REFERENCES auth.users (id);
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE later (id uuid REFERENCES last);
CREATE TABLE first (id uuid PRIMARY KEY);
ALTER TABLE first RENAME TO last;`;
    expect((await problemsOf(schema)).map(({ message }) => message)).toEqual([
      'schema "auth" does not exist: "REFERENCES auth.users ON DELETE CASCADE" and "CONSTRAINT o REFERENCES "auth"."users" (id) ON UPDATE SET N…" and "CONSTRAINT p FOREIGN KEY (id, owner) REFERENCES auth.pairs …" was left out of profiles, and no type depends on it',
      'schema "auth" does not exist: the trigger of users is not there, and no type depends on it',
      'schema "auth" does not exist: profiles stays as it was',
      'schema "auth" does not exist: "REFERENCES auth.users (id)" was left out of profiles.made_by, and no type depends on it',
    ]);
    expect(
      await ask(
        schema,
        `SELECT conrelid::regclass::text AS t, pg_get_constraintdef(oid) AS c FROM pg_constraint WHERE contype IN ('f', 'p') AND conrelid::regclass::text NOT IN ('last', 'users') AND connamespace = 'public'::regnamespace ORDER BY 1, 2`,
      ),
    ).toEqual([
      { t: 'later', c: 'FOREIGN KEY (id) REFERENCES last(id)' },
      { t: 'profiles', c: 'FOREIGN KEY (owner) REFERENCES profiles(id)' },
      { t: 'profiles', c: 'PRIMARY KEY (id)' },
    ]);
    expect(
      await ask(
        schema,
        `SELECT attname AS name, attnotnull AS required FROM pg_attribute WHERE attrelid = 'profiles'::regclass AND attnum > 0 ORDER BY attnum`,
      ),
    ).toEqual([
      { name: 'id', required: true },
      { name: 'owner', required: true },
      { name: 'note', required: false },
      { name: 'made_by', required: true },
    ]);
  });

  test('types that only sqlc knows', async () => {
    const schema = [
      file(
        '1.sql',
        `CREATE TABLE keys (id INTEGER PRIMARY KEY, raw_key BLOB NOT NULL UNIQUE CHECK (length(raw_key) = 33), tweak Blob, names STRING[] NOT NULL DEFAULT '{}');`,
      ),
      file('2.sql', `CREATE SCHEMA app; SET search_path = app;\nCREATE TABLE hashes (hash BLOB PRIMARY KEY, key_name STRING);`),
    ];
    const columns = `SELECT attname AS name, format_type(CASE WHEN typelem <> 0 AND typlen = -1 AND typcategory = 'A' THEN (SELECT e.typbasetype FROM pg_type e WHERE e.oid = t.typelem) ELSE COALESCE(NULLIF(typbasetype, 0), t.oid) END, NULL) AS type
      FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid WHERE attrelid IN ('keys'::regclass, 'app.hashes'::regclass) AND attnum > 0 ORDER BY attrelid, attnum`;
    expect(await ask(schema, columns)).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'raw_key', type: 'bytea' },
      { name: 'tweak', type: 'bytea' },
      { name: 'names', type: 'text' },
      { name: 'hash', type: 'bytea' },
      { name: 'key_name', type: 'text' },
    ]);
    const own = `CREATE TABLE t (a string);\nCREATE DOMAIN public.string AS varchar(3);`;
    expect(
      await ask([file('s.sql', own)], `SELECT format_type(typbasetype, typtypmod) AS type FROM pg_type WHERE typname = 'string'`),
    ).toEqual([{ type: 'character varying(3)' }]);
    expect((await problemsOf('CREATE TABLE t (a blobs, b other.blob);')).map(({ message }) => message)).toEqual([
      'type "blobs" does not exist: no query can use the table t',
    ]);
  });

  test('extensions that a schema uses and does not create', async () => {
    const schema = [
      file(
        '1.sql',
        `CREATE TABLE t (id uuid DEFAULT uuid_generate_v4(), email citext NOT NULL, tags citext[], name text, path text, room int, EXCLUDE USING gist (room WITH =));`,
      ),
      file('2.sql', `CREATE INDEX ON t USING gin (name gin_trgm_ops);\nALTER TABLE t ALTER COLUMN path TYPE ltree USING path::ltree;`),
    ];
    expect(await ask(schema, `SELECT extname FROM pg_extension ORDER BY 1`)).toEqual(
      ['btree_gist', 'citext', 'ltree', 'pg_trgm', 'plpgsql', 'uuid-ossp'].map((extname) => ({ extname })),
    );
  });

  test('an extension that a schema creates comes where the schema says', async () => {
    const schema = [
      file('1.sql', `CREATE TABLE t (id uuid DEFAULT ext.uuid_generate_v4(), email ext.citext);`),
      file('2.sql', `CREATE SCHEMA ext;\nCREATE EXTENSION "uuid-ossp" SCHEMA ext;\nCREATE EXTENSION citext SCHEMA ext;`),
    ];
    expect(
      await ask(
        schema,
        `SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'email'`,
      ),
    ).toEqual([{ type: 'ext.citext' }]);
  });

  test("a project's own things of the same names bring no extension", async () => {
    const schema = `CREATE TYPE vector AS (x int, y int);\nCREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';\nCREATE TABLE t (id uuid DEFAULT uuid_generate_v4(), cube int, at vector);`;
    expect(await ask(schema, `SELECT extname FROM pg_extension`)).toEqual([{ extname: 'plpgsql' }]);
  });

  test('a type of an extension that is not to be had is read as text, and computes nothing', async () => {
    const schema = `CREATE EXTENSION postgis;\nCREATE TABLE places (id int, at geometry(Point, 4326) NOT NULL, path geography);\nCREATE INDEX ON places USING gist (at);`;
    expect((await problemsOf(schema)).map(({ start, message }) => [start, message])).toEqual([
      [0, expect.stringMatching(/: what the extension brings is not there$/)],
    ]);
    expect(await ask(schema, `SELECT id, at FROM places`)).toEqual([]);
    await expect(ask(schema, `SELECT FROM places WHERE at = at`)).rejects.toThrow('operator does not exist');
  });

  test('an extension that is nowhere is told at its place, with another database', async () => {
    const problems = await problemsOf(
      `CREATE TABLE t (a int);\nCREATE EXTENSION no_such_extension;\nCREATE INDEX i ON t USING no_such_method (a);`,
    );
    expect(problems[0]).toMatchObject({
      start: 24,
      message: expect.stringContaining('no_such_extension'),
      remedy: expect.stringContaining('DATABASE_URL'),
    });
    expect(problems.map(({ sqlstate }) => sqlstate)).toEqual([expect.any(String), '42704']);
  });

  test('what follows from a clause that was left out, or from an extension that is nowhere, is not told besides', async () => {
    const problems = await problemsOf(`CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES nowhere (id));
ALTER TABLE a DROP CONSTRAINT a_b_fkey;
CREATE EXTENSION timescaledb;
ALTER TABLE a SET (timescaledb.compress);`);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('"REFERENCES nowhere (id)" was left out of a,'),
      expect.stringContaining('what the extension brings is not there'),
    ]);
  });

  test('what waits is not brought back over what came later', async () => {
    const schema = `
CREATE VIEW v AS SELECT a AS old FROM t;
CREATE OR REPLACE FUNCTION f() RETURNS e LANGUAGE sql AS 'SELECT NULL::e';
CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION h();
CREATE TABLE t (a int);
DROP VIEW IF EXISTS v;
CREATE VIEW v AS SELECT a AS new FROM t;
CREATE TYPE e AS ENUM ();
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION h();
CREATE TABLE gone (a nosuch);
DROP TABLE IF EXISTS gone;`;
    expect(await problemsOf(schema)).toEqual([]);
    expect(
      await ask(
        schema,
        `SELECT attname AS name, pg_get_function_result('f()'::regprocedure) AS result FROM pg_attribute WHERE attrelid = 'v'::regclass`,
      ),
    ).toEqual([{ name: 'new', result: 'integer' }]);
  });

  test('the actions of a statement are taken one by one, and clauses are left out, where one fails', async () => {
    const schema = `
CREATE TABLE t (a int NOT NULL, b int DEFAULT nosuch(), c text COLLATE nosuch CHECK (nosuch(c)), d int, UNIQUE (a), CHECK (nosuch(a))) USING nosuch WITH (nosuch = 1);
ALTER TABLE t DROP CONSTRAINT nosuch, ALTER COLUMN a DROP NOT NULL, ADD CONSTRAINT q FOREIGN KEY (d) REFERENCES nosuch (id), ADD COLUMN e int REFERENCES nosuch;
DROP INDEX nosuch;
COMMENT ON COLUMN t.nosuch IS 'x';
ALTER TABLE t ADD COLUMN f int, DROP COLUMN d;`;
    expect((await problemsOf(schema)).map(({ message }) => message)).toEqual([
      'collation "nosuch" for encoding "UTF8" does not exist: "COLLATE nosuch" and "WITH (nosuch = 1)" and "DEFAULT nosuch()" and "CHECK (nosuch(c))" and "CHECK (nosuch(a))" and "USING nosuch" was left out of t, and no type depends on it',
      'constraint "nosuch" of relation "t" does not exist: t stays as it was',
      'relation "nosuch" does not exist: t stays as it was',
      'relation "nosuch" does not exist: "REFERENCES nosuch" was left out of t.e, and no type depends on it',
      'index "nosuch" does not exist: there was nothing to drop',
      'column "nosuch" of relation "t" does not exist: the comment is not there',
    ]);
    expect(
      await ask(
        schema,
        `SELECT attname AS name, attnotnull AS required FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      ),
    ).toEqual(['a', 'b', 'c', 'e', 'f'].map((name) => ({ name, required: false })));
  });

  test('a type that only sqlc knows, in a query', async () => {
    const database = await openOn(kind, 'CREATE TABLE t (a text);', [
      file('q.sql', '-- name: Find :many\nSELECT a FROM t WHERE a LIKE @q::string;'),
    ]);
    expect(
      await withClient(database.url, async (client) => (await client.query(`SELECT FROM t WHERE a LIKE 'x'::string`)).rows as unknown),
    ).toEqual([]);
  });

  test('extensions in a DO block, and those that only a query uses', async () => {
    const schema = `DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; END $$;\nCREATE TABLE t (id uuid DEFAULT uuid_generate_v4(), name text);`;
    const database = await openOn(
      kind,
      [file('s.sql', schema)],
      [
        file(
          'q.sql',
          `-- name: Search :many\nSELECT id FROM t ORDER BY similarity(name, @q);\n-- name: Sim :many\nSELECT pgp_sym_encrypt(name, 'x') FROM t;`,
        ),
      ],
    );
    expect(
      await withClient(
        database.url,
        async (client) => (await client.query<{ extname: string }>(`SELECT extname FROM pg_extension ORDER BY 1`)).rows,
      ),
    ).toEqual(['pg_trgm', 'pgcrypto', 'plpgsql', 'uuid-ossp'].map((extname) => ({ extname })));
  });

  test('an empty schema is a database too', async () => {
    expect(await ask([], `SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([{ n: 0 }]);
  });
});
