/**
 * The connection logs hash-partitioned by organization over two more servers, by `postgres_fdw`: the
 * queries that read are unchanged, and return what one server would. The upsert runs on the server
 * that has the organization, because PostgreSQL has no unique index over foreign partitions.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getAuthorizedConnectionLogsOffset, upsertConnectionLog } from '../../generated/index.js';
import { aroundCalls, authorize, QueryError, type QueryTrace } from '../../src/runtime/index.js';
import { withClient } from '../support/database.js';
import { startNativeServer, type NativeServer } from '../support/native-server.js';
import { createLogs, event, organization, ofOrganization, value } from './logs.js';

const ORGANIZATIONS = 6;

/** First the one that is asked, then the two that hold the rows, then one that holds them all. */
const servers: NativeServer[] = [];
const pools: pg.Pool[] = [];
let whole: pg.Pool;
let asked: pg.Pool;

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no ${index}`);
  return item;
}

beforeAll(async () => {
  servers.push(...(await Promise.all(Array.from({ length: 4 }, () => startNativeServer()))));
  for (const { url } of servers) await createLogs(url, ORGANIZATIONS);
  pools.push(...servers.map(({ url }) => new pg.Pool({ connectionString: url, max: 4 })));
  asked = at(pools, 0);
  whole = at(pools, 3);
  await withClient(at(servers, 0).url, async (client) => {
    await client.query(`
      CREATE EXTENSION postgres_fdw;
      ALTER TABLE connection_logs RENAME TO emptied;
      CREATE TABLE connection_logs (LIKE emptied) PARTITION BY HASH (organization_id)`);
    for (const shard of [0, 1]) {
      const { hostname, port, username, password } = new URL(at(servers, shard + 1).url);
      await client.query(`
        CREATE SERVER shard${shard} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${hostname}', port '${port}', dbname 'postgres');
        CREATE USER MAPPING FOR CURRENT_USER SERVER shard${shard} OPTIONS (user '${username}', password '${password}');
        CREATE FOREIGN TABLE connection_logs_${shard} PARTITION OF connection_logs FOR VALUES WITH (MODULUS 2, REMAINDER ${shard})
          SERVER shard${shard} OPTIONS (table_name 'connection_logs')`);
    }
  });
  for (let n = 0; n < 60; n++) {
    const log = event({ organizationId: organization(n % ORGANIZATIONS), time: new Date(n * 1000) });
    await upsertConnectionLog(await shardOf(log.organizationId), log);
    await upsertConnectionLog(whole, log);
  }
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  for (const server of servers) await server.stop();
});

async function shardOf(id: string): Promise<pg.Pool> {
  const isFirst = await value(at(servers, 0).url, `SELECT satisfies_hash_partition('connection_logs'::regclass, 2, 0, '${id}'::uuid)`);
  return at(pools, isFirst === 'true' ? 1 : 2);
}

test('each server has some of the rows', async () => {
  const counts = await Promise.all([1, 2].map((n) => value(at(servers, n).url, 'SELECT count(*) FROM connection_logs')));
  expect(counts.map(Number).every((count) => count > 0)).toBe(true);
  expect(Number(counts[0]) + Number(counts[1])).toBe(60);
});

test.each([
  ['of one organization', [2]],
  ['of some', [0, 3, 5]],
  ['of none', []],
])('the guarded query, with a filter %s, returns what one server would', async (_what, numbers) => {
  const filter = ofOrganization(...numbers);
  const expected = await getAuthorizedConnectionLogsOffset(whole, filter, { limitOpt: 7, offsetOpt: 2 });
  expect(expected).toHaveLength(numbers.length === 0 ? 0 : 7);
  expect(await getAuthorizedConnectionLogsOffset(asked, filter, { limitOpt: 7, offsetOpt: 2 })).toEqual(expected);
  const streamed = [];
  for await (const row of getAuthorizedConnectionLogsOffset.stream(asked, filter, {}, { rows: 5 })) streamed.push(row);
  expect(streamed).toEqual(await getAuthorizedConnectionLogsOffset(whole, filter, {}));
});

test('with everything, and with a parameter of the query', async () => {
  const filter = authorize.unrestricted('a test');
  const params = { organizationId: organization(4) };
  expect(await getAuthorizedConnectionLogsOffset(asked, filter, params)).toEqual(
    await getAuthorizedConnectionLogsOffset(whole, filter, params),
  );
  expect(await getAuthorizedConnectionLogsOffset(asked, filter, {})).toHaveLength(60);
});

test('a filter that names one organization asks one server', async () => {
  const traces: QueryTrace[] = [];
  const end = aroundCalls(
    (_trace, call) => call(),
    (trace) => traces.push(trace),
  );
  await getAuthorizedConnectionLogsOffset(asked, authorize.sql`connection_logs.organization_id = ${organization(2)}::uuid`, {});
  end();
  const trace = at(traces, 0);
  const { rows } = await asked.query<{ 'QUERY PLAN': string }>(`EXPLAIN (VERBOSE, COSTS OFF) ${trace.text}`, [
    ...at(trace.details().values, 0),
  ]);
  const remote = rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes('Remote SQL'));
  expect(remote).toHaveLength(1);
  expect(remote[0]).toContain('organization_id = ');
});

test('the upsert is refused over the partitions, before anything is written', async () => {
  const log = event();
  const refused = upsertConnectionLog(asked, log);
  await expect(refused).rejects.toThrow(QueryError);
  await expect(refused).rejects.toMatchObject({ code: '42P10' });
  expect(await upsertConnectionLog(await shardOf(log.organizationId), log)).toMatchObject({ id: log.id });
});
