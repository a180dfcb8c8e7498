import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exec, many, number, one, prepared, text, transaction, type Database } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { definition } from './server.js';

const insert = exec(
  definition<{ id: number }, void>({
    name: 'InsertThing',
    required: ['id'],
    optional: [],
    text: 'INSERT INTO things VALUES ($1)',
    bind: ({ id }) => [id],
    decode: () => undefined,
  }),
);
const sum = one(
  definition<void, number>({
    name: 'Sum',
    required: [],
    optional: [],
    text: 'SELECT coalesce(sum(id), 0) FROM things',
    columns: ['sum'],
    decode: (row) => number(row[0]),
  }),
);
const setting = one(
  definition<{ name: string }, string | null>({
    required: ['name'],
    optional: [],
    text: 'SELECT current_setting($1, true)',
    columns: ['value'],
    bind: ({ name }) => [name],
    decode: (row) => row[0] ?? null,
  }),
);
const broken = exec(definition<void, void>({ required: [], optional: [], text: 'SELECT 1/0', decode: () => undefined }));

let database: TestDatabase;
let pools: Readonly<Record<'plain' | 'pipelined', pg.Pool>>;
beforeAll(async () => {
  database = await createDatabase('CREATE TABLE things (id int PRIMARY KEY)');
  const config = { connectionString: database.url, max: 3 };
  pools = { plain: new pg.Pool(config), pipelined: new pg.Pool({ ...config, pipeline: true }) };
});
afterAll(async () => {
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
  await database.drop();
});
beforeEach(() => pools.plain.query('TRUNCATE things'));

async function ids(): Promise<number[]> {
  return (await pools.plain.query<{ id: number }>('SELECT id FROM things ORDER BY id')).rows.map(({ id }) => id);
}

function expectAllFree(): void {
  for (const pool of Object.values(pools)) expect(pool.idleCount).toBe(pool.totalCount);
}

describe.each<[string, () => Database]>([
  ['a pool', () => pools.plain],
  ['a prepared pool', () => prepared(pools.plain)],
  ['a pipelined pool', () => pools.pipelined],
  [
    'a wrapper of a pool',
    () =>
      new Proxy(pools.plain, {
        get: (target, key): unknown => (key === 'query' ? (config: pg.QueryConfig) => target.query(config) : Reflect.get(target, key)),
      }),
  ],
])('over %s', (_name, handle) => {
  test('commits what the function has done, and resolves to its result', async () => {
    const result = await transaction(handle(), async (tx) => {
      await insert(tx, { id: 1 });
      await insert(tx, { id: 2 });
      expect(await ids()).toEqual([]);
      return sum(tx);
    });
    expect(result).toBe(3);
    expect(await ids()).toEqual([1, 2]);
    expectAllFree();
  });

  test('rolls back where it rejects, with the error as it is', async () => {
    const mine = new Error('mine');
    await expect(
      transaction(handle(), async (tx) => {
        await insert(tx, { id: 1 });
        throw mine;
      }),
    ).rejects.toBe(mine);
    await expect(
      transaction(handle(), async (tx) => {
        await insert(tx, { id: 1 });
        await insert(tx, { id: 1 });
      }),
    ).rejects.toMatchObject({ name: 'QueryError', query: 'InsertThing', code: '23505', retryable: false });
    expect(await ids()).toEqual([]);
    expectAllFree();
  });

  test('a savepoint within it', async () => {
    await transaction(handle(), async (tx) => {
      await insert(tx, { id: 1 });
      await expect(
        transaction(tx, async (inner) => {
          await insert(inner, { id: 2 });
          await transaction(inner, (innermost) => insert(innermost, { id: 3 }));
          await broken(inner);
        }),
      ).rejects.toMatchObject({ code: '22012' });
      await transaction(tx, (inner) => insert(inner, { id: 4 }));
    });
    expect(await ids()).toEqual([1, 4]);
    expectAllFree();
  });

  test('a failure that the function has caught does not pass for a commit', async () => {
    await expect(
      transaction(handle(), async (tx) => {
        await insert(tx, { id: 1 });
        await broken(tx).catch(() => undefined);
      }),
    ).rejects.toMatchObject({ name: 'QueryError', message: expect.stringContaining('rolled back') });
    expect(await ids()).toEqual([]);
  });

  test('runs again after a serialization failure', async () => {
    let runs = 0;
    let openGate = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      openGate = resolve;
    });
    const contended = async (id: number): Promise<void> =>
      transaction(
        handle(),
        async (tx) => {
          const before = await sum(tx);
          // All have read before the first of them writes.
          if (++runs === 3) openGate();
          await gate;
          await insert(tx, { id: before + id });
        },
        { isolation: 'serializable', retries: 20 },
      );
    await Promise.all([contended(1), contended(100), contended(10_000)]);
    expect(runs).toBeGreaterThan(3);
    expect(await ids()).toHaveLength(3);
    expectAllFree();
  });

  test('settings hold for the transaction only', async () => {
    const inside = await transaction(
      handle(),
      async (tx) => [await setting(tx, { name: 'app.tenant' }), await setting(tx, { name: 'app.limit' })],
      {
        settings: { 'app.tenant': `it's mine`, 'app.limit': 3 },
      },
    );
    expect(inside).toEqual([`it's mine`, '3']);
    expect((await setting(handle(), { name: 'app.tenant' })) ?? '').toBe('');
  });

  test('isolation, access, and an isolation that there is not', async () => {
    const about = async (options: Parameters<typeof transaction>[2]): Promise<unknown> =>
      transaction(
        handle(),
        async (tx) => [
          await setting(tx, { name: 'transaction_isolation' }),
          await setting(tx, { name: 'transaction_read_only' }),
          await setting(tx, { name: 'transaction_deferrable' }),
        ],
        options,
      );
    expect(await about({ isolation: 'serializable', readOnly: true, deferrable: true })).toEqual(['serializable', 'on', 'on']);
    expect(await about({ isolation: 'repeatable read' })).toEqual(['repeatable read', 'off', 'off']);
    await expect(transaction(handle(), (tx) => insert(tx, { id: 1 }), { readOnly: true })).rejects.toMatchObject({ code: '25006' });
    await expect(about({ isolation: 'serializable; DROP TABLE things' as never })).rejects.toMatchObject({ name: 'ValueError' });
  });
});

