/** Behind PgBouncer: every way of calling, on the handle that names statements, with no call that fails. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getAuthorizedConnectionLogsOffset, upsertConnectionLog, type UpsertConnectionLogParams } from '../../generated/index.js';
import { authorize, batchExec, number, one, prepared, transaction, type Database } from '../../src/runtime/index.js';
import { definition } from '../runtime/server.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { startBouncer, type Bouncer } from './bouncer.js';

const CALLS = 640;

const lookup = one(
  definition<{ n: number }, number>({
    name: 'GetNumber',
    onePlan: true,
    required: ['n'],
    optional: [],
    text: 'SELECT id FROM numbers WHERE id = $1',
    columns: ['id'],
    bind: ({ n }) => [n],
    decode: (row) => number(row[0]),
  }),
);
const touch = batchExec(
  definition<{ n: number }, void>({
    name: 'Touch',
    onePlan: true,
    text: 'UPDATE numbers SET touched = touched + 1 WHERE id = $1',
    bind: ({ n }) => [n],
    decode: () => undefined,
  }),
);

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(await readFile(new URL('../../queries/schema/connectionlogs.sql', import.meta.url), 'utf8'));
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query(`
    CREATE TABLE numbers (id int PRIMARY KEY, touched int NOT NULL DEFAULT 0);
    INSERT INTO numbers SELECT generate_series(1, 100);
    INSERT INTO organizations VALUES ('10000000-0000-4000-8000-000000000001', 'one', 'One', 'One', now(), now(), true, '', false);
    INSERT INTO users (id, email, username, hashed_password, created_at, updated_at)
    VALUES ('20000000-0000-4000-8000-000000000001', 'a@example.com', 'a', '', now(), now())`);
  await client.end();
});
afterAll(() => database.drop());

/** One of fifty sessions, reported under an id of its own, as the service does it. */
function event(n: number): UpsertConnectionLogParams {
  const id = `30000000-0000-4000-8000-${String(n % 50).padStart(12, '0')}`;
  return {
    id: randomUUID(),
    organizationId: '10000000-0000-4000-8000-000000000001',
    workspaceOwnerId: '20000000-0000-4000-8000-000000000001',
    workspaceId: id,
    workspaceName: 'w',
    agentName: 'main',
    type: 'ssh',
    ip: '127.0.0.1',
    connectionId: id,
    time: new Date(0),
    connectionStatus: 'connected',
  };
}

describe.each(['transaction', 'session'] as const)('in %s mode', (mode) => {
  let bouncer: Bouncer;
  let pool: pg.Pool;
  let db: Database;
  beforeAll(async () => {
    bouncer = await startBouncer({ server: database.url, mode, size: mode === 'session' ? 16 : 3 });
    pool = new pg.Pool({ connectionString: bouncer.url, max: 16 });
    db = prepared(pool);
  });
  afterAll(async () => {
    await pool.end();
    await bouncer.stop();
  });

  async function atOnce(call: (n: number) => Promise<unknown>): Promise<unknown[]> {
    return Promise.all(Array.from({ length: CALLS }, (_, n) => call(n)));
  }

  test('lookups', async () => {
    expect(await atOnce((n) => lookup(db, { n: 1 + (n % 100) }))).toEqual(Array.from({ length: CALLS }, (_, n) => 1 + (n % 100)));
  });

  test('upserts, searches and streams of the connection logs', async () => {
    const filter = authorize.sql`connection_logs.organization_id = ${'10000000-0000-4000-8000-000000000001'}::uuid`;
    await atOnce(async (n) => {
      expect(await upsertConnectionLog(db, event(n))).toMatchObject({ connectionId: event(n).connectionId });
      if (n % 8 === 0) expect(await getAuthorizedConnectionLogsOffset(db, filter, { limitOpt: 1 })).toHaveLength(1);
      if (n % 80 === 1) {
        let rows = 0;
        for await (const row of getAuthorizedConnectionLogsOffset.stream(db, filter, {}, { rows: 7 }))
          rows += row.connectionLog.id === '' ? 0 : 1;
        expect(rows).toBeGreaterThan(0);
      }
    });
  });

  test('transactions and batches', async () => {
    await atOnce(async (n) => {
      if (n % 4 !== 0) return;
      expect(await transaction(db, async (tx) => [await lookup(tx, { n: 5 }), await lookup(tx, { n: 6 })])).toEqual([5, 6]);
      await touch(db, [{ n: 1 + (n % 100) }]);
    });
    const { rows } = await pool.query<{ sum: string }>('SELECT sum(touched) FROM numbers');
    expect(Number(rows[0]?.sum) % (CALLS / 4)).toBe(0);
  });

  test('a call that is cancelled', async () => {
    const sleep = one(
      definition<void, string>({ required: [], optional: [], text: 'SELECT pg_sleep(30)::text', decode: (row) => row[0] ?? '' }),
    );
    for (let n = 0; n < 5; n++) {
      await expect(sleep(db, { timeout: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
      await expect
        .poll(
          async () =>
            (await pool.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`)).rowCount,
        )
        .toBe(0);
    }
    expect(await lookup(db, { n: 1 })).toBe(1);
  });
});
