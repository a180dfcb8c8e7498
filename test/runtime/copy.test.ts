import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bindArray, bindJson, bindTimestamptz, copyFrom, prepared, type CopyDefinition, type Database } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { rawRow } from './server.js';

interface Row {
  readonly id: number;
  readonly note?: string | null;
  readonly raw?: Uint8Array | null;
  readonly at?: Date | null;
  readonly tags?: readonly (string | null)[];
  readonly doc?: unknown;
  readonly flag?: boolean;
  readonly big?: bigint;
}

const COPY: CopyDefinition<Row> = {
  name: 'CopyThings',
  command: 'copyfrom',
  source: 'queries/things.sql:7',
  table: ['Odd "Schema"', 'Things'],
  columns: ['id', 'The Note', 'raw', 'at', 'tags', 'doc', 'flag', 'big'],
  bind: (row) => [row.id, row.note, row.raw, bindTimestamptz(row.at), bindArray(row.tags), bindJson(row.doc), row.flag, row.big],
};
const copy = copyFrom(COPY);

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createDatabase(`
    CREATE SCHEMA "Odd ""Schema""";
    CREATE TABLE "Odd ""Schema"""."Things" (
      id int PRIMARY KEY, "The Note" text, raw bytea, at timestamptz, tags text[], doc jsonb, flag bool, big int8, later text DEFAULT 'default'
    );
    CREATE VIEW things AS SELECT * FROM "Odd ""Schema"""."Things";`);
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => pool.query('TRUNCATE "Odd ""Schema"""."Things"'));

async function count(): Promise<number> {
  const [n] = await rawRow(pool, 'SELECT count(*) FROM things');
  return Number(n);
}

describe('exactly what was bound', () => {
  const awkward = fc.oneof(
    fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', '\b', '\f', '\v', 'a', ',', '"', "'", 'é', '💥') }),
    fc.constantFrom('', '\\N', '\\.', '\\\\', '\n', '\\n', 'NULL', '\\x00'),
    fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
  );

  test('texts, bytes and NULLs', async () => {
    const client = await pool.connect();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ note: fc.option(awkward), raw: fc.option(fc.uint8Array()), tags: fc.array(fc.option(awkward)) })),
        async (parts) => {
          await client.query('TRUNCATE "Odd ""Schema"""."Things"');
          const rows = parts.map((part, id) => ({ ...part, id }));
          expect(await copy(client, rows)).toBe(rows.length);
          const stored = await client.query<{ note: string | null; raw: Buffer | null; tags: string[] }>(
            'SELECT "The Note" AS note, raw, tags FROM things ORDER BY id',
          );
          expect(stored.rows.map(({ note, raw, tags }) => ({ note, raw: raw && [...raw], tags }))).toEqual(
            parts.map(({ note, raw, tags }) => ({ note, raw: raw && [...raw], tags })),
          );
        },
      ),
    );
    client.release();
  });

  test('the other types, and the columns left out', async () => {
    const at = new Date('2024-02-29T12:34:56.789Z');
    await copy(pool, [{ id: 1, at, doc: { 'a\\b': '\n"' }, flag: true, big: 2n ** 62n }, { id: 2 }]);
    expect(await rawRow(pool, `SELECT extract(epoch from at) * 1000, doc, flag, big, later, raw IS NULL FROM things WHERE id = 1`)).toEqual(
      [`${at.getTime()}.000000`, '{"a\\\\b": "\\n\\""}', 't', '4611686018427387904', 'default', 't'],
    );
    expect(await rawRow(pool, 'SELECT num_nulls("The Note", raw, at, tags, doc, flag, big) FROM things WHERE id = 2')).toEqual(['7']);
  });
});

describe('streams', () => {
  test('many rows from an async generator, more than any buffer holds', async () => {
    const note = 'x'.repeat(1000);
    async function* rows(): AsyncGenerator<Row> {
      for (let id = 0; id < 20_000; id++) yield { id, note };
    }
    expect(await copy(pool, rows())).toBe(20_000);
    expect(await count()).toBe(20_000);
  });

  test('the source is read no faster than the server takes the rows', async () => {
    const client = await pool.connect();
    const blocker = new pg.Client(database.url);
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE "Odd ""Schema"""."Things"');
    let read = 0;
    const note = 'x'.repeat(1000);
    function* rows(): Generator<Row> {
      for (let id = 0; id < 200_000; id++) {
        read = id;
        yield { id, note };
      }
    }
    // The server cannot begin, so that at most a few buffers' worth may have been read.
    const copying = copy(client, rows());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read).toBeLessThan(2000);
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await copying).toBe(200_000);
    client.release();
  });

  test('no rows', async () => {
    expect(await copy(pool, [])).toBe(0);
  });

  test('in the transaction of its client', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    expect(await copy(prepared(client), [{ id: 1 }])).toBe(1);
    await client.query('ROLLBACK');
    client.release();
    expect(await count()).toBe(0);
  });

  test('on a handle over a pool', async () => {
    expect(await copy(prepared(pool), [{ id: 1 }])).toBe(1);
    expect(await count()).toBe(1);
  });
});