test('an abort ends the statement that is under way, and the transaction', async () => {
  const controller = new AbortController();
  const sleep = exec(definition<void, void>({ required: [], optional: [], text: 'SELECT pg_sleep(60)', decode: () => undefined }));
  const reason = new Error('closed');
  const work = transaction(
    pools.plain,
    async (tx) => {
      await insert(tx, { id: 1 });
      setTimeout(() => controller.abort(reason), 20);
      await sleep(tx);
    },
    { signal: controller.signal },
  );
  await expect(work).rejects.toBe(reason);
  await expect
    .poll(
      async () =>
        (await pools.plain.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`)).rowCount,
    )
    .toBe(0);
  expect(await ids()).toEqual([]);
});

test('how often it runs, and what is not retried', async () => {
  let runs = 0;
  const failing = (code: string, options?: Parameters<typeof transaction>[2]): Promise<void> => {
    runs = 0;
    return transaction(
      pools.plain,
      async (tx) => {
        runs++;
        await exec(
          definition<void, void>({
            required: [],
            optional: [],
            text: `DO $$ BEGIN RAISE SQLSTATE '${code}'; END $$`,
            decode: () => undefined,
          }),
        )(tx);
      },
      options,
    );
  };
  await expect(failing('40001')).rejects.toMatchObject({ code: '40001', retryable: true });
  expect(runs).toBe(4);
  await expect(failing('40P01', { retries: 1 })).rejects.toMatchObject({ code: '40P01' });
  expect(runs).toBe(2);
  await expect(failing('40001', { retries: 0 })).rejects.toMatchObject({ code: '40001' });
  expect(runs).toBe(1);
  await expect(failing('23505')).rejects.toMatchObject({ code: '23505' });
  expect(runs).toBe(1);
  await expect(failing('40001', { retries: -1 })).rejects.toMatchObject({ name: 'ValueError' });
});

test('a savepoint at a time, and no handle outlives its transaction', async () => {
  let escaped: Database = pools.plain;
  await transaction(pools.plain, async (tx) => {
    escaped = tx;
    const both = await Promise.allSettled([
      transaction(tx, (inner) => insert(inner, { id: 1 })),
      transaction(tx, (inner) => insert(inner, { id: 2 })),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
  expect(await ids()).toEqual([1]);
  await expect(insert(escaped, { id: 9 })).rejects.toMatchObject({
    name: 'QueryError',
    message: expect.stringContaining('the transaction is over'),
  });
  expect(await ids()).toEqual([1]);
});

test('on a client: a transaction, or a savepoint where it is in one', async () => {
  const client = await pools.plain.connect();
  await transaction(client, (tx) => insert(tx, { id: 1 }));
  expect(await ids()).toEqual([1]);
  await client.query('BEGIN');
  await transaction(client, (tx) => insert(tx, { id: 2 }));
  await expect(transaction(client, (tx) => broken(tx))).rejects.toMatchObject({ code: '22012' });
  await insert(client, { id: 3 });
  await client.query('ROLLBACK');
  expect(await ids()).toEqual([1]);
  client.release();
});

test('streams and batches run in it', async () => {
  const series = many(
    definition<void, string>({
      required: [],
      optional: [],
      text: 'SELECT id FROM things ORDER BY id',
      columns: ['id'],
      decode: (row) => text(row[0]),
    }),
  );
  const seen = await transaction(pools.plain, async (tx) => {
    for (let id = 1; id <= 5; id++) await insert(tx, { id });
    const rows: string[] = [];
    for await (const id of series.stream(tx, { rows: 2 })) rows.push(id);
    return rows;
  });
  expect(seen).toEqual(['1', '2', '3', '4', '5']);
});

test('a connection that is lost rejects once, and is told', async () => {
  const lost = transaction(pools.plain, async (tx) => {
    await insert(tx, { id: 1 });
    await exec(
      definition<void, void>({
        required: [],
        optional: [],
        text: 'SELECT pg_terminate_backend(pg_backend_pid())',
        decode: () => undefined,
      }),
    )(tx);
  });
  await expect(lost).rejects.toMatchObject({ name: 'QueryError', code: '57P01', retryable: false });
  const nobody = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody' });
  await expect(transaction(nobody, () => Promise.resolve())).rejects.toMatchObject({ name: 'QueryError', code: '08001', retryable: true });
  await nobody.end();
  expect(await ids()).toEqual([]);
});
