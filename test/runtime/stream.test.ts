import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { authorize, authorized, many, number, prepared, type Database, type GuardedDefinition } from '../../src/runtime/index.js';
import { definition } from './server.js';

const SERIES = definition<{ upTo: number }, number>({
  name: 'GetSeries',
  required: ['upTo'],
  optional: [],
  text: 'SELECT n FROM generate_series(1, $1::int) AS n',
  columns: ['n'],
  bind: (params) => [params.upTo],
  decode: (row) => number(row[0]),
});
const series = many(SERIES);

let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 2 });
});
afterAll(() => pool.end());

async function all<Row>(rows: AsyncIterable<Row>, until: (row: Row) => boolean = () => false): Promise<Row[]> {
  const seen: Row[] = [];
  for await (const row of rows) {
    seen.push(row);
    if (until(row)) break;
  }
  return seen;
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

/** Every connection of the pool is idle, and answers. */
async function expectAllFree(): Promise<void> {
  expect(pool.idleCount).toBe(pool.totalCount);
  expect(await Promise.all([series(pool, { upTo: 1 }), series(pool, { upTo: 2 })])).toEqual([[1], [1, 2]]);
}

describe('a stream', () => {
  test.each([0, 1, 2, 3, 4, 999, 1000, 1001])('gives every row in order: %i', async (count) => {
    for (const rows of [1, 2, 3, 500, undefined]) {
      if (rows === 1 && count > 10) continue;
      expect(await all(series.stream(pool, { upTo: count }, { rows }))).toEqual(upTo(count));
    }
    await expectAllFree();
  });

  test('on a client, in its transaction', async () => {
    const client = await pool.connect();
    await client.query('BEGIN; CREATE TEMP TABLE own ON COMMIT DROP AS SELECT generate_series(1, 7) AS n');
    const own = many(
      definition({ text: 'SELECT n FROM own', columns: ['n'], required: [], optional: [], decode: (row) => number(row[0]) }),
    );
    expect(await all(own.stream(client, { rows: 2 }))).toEqual(upTo(7));
    expect(await all(own.stream(client, { rows: 2 }), (n) => n === 3)).toEqual(upTo(3));
    await client.query('COMMIT');
    client.release();
  });

  test('sends nothing before the first row is asked for', async () => {
    const nobody = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody' });
    const stream = series.stream(nobody, { upTo: 1 });
    await expect(all(stream)).rejects.toMatchObject({ name: 'QueryError', query: 'GetSeries', cause: { code: 'ECONNREFUSED' } });
    await nobody.end();
  });

  test('leaving the loop gives the connection back', async () => {
    for (const rows of [1, 10, 500]) expect(await all(series.stream(pool, { upTo: 100_000 }, { rows }), (n) => n === 15)).toEqual(upTo(15));
    await expectAllFree();
  });

  test('an error of the loop’s own gives it back too', async () => {
    await expect(
      all(series.stream(pool, { upTo: 10_000 }, { rows: 2 }), () => {
        throw new Error('mine');
      }),
    ).rejects.toThrow('mine');
    await expectAllFree();
  });

  test('holds one connection of a pool, and no more than it is asked for', async () => {
    const stream = series.stream(pool, { upTo: 10_000_000 }, { rows: 10 })[Symbol.asyncIterator]();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(pool.totalCount - pool.idleCount).toBe(1);
    expect(await series(pool, { upTo: 2 })).toEqual([1, 2]);
    await stream.return?.();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await expectAllFree();
  });

  test('rows that are asked for at once come in order', async () => {
    const stream = series.stream(pool, { upTo: 25 }, { rows: 3 })[Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: 27 }, () => stream.next()));
    expect(results.map(({ value }) => value as unknown)).toEqual([...upTo(25), undefined, undefined]);
    await expectAllFree();
  });

  test('an error of the server, before the first row and between rows', async () => {
    const failing = many(
      definition({
        text: 'SELECT 100 / (50 - n) FROM generate_series(1, 100) n',
        columns: ['n'],
        required: [],
        optional: [],
        decode: (row) => number(row[0]),
      }),
    );
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const n of failing.stream(pool, { rows: 10 })) seen.push(n);
      })(),
    ).rejects.toMatchObject({ name: 'QueryError', code: '22012' });
    expect(seen.length).toBe(40);
    await expectAllFree();
    await expect(all(series.stream(pool, { upTo: 'x' as never }))).rejects.toMatchObject({ code: '22P02' });
    await expectAllFree();
  });

  test('a value that cannot be read ends it', async () => {
    const odd = many(
      definition({
        text: `SELECT CASE n WHEN 5 THEN 'x' ELSE n::text END FROM generate_series(1, 9) n`,
        columns: ['n'],
        required: [],
        optional: [],
        decode: (row) => number(row[0]),
      }),
    );
    await expect(all(odd.stream(pool, { rows: 2 }))).rejects.toMatchObject({ name: 'DecodeError', column: 'n' });
    await expectAllFree();
  });

  test('arguments are bound when they are passed, and what is wrong with them rejects', async () => {
    const params = { upTo: 2 };
    const stream = series.stream(pool, params);
    params.upTo = 9;
    expect(await all(stream)).toEqual([1, 2]);
    await expect(all(series.stream(pool, {} as never))).rejects.toMatchObject({ name: 'BindError' });
    await expect(all(series.stream(pool, { upTo: 1 }, { rows: 0 }))).rejects.toMatchObject({ name: 'BindError' });
  });

  test('a connection that is lost rejects, and the pool lives on', async () => {
    const admin = new pg.Client(inject('databaseUrl'));
    await admin.connect();
    const pids = many(
      definition({
        text: `SELECT pg_backend_pid(), repeat('x', 1000) FROM generate_series(1, 100000)`,
        columns: ['pid', 'x'],
        required: [],
        optional: [],
        decode: (row) => number(row[0]),
      }),
    );
    let killed = false;
    await expect(
      (async () => {
        for await (const pid of pids.stream(pool, { rows: 5 })) {
          if (!killed) await admin.query('SELECT pg_terminate_backend($1)', [pid]);
          killed = true;
        }
      })(),
    ).rejects.toMatchObject({ name: 'QueryError' });
    await admin.end();
    await expectAllFree();
  });

  test('a prepared handle, and a filter', async () => {
    expect(await all(series.stream(prepared(pool), { upTo: 3 }))).toEqual([1, 2, 3]);
    const guarded: GuardedDefinition<{ upTo: number }, number> = {
      ...SERIES,
      authorizedName: 'GetAuthorizedSeries',
      parameters: 1,
      text: ['\nSELECT n FROM generate_series(1, $1::int) AS n WHERE true ', '\nORDER BY n'],
    };
    const get = authorized.many(guarded);
    expect(await all(get.stream(pool, authorize.sql`n % ${2}::int = 0`, { upTo: 7 }, { rows: 2 }))).toEqual([2, 4, 6]);
    await expect(all(get.stream(pool, {} as never, { upTo: 7 }))).rejects.toMatchObject({ name: 'AuthorizeFilterError' });
  });

  test.each<[string, () => Database]>([
    ['a wrapper', () => ({ query: (config) => pool.query(config as never) })],
    ['a pipelining client', () => new pg.Client({ connectionString: inject('databaseUrl'), pipeline: true })],
  ])('is refused by %s, before anything is sent', async (_name, handle) => {
    await expect(all(series.stream(handle(), { upTo: 1 }))).rejects.toMatchObject({
      name: 'QueryError',
      cause: { name: 'UnsupportedError' },
    });
  });
});