describe('errors', () => {
  test('a row that the server refuses: none is kept', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({ id: index === 4999 ? 1 : index, note: 'x'.repeat(100) }));
    await expect(copy(pool, rows)).rejects.toMatchObject({
      name: 'QueryError',
      query: 'CopyThings',
      source: 'queries/things.sql:7',
      code: '23505',
      constraint: 'Things_pkey',
    });
    expect(await count()).toBe(0);
    expect(await copy(pool, [{ id: 1 }])).toBe(1);
  });

  test('a row that cannot be bound, or a source that fails: none is kept, and the client goes on', async () => {
    const client = await pool.connect();
    await expect(copy(client, [{ id: 1 }, { id: 2, at: new Date(NaN) }])).rejects.toMatchObject({ name: 'BindError', query: 'CopyThings' });
    async function* failing(): AsyncGenerator<Row> {
      yield { id: 1, note: 'x'.repeat(100_000) };
      throw new Error('the source is broken');
    }
    await expect(copy(client, failing())).rejects.toMatchObject({ name: 'QueryError', cause: { message: 'the source is broken' } });
    expect(await rawRow(client, 'SELECT count(*) FROM things')).toEqual(['0']);
    expect(await copy(client, [{ id: 1 }])).toBe(1);
    client.release();
  });

  test.each(['pool', 'client'] as const)('the connection is lost in the middle, on a %s', async (kind) => {
    const client = kind === 'client' ? new pg.Client(database.url) : undefined;
    client?.on('error', () => undefined);
    await client?.connect();
    async function* rows(): AsyncGenerator<Row> {
      yield { id: 1, note: 'x'.repeat(100_000) };
      const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '-- name: CopyThings%' AND datname = current_database() AND pid <> pg_backend_pid()`;
      await expect.poll(async () => (await pool.query(kill)).rowCount).toBe(1);
      for (let id = 2; id < 100_000; id++) yield { id, note: 'x'.repeat(1000) };
    }
    await expect(copy(client ?? pool, rows())).rejects.toMatchObject({ name: 'QueryError', query: 'CopyThings' });
    expect(await count()).toBe(0);
    expect(await copy(pool, [{ id: 1 }])).toBe(1);
  });

  test('a table that is gone', async () => {
    await expect(copyFrom({ ...COPY, table: ['public', 'gone'] })(pool, [{ id: 1 }])).rejects.toMatchObject({
      name: 'QueryError',
      code: '42P01',
    });
    expect(await copy(pool, [{ id: 1 }])).toBe(1);
  });

  test('a source that never goes on holds nothing up', async () => {
    async function* hanging(): AsyncGenerator<Row> {
      yield { id: 1, note: 'x'.repeat(100_000) };
      yield { id: 1, note: 'x'.repeat(100_000) };
      await new Promise(() => undefined);
    }
    const twice = 'CREATE UNIQUE INDEX IF NOT EXISTS things_note ON "Odd ""Schema"""."Things" (length("The Note"))';
    await pool.query(twice);
    try {
      await expect(copy(pool, hanging())).rejects.toMatchObject({ name: 'QueryError', code: '23505' });
    } finally {
      await pool.query('DROP INDEX "Odd ""Schema""".things_note');
    }
  });

  test('a signal ends it at once, in the middle and while it waits for its turn, and the client goes on', async () => {
    const client = await pool.connect();
    const controller = new AbortController();
    async function* rows(): AsyncGenerator<Row> {
      yield { id: 1, note: 'x'.repeat(100_000) };
      controller.abort(new Error('enough'));
      await new Promise(() => undefined);
    }
    await expect(copy(client, rows(), { signal: controller.signal })).rejects.toThrow('enough');
    const waiting = new AbortController();
    const before = client.query('SELECT 1');
    const late = copy(client, [{ id: 2 }], { signal: waiting.signal });
    waiting.abort(new Error('never mind'));
    await expect(late).rejects.toThrow('never mind');
    await before;
    expect(await copy(client, [{ id: 3 }])).toBe(1);
    expect(await count()).toBe(1);
    client.release();
  });

  test('nobody answers', async () => {
    const nowhere = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody' });
    await expect(copy(nowhere, [{ id: 1 }])).rejects.toMatchObject({ name: 'QueryError', cause: { code: 'ECONNREFUSED' } });
    await nowhere.end();
  });

  test('a pipelined client cannot copy, and says so', async () => {
    const pipelined = new pg.Client({ connectionString: database.url, pipeline: true });
    await pipelined.connect();
    await expect(copy(pipelined, [{ id: 1 }])).rejects.toMatchObject({ name: 'QueryError', message: expect.stringContaining('pipeline') });
    expect(await rawRow(pipelined, 'SELECT 1')).toEqual(['1']);
    await pipelined.end();
  });

  test('a handle that is not node-postgres’s', async () => {
    const odd: Database = { query: (config) => pool.query<(string | null)[]>({ ...config, values: [...config.values] }) };
    await expect(copy(odd, [{ id: 1 }])).rejects.toMatchObject({ name: 'QueryError' });
  });
});
