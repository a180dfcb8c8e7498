import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  BindError,
  DecodeError,
  NoRowsError,
  QueryError,
  SqlwardError,
  TooManyRowsError,
  exec,
  execResult,
  execRows,
  array,
  boolean,
  many,
  number,
  one,
  text,
  timestamptz,
  bindTimestamptz,
  zeroOrOne,
  type RawQuery,
  type Database,
} from '../../src/runtime/index.js';
import { definition, sharedClient } from './server.js';

const shared = sharedClient();

const SERIES = definition<{ upTo: number }, { n: number }>({
  name: 'GetSeries',
  text: 'SELECT n FROM generate_series(1, $1::int) AS n',
  columns: ['n'],
  bind: (params) => [params.upTo],
  decode: (row) => ({ n: number(row[0]) }),
});

beforeAll(() =>
  shared.client.query(`
    CREATE TEMP TABLE things (id int PRIMARY KEY, note text NOT NULL DEFAULT '' CONSTRAINT note_is_short CHECK (length(note) < 10));
    INSERT INTO things SELECT n FROM generate_series(1, 5) n;
  `),
);
afterAll(() => shared.client.query('DISCARD TEMP'));

/** Passes everything on, and keeps what was sent. */
function recorder(db: Database): Database & { readonly sent: RawQuery[] } {
  const sent: RawQuery[] = [];
  return {
    sent,
    query(config) {
      sent.push(config);
      return db.query(config);
    },
  };
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it resolved');
    },
    (error: unknown) => error,
  );
}

describe('results', () => {
  test('many', async () => {
    expect(await many(SERIES)(shared.client, { upTo: 3 })).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await many(SERIES)(shared.client, { upTo: 0 })).toEqual([]);
  });

  test('one', async () => {
    expect(await one(SERIES)(shared.client, { upTo: 1 })).toEqual({ n: 1 });
    expect(await rejection(one(SERIES)(shared.client, { upTo: 0 }))).toBeInstanceOf(NoRowsError);
    const error = await rejection(one(SERIES)(shared.client, { upTo: 2 }));
    expect(error).toBeInstanceOf(TooManyRowsError);
    expect(error).toMatchObject({ query: 'GetSeries', source: 'queries/test.sql:1', rowCount: 2 });
  });

  test('zeroOrOne', async () => {
    expect(await zeroOrOne(SERIES)(shared.client, { upTo: 1 })).toEqual({ n: 1 });
    expect(await zeroOrOne(SERIES)(shared.client, { upTo: 0 })).toBeNull();
    expect(await rejection(zeroOrOne(SERIES)(shared.client, { upTo: 7 }))).toMatchObject({ name: 'TooManyRowsError', rowCount: 7 });
  });

  test('exec, execRows and execResult', async () => {
    const update = definition<{ from: number }, void>({
      text: `UPDATE things SET note = 'x' WHERE id >= $1`,
      bind: (params) => [params.from],
      decode: () => undefined,
    });
    expect(await exec(update)(shared.client, { from: 1 })).toBeUndefined();
    expect(await execRows(update)(shared.client, { from: 4 })).toBe(2);
    expect(await execRows(update)(shared.client, { from: 40 })).toBe(0);
    expect(await execResult(update)(shared.client, { from: 2 })).toEqual({ command: 'UPDATE', rowCount: 4 });
    const set = definition<void, void>({ text: `SET application_name = 'sqlward'`, decode: () => undefined });
    expect(await execResult(set)(shared.client)).toEqual({ command: 'SET', rowCount: 0 });
    expect(await execRows(set)(shared.client)).toBe(0);
  });

  test('a query runs in the transaction of its client', async () => {
    const insert = definition<{ id: number }, void>({
      text: 'INSERT INTO things (id) VALUES ($1)',
      bind: (p) => [p.id],
      decode: () => undefined,
    });
    await shared.client.query('BEGIN');
    await exec(insert)(shared.client, { id: 100 });
    await shared.client.query('ROLLBACK');
    const { rows } = await shared.client.query('SELECT id FROM things WHERE id = 100');
    expect(rows).toEqual([]);
  });

  test('omitted params', async () => {
    const optional = definition<{ n?: number | undefined } | undefined, number>({
      text: 'SELECT coalesce($1::int, 7)',
      bind: (params = {}) => [params.n],
      decode: (row) => number(row[0]),
    });
    const get: (db: Database, params?: { n?: number | undefined }) => Promise<number> = one(optional);
    expect(await get(shared.client)).toBe(7);
    expect(await get(shared.client, {})).toBe(7);
    expect(await get(shared.client, { n: undefined })).toBe(7);
    expect(await get(shared.client, { n: 3 })).toBe(3);
  });
});

