/** Made-up rows for schemas that resist: every table is filled, and NULLs, edges and labels are there. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '../support/database.js';
import { fillDatabase, type Filled } from './fill/fill.js';
import { completePartitions } from './fill/partitions.js';
import { unsettle } from './fill/unsettle.js';
import { readFillSchema, type FillSchema } from './fill/schema.js';
import { connect, quoteIdentifier, textRows } from './server.js';
import type pg from 'pg';

const CORPUS = join(dirname(fileURLToPath(import.meta.url)), 'corpus/schema');

interface FilledDatabase {
  readonly client: pg.Client;
  readonly schema: FillSchema;
  readonly filled: Filled;
}

async function withFilled(sql: string, work: (database: FilledDatabase) => Promise<void>, seed = 1): Promise<void> {
  const database = await createDatabase(sql);
  const client = await connect(database.url);
  try {
    await completePartitions(client);
    const schema = await readFillSchema(client);
    await work({ client, schema, filled: await fillDatabase(client, schema, { seed }) });
  } finally {
    await client.end();
    await database.drop();
  }
}

async function corpusSchema(): Promise<string> {
  const files = (await readdir(CORPUS)).sort();
  return (await Promise.all(files.map((file) => readFile(join(CORPUS, file), 'utf8')))).join('\n');
}

/** Columns that allow NULL and never show one. */
async function columnsWithoutNull({ client, schema }: FilledDatabase): Promise<string[]> {
  const missing: string[] = [];
  for (const table of schema.tables) {
    for (const column of table.columns) {
      const domain = schema.types.get(column.typeOid);
      if (column.notNull || column.generated || domain?.notNull === true) continue;
      const [row] = await textRows(client, `SELECT count(*) FILTER (WHERE ${quoteIdentifier(column.name)} IS NULL) AS n FROM ${table.sql}`);
      if (row?.['n'] === '0') missing.push(`${table.sql}.${column.name}`);
    }
  }
  return missing;
}

const counts = ({ filled }: FilledDatabase): Record<string, number> =>
  Object.fromEntries(filled.tables.map(({ table, rows }) => [table.name, rows]));

