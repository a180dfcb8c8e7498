/** What is told of each call on the diagnostics channel, and what never is. */
import { tracingChannel } from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  countAuthorizedConnectionLogs,
  deleteOldConnectionLogs,
  getAuthorizedConnectionLogsOffset,
  recordConnectionEvents,
  upsertConnectionLog,
} from '@sqlward/connection-logs';
import { authorize, type QueryTrace } from 'sqlward';
import { addOrganization, addUser, event, openFixture, type Fixture } from '../connectionlogs/fixture.js';

const channel = tracingChannel<string, QueryTrace>('sqlward:query');
let fixture: Fixture;
let owner: { readonly organizationId: string; readonly workspaceOwnerId: string };
let stop = (): void => undefined;

beforeAll(async () => {
  fixture = await openFixture();
  owner = { organizationId: await addOrganization(fixture.pool, 'acme'), workspaceOwnerId: await addUser(fixture.pool, 'ada') };
});
afterAll(() => fixture.close());
afterEach(() => stop());

/** Everything that is published, as `channel name`, and the traces of calls that ended. */
function listen(): { readonly order: string[]; readonly ended: QueryTrace[] } {
  const order: string[] = [];
  const ended: QueryTrace[] = [];
  const subscribers = {
    start: () => void order.push('start'),
    end: () => void order.push('end'),
    asyncStart: () => void order.push('asyncStart'),
    asyncEnd: (trace: QueryTrace) => {
      order.push('asyncEnd');
      ended.push({ ...trace });
    },
    error: () => void order.push('error'),
  };
  channel.subscribe(subscribers);
  stop = () => channel.unsubscribe(subscribers);
  return { order, ended };
}

describe('a call', () => {
  it('is told with its tables, its filter, its rows and its time, in the order of a traced promise', async () => {
    const { order, ended } = listen();
    await upsertConnectionLog(fixture.pool, event(owner));
    await getAuthorizedConnectionLogsOffset(fixture.pool, authorize.sql`connection_logs.organization_id = ${owner.organizationId}`, {
      limitOpt: 5,
    });
    expect(order).toEqual(['start', 'end', 'asyncStart', 'asyncEnd', 'start', 'end', 'asyncStart', 'asyncEnd']);
    expect(ended).toMatchObject([
      {
        name: 'UpsertConnectionLog',
        command: 'one',
        source: 'queries/connectionlogs.sql:134',
        writes: ['connection_logs'],
        filter: undefined,
        rows: 1,
        affected: 1,
        error: undefined,
      },
      { name: 'GetAuthorizedConnectionLogsOffset', command: 'many', filter: 'condition', rows: 1, writes: [] },
    ]);
    expect(ended[1]?.reads).toEqual(expect.arrayContaining(['connection_logs', 'users', 'organizations']));
    expect(ended[1]?.duration).toBeGreaterThan(0);
  });

  it('tells the kind of a filter', async () => {
    const { ended } = listen();
    for (const filter of [
      authorize.unrestricted('a test'),
      authorize.none(),
      authorize.in('connection_logs.organization_id', [owner.organizationId]),
    ]) {
      await countAuthorizedConnectionLogs(fixture.pool, filter, { countCap: 10 });
    }
    expect(ended.map(({ filter }) => filter)).toEqual(['unrestricted', 'none', 'condition']);
  });

  it('tells a batch as one call with its sets, and the rows of a command without rows', async () => {
    const { ended } = listen();
    await recordConnectionEvents(fixture.pool, [event(owner), event(owner), event(owner)]);
    await deleteOldConnectionLogs(fixture.pool, { connectedBefore: new Date('2000-01-01T00:00:00Z'), batchSize: 10 });
    expect(ended).toMatchObject([
      { name: 'RecordConnectionEvents', sets: 3, rows: 0, affected: 3 },
      { name: 'DeleteOldConnectionLogs', sets: undefined, affected: 0 },
    ]);
  });

  it('tells a stream as one call that ends with its last row, or when it is left', async () => {
    const { ended } = listen();
    const rows = () => getAuthorizedConnectionLogsOffset.stream(fixture.pool, authorize.unrestricted('a test'), {}, { rows: 1 });
    let count = 0;
    for await (const _ of rows()) count++;
    expect(ended).toMatchObject([{ name: 'GetAuthorizedConnectionLogsOffset', rows: count }]);
    for await (const _ of rows()) break;
    expect(ended).toHaveLength(2);
  });

  it('holds no value and no word of the server, unless a listener asks for them', async () => {
    const secret = randomUUID();
    const { ended, order } = listen();
    await expect(upsertConnectionLog(fixture.pool, event({ ...owner, organizationId: secret }))).rejects.toThrow();
    expect(order).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    const [trace] = ended;
    expect(trace).toMatchObject({ error: { code: '23503' } });
    expect(JSON.stringify(trace)).not.toContain(secret);
    const details = trace?.details();
    expect(JSON.stringify(details?.values)).toContain(secret);
    expect(details?.error).toBeInstanceOf(Error);
  });
});
