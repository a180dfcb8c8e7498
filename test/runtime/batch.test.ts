import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { batchExec, batchMany, batchOne, bindTimestamptz, number, prepared, type Database } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { definition } from './server.js';

const INSERT = definition<{ id: number; at?: Date }, void>({
  name: 'InsertThings',
  command: 'batchexec',
  text: 'INSERT INTO things (id, at) VALUES ($1, $2)',
  bind: (params) => [params.id, bindTimestamptz(params.at)],
  decode: () => undefined,
});
const UP_TO = definition<{ n: number }, number>({
  text: 'SELECT g FROM generate_series(1, $1::int) g',
  columns: ['g'],
  bind: (params) => [params.n],
  decode: (row) => number(row[0]),
});

let database: TestDatabase;
let pools: Readonly<Record<'plain' | 'pipelined', pg.Pool>>;

beforeAll(async () => {
  database = await createDatabase('CREATE TABLE things (id int PRIMARY KEY, at timestamptz)');
  const config = { connectionString: database.url, max: 2 };
  pools = { plain: new pg.Pool(config), pipelined: new pg.Pool({ ...config, pipeline: true }) };
});
afterAll(async () => {
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
  await database.drop();
});
beforeEach(() => pools.plain.query('TRUNCATE things'));

async function ids(): Promise<number[]> {
  const { rows } = await pools.plain.query<{ id: number }>('SELECT id FROM things ORDER BY id');
  return rows.map((row) => row.id);
}

describe.each(['plain', 'pipelined'] as const)('%s', (kind) => {
  test('results stand in the order of their params', async () => {
    const pool = pools[kind];
    expect(await batchMany(UP_TO)(pool, [{ n: 2 }, { n: 0 }, { n: 3 }])).toEqual([[1, 2], [], [1, 2, 3]]);
    expect(await batchOne(UP_TO)(pool, [{ n: 1 }, { n: 0 }, { n: 1 }])).toEqual([1, null, 1]);
    expect(await batchExec(INSERT)(pool, [{ id: 2 }, { id: 1 }])).toBeUndefined();
    expect(await ids()).toEqual([1, 2]);
  });

  test('any iterable, and more sets than go in one window', async () => {
    function* sets(): Generator<{ id: number }> {
      for (let id = 1; id <= 1234; id++) yield { id };
    }
    await batchExec(INSERT)(pools[kind], sets());
    expect((await ids()).length).toBe(1234);
  });

  test('an empty batch does not reach the server', async () => {
    const nobody = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody', pipeline: kind === 'pipelined' });
    expect(await batchMany(UP_TO)(nobody, [])).toEqual([]);
    expect(await batchExec(INSERT)(nobody, [])).toBeUndefined();
  });

  test('on a pool a batch is done whole or not at all, and the error is the first one', async () => {
    const failing = batchExec(INSERT)(pools[kind], [{ id: 1 }, { id: 2 }, { id: 1 }, { id: 3 }]);
    await expect(failing).rejects.toMatchObject({ name: 'QueryError', query: 'InsertThings', code: '23505', set: 2 });
    expect(await ids()).toEqual([]);
    expect(pools[kind].idleCount).toBe(pools[kind].totalCount);
    expect(await batchMany(UP_TO)(pools[kind], [{ n: 1 }])).toEqual([[1]]);
  });

  test('a batch begins and ends its transaction, and a client is kept only after a success', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1, pipeline: kind === 'pipelined' });
    const sent: string[] = [];
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((config: { text: string }, ...rest: unknown[]) => {
        sent.push(config.text.replace(/[^]*INSERT[^]*/, 'INSERT'));
        return query(config, ...rest);
      }) as never;
    });
    await batchExec(INSERT)(pool, [{ id: 1 }, { id: 2 }]);
    expect(sent).toEqual(['BEGIN', 'INSERT', 'INSERT', 'COMMIT']);
    expect(pool.idleCount).toBe(1);
    sent.length = 0;
    await expect(batchExec(INSERT)(pool, [{ id: 3 }, { id: 1 }])).rejects.toMatchObject({ code: '23505' });
    expect(sent).toEqual(['BEGIN', 'INSERT', 'INSERT', 'ROLLBACK']);
    expect(pool.idleCount).toBe(0);
    await pool.end();
  });

  test('a row too many undoes the batch', async () => {
    const returning = definition<{ id: number }, number>({
      text: 'INSERT INTO things (id) SELECT $1 + g FROM generate_series(1, $1) g RETURNING id',
      bind: (params) => [params.id],
      decode: (row) => number(row[0]),
    });
    await expect(batchOne(returning)(pools[kind], [{ id: 1 }, { id: 2 }])).rejects.toMatchObject({
      name: 'TooManyRowsError',
      rowCount: 2,
      set: 1,
    });
    expect(await ids()).toEqual([]);
  });

  test('an argument that cannot be sent is found before anything is sent', async () => {
    await expect(batchExec(INSERT)(pools[kind], [{ id: 1 }, { id: 2, at: new Date(NaN) }])).rejects.toMatchObject({
      name: 'BindError',
      set: 1,
    });
    expect(await ids()).toEqual([]);
  });

  test('on a client it runs in the caller’s transaction', async () => {
    const client = await pools[kind].connect();
    try {
      await client.query('BEGIN');
      await batchExec(INSERT)(client, [{ id: 1 }, { id: 2 }]);
      await client.query('ROLLBACK');
      expect(await ids()).toEqual([]);
      await batchExec(INSERT)(client, [{ id: 3 }]);
      await expect(batchExec(INSERT)(client, [{ id: 4 }, { id: 3 }])).rejects.toMatchObject({ code: '23505', set: 1 });
      // A pipelining client sends one statement after the other, and each is a transaction of its own.
      expect(await ids()).toEqual(kind === 'plain' ? [3] : [3, 4]);
    } finally {
      client.release();
    }
  });

  test('named statements, on one client of the pool', async () => {
    const db = prepared(pools[kind]);
    expect(await batchMany(UP_TO)(db, [{ n: 1 }, { n: 2 }, { n: 3 }])).toEqual([[1], [1, 2], [1, 2, 3]]);
    await batchExec(INSERT)(db, [{ id: 1 }, { id: 2 }]);
    expect(await ids()).toEqual([1, 2]);
  });

  test('a connection that is lost in the middle rejects, and the pool lives on', async () => {
    const sleep = definition<number, number>({
      text: `SELECT $1::int FROM pg_sleep($1), (VALUES ('batch ${kind}')) v`,
      bind: (s) => [s],
      decode: (row) => number(row[0]),
    });
    const failing = batchMany(sleep)(pools[kind], [0, 30, 0]).catch((error: unknown) => error);
    const admin = new pg.Client(inject('databaseUrl'));
    await admin.connect();
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%batch ${kind}%' AND state = 'active' AND wait_event = 'PgSleep'`;
    await expect.poll(async () => (await admin.query(kill)).rowCount).toBe(1);
    await admin.end();
    expect(await failing).toMatchObject({ name: 'QueryError', code: '57P01' });
    expect(await batchMany(UP_TO)(pools[kind], [{ n: 1 }])).toEqual([[1]]);
  });
});