describe('the filler', () => {
  test('fills every table of the corpus, with NULL in every column that allows it', async () => {
    await withFilled(await corpusSchema(), async (database) => {
      expect(database.filled.tables.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
      // A CHECK of the child refuses what the inherited column allows.
      expect(await columnsWithoutNull(database)).toEqual(['public.trucks.wheels']);
    });
  });

  test('shows every label of every enum', async () => {
    await withFilled(await corpusSchema(), async ({ client }) => {
      const [row] = await textRows(
        client,
        `SELECT array_agg(DISTINCT c_status ORDER BY c_status) AS a, array_agg(DISTINCT c_other ORDER BY c_other) AS b FROM everything`,
      );
      expect(row?.['a']).toBe(`{draft,active,on-hold,closed'd}`);
      expect(row?.['b']).toBe('{open,paid,void}');
    });
  });

  test('closes circles of keys that cannot be NULL, and leaves the keys as they were', async () => {
    const sql = `
      CREATE TABLE hen (id int PRIMARY KEY, egg_id int NOT NULL);
      CREATE TABLE egg (id int PRIMARY KEY, hen_id int NOT NULL REFERENCES hen (id));
      ALTER TABLE hen ADD CONSTRAINT hen_egg FOREIGN KEY (egg_id) REFERENCES egg (id);
      CREATE TABLE boss (id int PRIMARY KEY, boss_id int NOT NULL REFERENCES boss (id));
      CREATE TABLE a (id int PRIMARY KEY, b_id int);
      CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a (id));
      ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);`;
    await withFilled(sql, async (database) => {
      for (const rows of Object.values(counts(database))) expect(rows).toBeGreaterThan(5);
      const [key] = await textRows(database.client, `SELECT condeferrable FROM pg_constraint WHERE conname = 'hen_egg'`);
      expect(key?.['condeferrable']).toBe('f');
      const [pointed] = await textRows(database.client, 'SELECT count(*) AS n FROM a WHERE b_id IS NOT NULL');
      expect(Number(pointed?.['n'])).toBeGreaterThan(0);
    });
  });

  test('satisfies conditions by their literals, lengths, patterns and shapes', async () => {
    const sql = `
      CREATE TABLE t (
        code char(3) NOT NULL CHECK (code = upper(code) AND length(code) = 3),
        slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        phone text CHECK (phone ~ '^\\+[0-9]{7,12}$'),
        iso text CHECK (iso LIKE 'ISO-%'),
        sha bytea CHECK (octet_length(sha) = 32),
        rate numeric(4, 3) CHECK (rate > 0.5 AND rate < 0.9),
        data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object' AND data ? 'version'),
        kind text NOT NULL CHECK (kind IN ('user', 'team')),
        user_id int, team_id int,
        starts date NOT NULL, ends date,
        CHECK (ends IS NULL OR ends > starts),
        CHECK (num_nonnulls(user_id, team_id) = 1),
        CHECK ((kind = 'user') = (user_id IS NOT NULL)),
        CHECK (1 / nullif(user_id, 0) IS NOT NULL OR user_id IS NULL)
      );`;
    await withFilled(sql, async (database) => {
      expect(counts(database)['t']).toBeGreaterThan(8);
      expect(await columnsWithoutNull(database)).toEqual([]);
    });
  });

  test('reaches every partition, and respects exclusion, generated and identity columns', async () => {
    const sql = `
      CREATE EXTENSION btree_gist;
      CREATE TABLE e (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, kind text NOT NULL, double int GENERATED ALWAYS AS (1) STORED, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
      CREATE TABLE e_old PARTITION OF e FOR VALUES FROM (MINVALUE) TO ('2000-01-01');
      CREATE TABLE e_new PARTITION OF e FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (kind);
      CREATE TABLE e_new_a PARTITION OF e_new FOR VALUES IN ('a', 'b');
      CREATE TABLE e_new_c PARTITION OF e_new FOR VALUES IN ('c');
      CREATE TABLE h (id int PRIMARY KEY) PARTITION BY HASH (id);
      CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE later (id int) PARTITION BY LIST (id);
      CREATE TABLE booking (room int NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));`;
    await withFilled(sql, async ({ client }) => {
      for (const table of ['e_old', 'e_new_a', 'e_new_c', 'h0', 'h1', 'later', 'booking']) {
        const [row] = await textRows(client, `SELECT count(*) AS n FROM ${table}`);
        expect(Number(row?.['n']), table).toBeGreaterThan(0);
      }
    });
  });

  test('draws again where a trigger refuses, and holds triggers back only where they refuse everything', async () => {
    const sql = `
      CREATE FUNCTION picky() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.n IS NULL OR NEW.n < 5 THEN RAISE EXCEPTION 'too small'; END IF; RETURN NEW; END $$;
      CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
      CREATE TABLE picked (id serial PRIMARY KEY, n int);
      CREATE TRIGGER t BEFORE INSERT ON picked FOR EACH ROW EXECUTE FUNCTION picky();
      CREATE TABLE locked (id serial PRIMARY KEY, picked_id int NOT NULL REFERENCES picked (id));
      CREATE TRIGGER t BEFORE INSERT ON locked FOR EACH ROW EXECUTE FUNCTION never();`;
    await withFilled(sql, async ({ client, filled }) => {
      expect(filled.tables.map(({ table, withoutTriggers }) => [table.name, withoutTriggers])).toEqual([
        ['picked', false],
        ['locked', true],
      ]);
      const [orphans] = await textRows(client, 'SELECT count(*) AS n FROM locked WHERE picked_id NOT IN (SELECT id FROM picked)');
      expect(orphans?.['n']).toBe('0');
    });
  });

  test('puts NULL into a domain that refuses it, and leaves a materialized view behind its table', async () => {
    const sql = `
      CREATE DOMAIN word AS text NOT NULL CHECK (VALUE <> '');
      CREATE TABLE said (id serial PRIMARY KEY, word word, must word NOT NULL);
      CREATE MATERIALIZED VIEW heard AS SELECT id FROM said;`;
    await withFilled(sql, async ({ client, schema }) => {
      await unsettle(client, schema);
      const [row] = await textRows(
        client,
        `SELECT count(*) FILTER (WHERE word IS NULL) > 0 AS null, count(*) FILTER (WHERE must IS NULL) AS musts,
           (SELECT count(*) FROM heard) > count(*) AS stale FROM said`,
      );
      expect(row).toEqual({ null: 't', musts: '0', stale: 't' });
    });
  });

  test('makes the same rows from the same seed', async () => {
    const sql = `CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, m mood, s text, at timestamptz, j jsonb, r int4range, l uuid[]);`;
    const seen: string[] = [];
    for (const seed of [7, 7, 8]) {
      await withFilled(
        sql,
        async ({ client }) => void seen.push(JSON.stringify(await textRows(client, 'SELECT t::text AS row FROM t'))),
        seed,
      );
    }
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).not.toBe(seen[2]);
  });
});
