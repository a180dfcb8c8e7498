import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { batchExec, exec, many, number, one, prepared, type Database } from '../../src/runtime/index.js';
import { definition } from './server.js';

const SLEEP = definition<{ seconds: number }, string>({
  name: 'Sleep',
  required: ['seconds'],
  optional: [],
  text: `SELECT 'cancel me' FROM pg_sleep($1)`,
  columns: ['text'],
  bind: ({ seconds }) => [seconds],
  decode: (row) => row[0] ?? '',
});
const sleep = one(SLEEP);
const pid = one(
  definition({ text: 'SELECT pg_backend_pid()', columns: ['pid'], required: [], optional: [], decode: (row) => number(row[0]) }),
);

let pool: pg.Pool;
let admin: pg.Client;
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 3 });
  admin = new pg.Client(inject('databaseUrl'));
  await admin.connect();
});
afterEach(async () => {
  // Nothing is left running, and every connection that is left answers.
  await expect.poll(sleeping).toBe(0);
  await expect.poll(() => pool.idleCount === pool.totalCount).toBe(true);
  await Promise.all(Array.from({ length: 3 }, () => pid(pool)));
});
afterAll(async () => {
  await pool.end();
  await admin.end();
});

async function sleeping(): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%cancel me%'`,
  );
  return rows[0]?.n ?? 0;
}

function reasonOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
}

describe.each<[string, () => Database]>([
  ['pool', () => pool],
  ['prepared', () => prepared(pool)],
])('on a %s', (_name, handle) => {
  test('an abort ends the statement on the server, and rejects with its reason', async () => {
    const controller = new AbortController();
    const failing = reasonOf(sleep(handle(), { seconds: 60 }, { signal: controller.signal }));
    await expect.poll(sleeping).toBe(1);
    const reason = new Error('the request was closed');
    controller.abort(reason);
    expect(await failing).toBe(reason);
  });

  test('a timeout', async () => {
    expect(await reasonOf(sleep(handle(), { seconds: 60 }, { timeout: 50 }))).toMatchObject({ name: 'TimeoutError' });
    const controller = new AbortController();
    expect(await reasonOf(sleep(handle(), { seconds: 60 }, { timeout: 50, signal: controller.signal }))).toMatchObject({
      name: 'TimeoutError',
    });
  });

  test('a signal that is aborted already sends nothing', async () => {
    const nobody = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody' });
    const reason = { never: 'sent' };
    expect(await reasonOf(sleep(nobody, { seconds: 0 }, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await reasonOf(sleep(handle(), { seconds: 0 }, { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test('a signal that is not aborted changes nothing, and is not held on to', async () => {
    const controller = new AbortController();
    expect(await sleep(handle(), { seconds: 0 }, { signal: controller.signal, timeout: 60_000 })).toBe('cancel me');
    controller.abort();
    expect(await sleep(handle(), { seconds: 0 })).toBe('cancel me');
  });

  test('while it waits for a connection', async () => {
    const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const controller = new AbortController();
    const failing = reasonOf(sleep(handle(), { seconds: 0 }, { signal: controller.signal }));
    controller.abort('no more');
    expect(await failing).toBe('no more');
    for (const client of clients) client.release();
  });

  test('many at once, each by its own', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        reasonOf(sleep(handle(), { seconds: n % 2 === 0 ? 0 : 60 }, { timeout: n % 2 === 0 ? 10_000 : 20 })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'it resolved')).toHaveLength(15);
  });
});

describe('on a client', () => {
  test('the next call is not what the request reaches', async () => {
    const client = new pg.Client(inject('databaseUrl'));
    await client.connect();
    for (let n = 0; n < 60; n++) {
      const controller = new AbortController();
      // Some end by themselves just when they are cancelled.
      const failing = reasonOf(sleep(client, { seconds: (n % 6) / 1000 }, { signal: controller.signal }));
      setTimeout(() => controller.abort(), n % 6);
      const [outcome, next] = await Promise.all([failing, sleep(client, { seconds: 0.002 })]);
      expect(next).toBe('cancel me');
      expect(outcome === 'it resolved' || (outcome as Error).name === 'AbortError').toBe(true);
    }
    await client.end();
  });

  test('a call that waits for its turn is never sent', async () => {
    const client = new pg.Client(inject('databaseUrl'));
    await client.connect();
    await client.query('CREATE TEMP TABLE t (n int)');
    const insert = exec(
      definition<{ n: number }, void>({ text: 'INSERT INTO t VALUES ($1)', bind: ({ n }) => [n], decode: () => undefined }),
    );
    const controller = new AbortController();
    const first = sleep(client, { seconds: 0.05 });
    const second = reasonOf(insert(client, { n: 1 }, { signal: controller.signal }));
    controller.abort('too late');
    expect(await second).toBe('too late');
    await first;
    expect((await client.query('SELECT n FROM t')).rows).toEqual([]);
    await client.end();
  });

  test('inside a transaction it is aborted, as by any error', async () => {
    const client = new pg.Client(inject('databaseUrl'));
    await client.connect();
    await client.query('BEGIN');
    expect(await reasonOf(sleep(client, { seconds: 60 }, { timeout: 30 }))).toMatchObject({ name: 'TimeoutError' });
    await expect(pid(client)).rejects.toMatchObject({ code: '25P02' });
    await client.query('ROLLBACK');
    expect(await pid(client)).toBeGreaterThan(0);
    await client.end();
  });
});

test('a batch is done whole or not at all', async () => {
  await admin.query('CREATE TABLE cancelled_batch (n int)');
  const insert = batchExec(
    definition<number, void>({
      text: `INSERT INTO cancelled_batch SELECT $1 FROM (SELECT 'cancel me' FROM pg_sleep(0.002)) s`,
      bind: (n) => [n],
      decode: () => undefined,
    }),
  );
  const sets = Array.from({ length: 100_000 }, (_, n) => n);
  expect(await reasonOf(insert(pool, sets, { timeout: 60 }))).toMatchObject({ name: 'TimeoutError' });
  expect(await reasonOf(insert(pool, sets.slice(0, 300), { timeout: 60 }))).toMatchObject({ name: 'TimeoutError' });
  await expect.poll(sleeping).toBe(0);
  expect((await admin.query('SELECT n FROM cancelled_batch LIMIT 1')).rows).toEqual([]);
  await admin.query('DROP TABLE cancelled_batch');
});

test('a stream', async () => {
  const rows = many(
    definition({
      text: `SELECT n FROM generate_series(1, 1000) n, LATERAL (SELECT 'cancel me' FROM pg_sleep(CASE WHEN n > 20 THEN 60 ELSE 0 END + n * 0)) s`,
      columns: ['n'],
      required: [],
      optional: [],
      decode: (row) => number(row[0]),
    }),
  );
  const seen: number[] = [];
  const streaming = (async () => {
    for await (const n of rows.stream(pool, { rows: 10, timeout: 200 })) seen.push(n);
  })();
  expect(await reasonOf(streaming)).toMatchObject({ name: 'TimeoutError' });
  expect(seen).toHaveLength(20);
});

test('a handle that takes configurations only is not waited for', async () => {
  const wrapper: Database = { query: (config) => pool.query(config as never) };
  expect(await reasonOf(sleep(wrapper, { seconds: 0.3 }, { timeout: 20 }))).toMatchObject({ name: 'TimeoutError' });
});