describe('what is sent', () => {
  test('the annotation, the text, the extended protocol, and no name', async () => {
    const db = recorder(shared.client);
    await many(SERIES)(db, { upTo: 1 });
    expect(db.sent[0]).toMatchObject({
      text: '-- name: GetSeries :many\nSELECT n FROM generate_series(1, $1::int) AS n',
      values: [1],
      queryMode: 'extended',
      rowMode: 'array',
    });
    expect(db.sent[0]).not.toHaveProperty('name');
  });

  test('the annotation shows in pg_stat_activity', async () => {
    const own = definition({
      name: 'WhoAmI',
      command: 'one',
      text: 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()',
      decode: (row) => text(row[0]),
    });
    expect(await one(own)(shared.client)).toMatch(/^-- name: WhoAmI :one\nSELECT query/);
  });

  test('a second statement is refused, without values too', async () => {
    const two = definition({ text: 'SELECT 1; DROP TABLE things', decode: (row) => row });
    expect(await rejection(many(two)(shared.client))).toMatchObject({ name: 'QueryError', code: '42601' });
    const { rows } = await shared.client.query('SELECT count(*)::int AS n FROM things');
    expect(rows).toEqual([{ n: 5 }]);
  });

  test('statements are unnamed', async () => {
    await many(SERIES)(shared.client, { upTo: 1 });
    const { rows } = await shared.client.query('SELECT name FROM pg_prepared_statements');
    expect(rows).toEqual([]);
  });

  test('numbers, bigints, booleans, bytes and NULL arrive', async () => {
    const all = definition<readonly [number, bigint, boolean, Uint8Array, null, undefined]>({
      text: 'SELECT $1::float8, $2::int8, $3::bool, $4::bytea, $5::text, $6::text',
      bind: (params) => params,
      decode: (row) => row,
    });
    expect(await one(all)(shared.client, [1.5, 2n ** 62n, true, Uint8Array.of(1, 255), null, undefined])).toEqual([
      '1.5',
      '4611686018427387904',
      't',
      '\\x01ff',
      null,
      null,
    ]);
  });
});

