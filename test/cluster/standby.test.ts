/** A primary and a hot standby that streams from it: where calls go, what they see, and a failover under load. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { getAuthorizedConnectionLogsOffset, upsertConnectionLog } from '../../generated/index.js';
import { number, one, prepared, QueryError, replicas, transaction, type Database } from '../../src/runtime/index.js';
import { makeProject } from '../cli/project.js';
import { definition } from '../runtime/server.js';
import { withClient } from '../support/database.js';
import { startNativeServer, type NativeServer } from '../support/native-server.js';
import { startAddress, type Address } from './address.js';
import { caughtUp, createLogs, event, ofOrganization, value } from './logs.js';

const SETTINGS = { wal_level: 'replica', max_wal_senders: '4', wal_keep_size: '256MB' };

let primary: NativeServer;
let standby: NativeServer;
/** Where the service believes the primary to be. */
let address: Address;
let main: pg.Pool;
let reader: pg.Pool;
let db: ReturnType<typeof replicas>;

function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 8, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => undefined);
  return pool;
}

/** How often a pool lent a connection while something ran. */
async function lentBy(pool: pg.Pool, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const counting = (): void => void count++;
  pool.on('acquire', counting);
  await work();
  pool.off('acquire', counting);
  return count;
}

beforeAll(async () => {
  primary = await startNativeServer({ settings: SETTINGS });
  await createLogs(primary.url, 2);
  // Replay never waits for a query here, so that a conflict is certain.
  standby = await startNativeServer({ standbyOf: primary, settings: { ...SETTINGS, max_standby_streaming_delay: '0' } });
  address = await startAddress(primary.url);
  main = poolOf(address.url);
  reader = poolOf(standby.url);
  db = replicas({ primary: main, replicas: [reader], retryAfter: 100 });
});
afterAll(async () => {
  await main.end();
  await reader.end();
  await address.close();
  await standby.stop();
  await primary.stop();
});

describe('a hot standby', () => {
  test("answers the connection logs' queries as its primary does", async () => {
    for (let n = 0; n < 20; n++) await upsertConnectionLog(main, event({ time: new Date(n) }));
    await caughtUp(primary.url, standby.url);
    const expected = await getAuthorizedConnectionLogsOffset(main, ofOrganization(0), {});
    expect(expected).toHaveLength(20);
    for (const handle of [reader, prepared(reader)]) {
      expect(await getAuthorizedConnectionLogsOffset(handle, ofOrganization(0), {})).toEqual(expected);
      expect(await getAuthorizedConnectionLogsOffset(handle, ofOrganization(1), {})).toEqual([]);
      expect(await transaction(handle, (tx) => getAuthorizedConnectionLogsOffset(tx, ofOrganization(0), {}), { readOnly: true })).toEqual(
        expected,
      );
      const streamed = [];
      for await (const row of getAuthorizedConnectionLogsOffset.stream(handle, ofOrganization(0), {}, { rows: 3 })) streamed.push(row);
      expect(streamed).toEqual(expected);
    }
  });

  test('is checked for drift as its primary is', async () => {
    const file = (path: string): Promise<string> => readFile(new URL(`../../queries/${path}`, import.meta.url), 'utf8');
    const disk = await makeProject(inject('databaseUrl'), {
      'schema.sql': await file('schema/connectionlogs.sql'),
      'queries/connectionlogs.sql': await file('connectionlogs.sql'),
    });
    try {
      expect(await disk.run()).toMatchObject({ code: 0 });
      expect(await disk.run('check', '--database', standby.url)).toMatchObject({ code: 0, stderr: '' });
      await withClient(primary.url, (client) => client.query('ALTER TABLE connection_logs ALTER workspace_name DROP NOT NULL'));
      await caughtUp(primary.url, standby.url);
      const { code, stderr } = await disk.run('check', '--database', standby.url);
      expect(code).toBe(1);
      expect(stderr).toContain('.workspace_name: text, never NULL (string) by the schema, text, may be NULL (string) in the database');
    } finally {
      await withClient(primary.url, (client) => client.query('ALTER TABLE connection_logs ALTER workspace_name SET NOT NULL'));
      await disk.drop();
    }
  });

  test('refuses a write with an error that says so', async () => {
    const refused = upsertConnectionLog(reader, event());
    await expect(refused).rejects.toThrow(QueryError);
    await expect(refused).rejects.toMatchObject({ code: '25006', retryable: false });
  });
});