test('a pipelined client has many statements under way at once', async () => {
  const client = new pg.Client({ connectionString: database.url, pipeline: true });
  await client.connect();
  let waiting = 0;
  let most = 0;
  const counting: Database & { readonly pipeline: boolean } = {
    pipeline: client.pipeline,
    async query(config) {
      most = Math.max(most, ++waiting);
      try {
        return await client.query<(string | null)[]>({ ...config, values: [...config.values] });
      } finally {
        waiting--;
      }
    },
  };
  await batchMany(UP_TO)(
    counting,
    Array.from({ length: 40 }, (_, n) => ({ n })),
  );
  expect(most).toBe(40);
  await client.end();
});

test('a batch is one round trip, and no size of it makes the two sides wait for each other', async () => {
  const client = new pg.Client(database.url);
  await client.connect();
  const names: string[] = [];
  const { connection } = client as pg.Client & { readonly connection: NodeJS.EventEmitter };
  connection.on('message', ({ name }: { name: string }) => names.push(name));
  // Both directions carry far more than the sockets' buffers hold.
  const echo = definition<string, string>({ text: 'SELECT $1::text', bind: (value) => [value], decode: (row) => row[0] ?? '' });
  const sets = Array.from({ length: 600 }, (_, n) => String(n).repeat(20_000));
  expect(await batchOne(echo)(client, sets)).toEqual(sets);
  expect(names.filter((name) => name === 'readyForQuery')).toHaveLength(1);
  names.length = 0;
  await batchExec({ ...INSERT, onePlan: true })(
    client,
    Array.from({ length: 5000 }, (_, id) => ({ id })),
  );
  expect(names.filter((name) => name === 'parseComplete')).toHaveLength(1);
  expect(names.filter((name) => name === 'readyForQuery')).toHaveLength(1);
  await client.end();
});

test('a set that fails early ends a large batch', async () => {
  const client = new pg.Client(database.url);
  await client.connect();
  const sets = Array.from({ length: 20_000 }, (_, id) => ({ id: id === 7 ? 3 : id }));
  await expect(batchExec(INSERT)(client, sets)).rejects.toMatchObject({ code: '23505', set: 7 });
  expect(await ids()).toEqual([]);
  expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  await client.end();
});

test('nobody answers', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody' });
  await expect(batchExec(INSERT)(pool, [{ id: 1 }])).rejects.toMatchObject({
    name: 'QueryError',
    query: 'InsertThings',
    cause: { code: 'ECONNREFUSED' },
  });
  await pool.end();
});
