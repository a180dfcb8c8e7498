/**
 * `replicas`: what goes where. Each server here is a database of its own with its own name in it, so
 * that an answer tells who gave it; a standby that streams is in `test/cluster`.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  authorize,
  authorized,
  batchMany,
  exec,
  many,
  one,
  prepared,
  replicas,
  text,
  transaction,
  TooManyRowsError,
  type Database,
} from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { definition } from './server.js';

const WHO = definition<void, string>({
  name: 'Who',
  readOnly: true,
  text: 'SELECT name FROM me',
  columns: ['name'],
  decode: (r) => text(r[0]),
});
const who = one(WHO);
const whoAll = many(WHO);
const unproven = one(definition<void, string>({ text: 'SELECT name FROM me', columns: ['name'], decode: (r) => text(r[0]) }));
const write = exec(definition({ text: 'INSERT INTO written VALUES (1)', decode: () => undefined }));
const divide = one(
  definition<{ by: number }, string>({
    readOnly: true,
    text: 'SELECT name || 1 / $1::int FROM me',
    columns: ['name'],
    bind: ({ by }) => [by],
    decode: (r) => text(r[0]),
  }),
);
const onPrimaryOnly = one(
  definition<void, string>({ readOnly: true, text: 'SELECT name FROM newer', columns: ['name'], decode: (r) => text(r[0]) }),
);
const guarded = authorized.one<void, string>({
  name: 'Who',
  authorizedName: 'GetAuthorizedWho',
  command: 'one',
  source: 'queries/test.sql:1',
  readOnly: true,
  parameters: 0,
  text: ['\nSELECT name FROM me WHERE true ', ''],
  columns: ['name'],
  bind: () => [],
  decode: (r) => text(r[0]),
});

const names = ['primary', 'one', 'two'] as const;
const databases: TestDatabase[] = [];
const pools: pg.Pool[] = [];
let primary: pg.Pool;
let first: pg.Pool;
let second: pg.Pool;
let db: ReturnType<typeof replicas>;
beforeAll(async () => {
  for (const name of names) {
    const database = await createDatabase(`CREATE TABLE me (name text NOT NULL); INSERT INTO me VALUES ('${name}');
      CREATE TABLE written (n int); ${name === 'primary' ? `CREATE TABLE newer AS TABLE me` : ''}`);
    databases.push(database);
    pools.push(new pg.Pool({ connectionString: database.url, max: 3 }));
  }
  const [a, b, c] = pools;
  if (!a || !b || !c) throw new Error('three pools');
  [primary, first, second] = [a, b, c];
});
beforeEach(() => {
  db = replicas({ primary, replicas: [first, second] });
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  for (const database of databases) await database.drop();
});

describe('what is proven to read', () => {
  test('goes to the standbys in turn', async () => {
    expect([await who(db), await who(db), await who(db), await who(db)]).toEqual(['one', 'two', 'one', 'two']);
  });

  test('as a batch and as a stream too', async () => {
    const all = batchMany(WHO);
    expect(await all(db, [undefined, undefined])).toEqual([['one'], ['one']]);
    const streamed: string[] = [];
    for await (const name of whoAll.stream(db)) streamed.push(name);
    expect(streamed).toEqual(['two']);
  });

  test('by the handles that were given', async () => {
    expect(await who(replicas({ primary: prepared(primary), replicas: [prepared(second)] }))).toBe('two');
    expect(await who(replicas({ primary, replicas: [] }))).toBe('primary');
  });

  test('but not where the primary is one connection, which may be in a transaction', async () => {
    const client = await primary.connect();
    try {
      expect(await who(replicas({ primary: client, replicas: [first] }))).toBe('primary');
    } finally {
      client.release();
    }
  });
});

describe('the primary has', () => {
  test('what is not proven, and a statement by hand', async () => {
    expect(await unproven(db)).toBe('primary');
    await write(db);
    expect((await primary.query('TABLE written')).rowCount).toBe(1);
    const { rows } = await db.query({
      text: 'SELECT name FROM me',
      values: [],
      rowMode: 'array',
      queryMode: 'extended',
      types: { getTypeParser: () => (value) => value },
    });
    expect(rows).toEqual([['primary']]);
  });

  test('every transaction', async () => {
    expect(await transaction(db, async (tx) => [await who(tx), await who(tx)])).toEqual(['primary', 'primary']);
    expect(await transaction(db, (tx) => transaction(tx, who))).toBe('primary');
  });

  test.each([
    ['a condition', authorize.sql`me.name = ANY(${['one', 'primary']}::text[]) AND me.name IN ('one', 'primary')`, 'one'],
    ['a subquery', authorize.sql`me.name IN (SELECT name FROM me) OR NOT EXISTS (SELECT FROM me)`, 'one'],
    ['a function', authorize.sql`lower(me.name) = me.name`, 'primary'],
    ['a quoted function', authorize.sql`"lower" (me.name) = me.name`, 'primary'],
    ['a hidden function', authorize.sql`lower/* */(me.name) = me.name`, 'primary'],
    ['a lock', authorize.sql`me.name IN (SELECT name FROM me FOR UPDATE)`, 'primary'],
    ['no condition', authorize.unrestricted('a test'), 'one'],
  ])('a filter with %s is sent where it may run', async (_what, filter, expected) => {
    expect(await guarded(db, filter)).toBe(expected);
  });
});

describe('what fails on a standby', () => {
  test('runs on the primary where it may succeed there, as after a migration', async () => {
    expect(await onPrimaryOnly(db)).toBe('primary');
    expect(await who(db)).toBe('two');
  });

  test('is told where the primary would answer the same', async () => {
    await expect(divide(db, { by: 0 })).rejects.toMatchObject({ code: '22012' });
    expect(await divide(db, { by: 1 })).toBe('two1');
  });

  test('is not asked of the primary where a reader refuses the rows', async () => {
    const two = one(
      definition<void, string>({
        readOnly: true,
        text: 'SELECT name FROM me, generate_series(1, 2)',
        columns: ['name'],
        decode: (r) => text(r[0]),
      }),
    );
    await expect(two(db)).rejects.toThrow(TooManyRowsError);
  });

  test('ends with its signal', async () => {
    const sleep = one(
      definition<void, string>({
        required: [],
        optional: [],
        readOnly: true,
        text: 'SELECT pg_sleep(30)::text',
        columns: ['s'],
        decode: (r) => text(r[0]),
      }),
    );
    await expect(sleep(db, { timeout: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('passes over a standby that is not there, and tries it again when the time is over', async () => {
    let asked = 0;
    const server = createServer((socket) => {
      asked++;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const away = new pg.Pool({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, max: 1 });
    const lasting = replicas({ primary, replicas: [away, first], retryAfter: 3_600_000 });
    expect([await who(lasting), await who(lasting), await who(lasting)]).toEqual(['primary', 'one', 'one']);
    expect(asked).toBe(1);
    const impatient = replicas({ primary, replicas: [away], retryAfter: 0 });
    expect([await who(impatient), await who(impatient)]).toEqual(['primary', 'primary']);
    expect(asked).toBe(3);
    await away.end();
    server.close();
  });
});

describe('a session', () => {
  test('reads on a standby until it writes, then where its write is known to be', async () => {
    const session = db.session();
    expect(await session.position()).toBeUndefined();
    expect(await who(session)).toBe('one');
    await write(session);
    // These servers are no standbys: what they have replayed cannot be told.
    expect(await who(session)).toBe('primary');
    expect(await session.position()).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(await who(db.session())).toBe('one');
  });

  test.each<[string, (session: Database) => Promise<unknown>]>([
    ['a transaction', (session) => transaction(session, (tx) => write(tx))],
    ['a transaction that failed', (session) => transaction(session, () => Promise.reject(new Error('no'))).catch(() => undefined)],
    ['what is not proven', (session) => unproven(session)],
  ])('takes %s for a write', async (_what, work) => {
    const session = db.session();
    await work(session);
    expect(await who(session)).toBe('primary');
  });

  test('goes on from a position', async () => {
    expect(await who(db.session('0/1'))).toBe('primary');
  });
});