describe('replicas', () => {
  test('reads there, and writes on the primary', async () => {
    const read = (): Promise<unknown> => getAuthorizedConnectionLogsOffset(db, ofOrganization(0), {});
    expect(await lentBy(main, read)).toBe(0);
    expect(await lentBy(reader, read)).toBe(1);
    expect(await lentBy(reader, () => upsertConnectionLog(db, event()))).toBe(0);
  });

  test('a session reads what it wrote, every time', async () => {
    const write = async (): Promise<void> => {
      const session = db.session();
      const { connectionId } = await upsertConnectionLog(session, event());
      const rows = await getAuthorizedConnectionLogsOffset(session, ofOrganization(0), { limitOpt: 10_000 });
      expect(rows.map((row) => row.connectionLog.connectionId)).toContain(connectionId);
    };
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 10; n++) await write();
      }),
    );
  });

  test('a session waits for no standby that is behind, and goes on with one that is not', async () => {
    const session = db.session();
    const log = event({ workspaceName: 'behind' });
    const read = (handle: Database): Promise<unknown[]> =>
      getAuthorizedConnectionLogsOffset(handle, ofOrganization(0), { limitOpt: 10_000 }).then((rows) =>
        rows.filter(({ connectionLog }) => connectionLog.workspaceName === 'behind'),
      );
    await caughtUp(primary.url, standby.url);
    await withClient(standby.url, (client) => client.query('SELECT pg_wal_replay_pause()'));
    await expect.poll(() => value(standby.url, 'SELECT pg_get_wal_replay_pause_state()')).toBe('paused');
    await upsertConnectionLog(session, log);
    expect(await read(db)).toEqual([]);
    expect(await read(session)).toHaveLength(1);
    const position = await session.position();
    expect(await read(db.session(position))).toHaveLength(1);
    await withClient(standby.url, (client) => client.query('SELECT pg_wal_replay_resume()'));
    await caughtUp(primary.url, standby.url);
    expect(await lentBy(main, () => read(session))).toBe(0);
    expect(await read(db.session(position))).toHaveLength(1);
  });

  test('a read that replay cancels runs on the primary', async () => {
    await withClient(primary.url, (client) => client.query('CREATE TABLE cancelled AS SELECT 1 AS n'));
    await caughtUp(primary.url, standby.url);
    const slow = one(
      definition<void, number>({
        name: 'Slow',
        required: [],
        optional: [],
        readOnly: true,
        text: 'SELECT count(*) FROM cancelled, (SELECT pg_sleep(CASE WHEN pg_is_in_recovery() THEN 60 ELSE 0 END)) s',
        columns: ['count'],
        decode: (row) => number(row[0]),
      }),
    );
    const answer = slow(db);
    await expect
      .poll(() => value(standby.url, `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`), { timeout: 30_000 })
      .toBe('1');
    await withClient(primary.url, (client) => client.query('TRUNCATE cancelled'));
    expect(await answer).toBe(0);
  });
});

/** The last of this file: the standby is the primary when it is over. */
test('a failover under load loses no write that was acknowledged, and no call hangs', async () => {
  // A commit is acknowledged when the standby has it: without that, a crash may lose the last ones.
  await withClient(primary.url, async (client) => {
    await client.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await client.query('SELECT pg_reload_conf()');
    await client.query('ALTER ROLE postgres SET synchronous_commit = remote_write');
  });
  await expect.poll(() => value(primary.url, `SELECT sync_state FROM pg_stat_replication`), { timeout: 30_000 }).toBe('sync');
  await main.end();
  main = poolOf(address.url);
  db = replicas({ primary: main, replicas: [reader], retryAfter: 100 });
  const acknowledged = new Set<string | null>();
  const failures = new Set<string | undefined>();
  let isOver = false;
  let after = 0;
  const until = Date.now() + 40_000;
  const work = async (): Promise<void> => {
    while (after < 50 && Date.now() < until) {
      try {
        const session = db.session();
        const { connectionId } = await upsertConnectionLog(session, event());
        acknowledged.add(connectionId);
        const rows = await getAuthorizedConnectionLogsOffset(session, ofOrganization(0), { limitOpt: 10_000 });
        expect(rows.some(({ connectionLog }) => connectionLog.connectionId === connectionId)).toBe(true);
        if (isOver) after++;
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        failures.add(error.code);
      }
    }
  };
  const workers = Promise.all(Array.from({ length: 4 }, work));
  await expect.poll(() => acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(40);
  await primary.crash();
  expect(await value(standby.url, 'SELECT pg_promote(true, 60)')).toBe('true');
  address.moveTo(standby.url);
  isOver = true;
  await workers;
  expect(after).toBeGreaterThanOrEqual(50);
  // No connection, one that was lost, or a server that ends: nothing else.
  expect([...failures].filter((code) => code === undefined || !/^(?:08|57P)/.test(code))).toEqual([]);
  const kept = await getAuthorizedConnectionLogsOffset(db, ofOrganization(0), { limitOpt: 100_000 });
  const ids = new Set(kept.map(({ connectionLog }) => connectionLog.connectionId));
  expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
});