describe('errors', () => {
  test('the server refuses', async () => {
    const insert = definition<{ id: number; note: string }, void>({
      name: 'InsertThing',
      source: 'queries/things.sql:12',
      text: 'INSERT INTO things (id, note) VALUES ($1, $2)',
      bind: (params) => [params.id, params.note],
      decode: () => undefined,
    });
    const unique = await rejection(exec(insert)(shared.client, { id: 1, note: '' }));
    expect(unique).toBeInstanceOf(QueryError);
    expect(unique).toBeInstanceOf(SqlwardError);
    expect(unique).toMatchObject({
      name: 'QueryError',
      query: 'InsertThing',
      source: 'queries/things.sql:12',
      code: '23505',
      constraint: 'things_pkey',
      message: 'InsertThing (queries/things.sql:12): duplicate key value violates unique constraint "things_pkey"',
    });
    expect(unique).toHaveProperty('cause.detail', 'Key (id)=(1) already exists.');
    expect((unique as QueryError).cause).toBeInstanceOf(pg.DatabaseError);
    expect(await rejection(exec(insert)(shared.client, { id: 9, note: 'much too long' }))).toMatchObject({
      code: '23514',
      constraint: 'note_is_short',
    });
  });

  test('the stack leads to the caller', async () => {
    async function callingFunction(): Promise<unknown> {
      return await many(definition({ text: 'SELEC', decode: (row) => row }))(shared.client);
    }
    expect(await rejection(callingFunction())).toHaveProperty('stack', expect.stringContaining('callingFunction'));
  });

  test('nobody answers', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'nobody' });
    const error = await rejection(many(SERIES)(pool, { upTo: 1 }));
    expect(error).toMatchObject({ name: 'QueryError', query: 'GetSeries', code: '08001', retryable: true, constraint: undefined });
    expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
    await pool.end();
  });

  test('nobody answers at any address of the host', async () => {
    const nowhere: Database = {
      query: () =>
        Promise.reject(new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')])),
    };
    expect(await rejection(many(SERIES)(nowhere, { upTo: 1 }))).toHaveProperty(
      'message',
      'GetSeries (queries/test.sql:1): connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  test('the connection is lost half-way, and the pool lives on', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 });
    const sleep = definition({ text: `SELECT pg_sleep(30), 'lost half-way'`, decode: (row) => row });
    const failing = rejection(many(sleep)(pool));
    await expect
      .poll(
        async () =>
          (
            await shared.client.query(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%lost half-way''' AND pid <> pg_backend_pid()`,
            )
          ).rowCount,
      )
      .toBe(1);
    expect(await failing).toMatchObject({ name: 'QueryError', code: '57P01' });
    expect(await many(SERIES)(pool, { upTo: 1 })).toEqual([{ n: 1 }]);
    await pool.end();
  });

  test('a value beyond its declared type names its column, in nested rows too', async () => {
    const nested = definition<void, unknown>({
      name: 'GetNested',
      text: `SELECT 1, 'x', now(), NULL, 't', '{1,NULL}'::int[]`,
      columns: ['id', 'name', 'at', 'flag', 'other', 'list'],
      decode: (row) => ({
        id: number(row[0]),
        inner: { name: text(row[1]), at: timestamptz(row[2]), flag: boolean(row[3]) },
        other: boolean(row[4]),
      }),
    });
    const error = await rejection(many(nested)(shared.client));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({
      query: 'GetNested',
      source: 'queries/test.sql:1',
      column: 'flag',
      message: 'GetNested (queries/test.sql:1): column flag: NULL, but it is declared not null',
      cause: { name: 'ValueError' },
    });
    const element = definition({ ...nested, text: nested.text.trim(), decode: (row) => array(row[5], number) });
    expect(await rejection(one(element)(shared.client))).toMatchObject({
      column: 'list',
      cause: { message: expect.stringContaining('NULL element') },
    });
    const json = definition({ ...nested, text: `SELECT '{'`, columns: ['doc'], decode: (row): unknown => JSON.parse(text(row[0])) });
    expect(await rejection(zeroOrOne(json)(shared.client))).toMatchObject({
      name: 'DecodeError',
      column: 'doc',
      cause: { name: 'SyntaxError' },
    });
  });

  test('a failure that lies in no column', async () => {
    let calls = 0;
    const fickle = definition<void, number>({
      text: 'SELECT 1',
      columns: ['n'],
      decode: () => {
        calls++;
        if (calls === 1) throw new Error('only once');
        return 1;
      },
    });
    expect(await rejection(many(fickle)(shared.client))).toMatchObject({
      name: 'DecodeError',
      column: undefined,
      message: expect.stringContaining('only once'),
    });
  });

  test('an argument that cannot be sent rejects, and nothing is sent', async () => {
    const db = recorder(shared.client);
    const dated = definition<{ at: Date }, void>({
      text: 'SELECT $1::timestamptz',
      bind: (p) => [bindTimestamptz(p.at)],
      decode: () => undefined,
    });
    const error = await rejection(exec(dated)(db, { at: new Date(NaN) }));
    expect(error).toBeInstanceOf(BindError);
    expect(error).toMatchObject({ query: 'TestQuery', cause: { name: 'TypeError' }, message: expect.stringContaining('invalid Date') });
    expect(db.sent).toEqual([]);
  });

  test.each([
    ['rowMode', { rowMode: undefined }],
    ['types', { types: undefined }],
  ])('a wrapper that drops %s is found out before a value is lost', async (_name, dropped) => {
    const wrapper: Database = { query: (config) => shared.client.query({ ...config, ...dropped } as never) };
    const nullable = definition<void, unknown>({ text: 'SELECT 1::int AS n', decode: (row) => row[0] ?? null });
    const error = await rejection(many(nullable)(wrapper));
    expect(error).toMatchObject({ name: 'QueryError', code: undefined, message: expect.stringContaining('the whole configuration') });
    expect(await rejection(one(nullable)(wrapper))).toMatchObject({ name: 'QueryError' });
  });

  test('a client that asks for binary results gets text all the same, or is refused', async () => {
    const config = { connectionString: inject('databaseUrl'), binary: true };
    const client = new pg.Client(config);
    await client.connect();
    expect(await many(SERIES)(client, { upTo: 1 })).toEqual([{ n: 1 }]);
    const wrapper: Database = { query: (raw) => client.query(raw as never) };
    expect(await rejection(many(SERIES)(wrapper, { upTo: 1 }))).toMatchObject({
      name: 'QueryError',
      message: expect.stringContaining('binary'),
    });
    await client.end();
  });

  test('a row with another number of fields than were declared', async () => {
    const two = definition({ text: 'SELECT 1', columns: ['a', 'b'], decode: (row) => row });
    expect(await rejection(many(two)(shared.client))).toMatchObject({
      name: 'DecodeError',
      message: expect.stringContaining('1 fields, and 2 are declared'),
    });
    expect(await many(SERIES)(shared.client, { upTo: 1 })).toEqual([{ n: 1 }]);
  });
});
