import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  getAuthorizedConnectionLogsOffset,
  upsertConnectionLog,
  type ConnectionLog,
  type GetConnectionLogsOffsetParams,
} from '../../generated/index.js';
import { authorize, QueryError } from '../../src/runtime/index.js';
import { getConnectionLogsOffset } from '../../generated/unfiltered.js';
import { addOrganization, addUser, event, openFixture, type Fixture } from './fixture.js';

let fixture: Fixture;
const logs: Record<string, ConnectionLog> = {};
let acme: string, globex: string, empty: string;
let ada: string, grace: string, gone: string;

/** Minutes after noon, so that every log has a time of its own. */
function at(minute: number): Date {
  return new Date(Date.UTC(2025, 5, 1, 12, minute));
}

beforeAll(async () => {
  fixture = await openFixture();
  const { pool } = fixture;
  [acme, globex, empty] = [
    await addOrganization(pool, 'acme'),
    await addOrganization(pool, 'globex'),
    await addOrganization(pool, 'empty'),
  ];
  ada = await addUser(pool, 'Ada');
  grace = await addUser(pool, 'grace', { email: 'Grace@Example.com' });
  gone = await addUser(pool, 'gone', { deleted: true });
  const [ofAda, ofGrace, ofGone] = [
    { organizationId: acme, workspaceOwnerId: ada },
    { organizationId: globex, workspaceOwnerId: grace },
    { organizationId: acme, workspaceOwnerId: gone },
  ];
  const add = async (name: string, params: ReturnType<typeof event>): Promise<void> => {
    logs[name] = await upsertConnectionLog(pool, params);
  };
  await add('ongoing', event(ofAda, { time: at(1) }));
  const session = event(ofAda, { time: at(2), type: 'vscode' });
  await upsertConnectionLog(pool, session);
  await add('completed', { ...session, time: at(30), connectionStatus: 'disconnected', code: 0 });
  await add(
    'app',
    event(ofAda, { time: at(3), type: 'workspace_app', connectionId: null, userId: grace, userAgent: 'Mozilla/5.0', code: 200 }),
  );
  await add(
    'port',
    event(ofGrace, { time: at(4), type: 'port_forwarding', connectionId: null, userId: gone, slugOrPort: '8080', code: 200 }),
  );
  await add('elsewhere', event(ofGrace, { time: at(5), type: 'jetbrains' }));
  await add('ofGone', event(ofGone, { time: at(6) }));
});

afterAll(() => fixture.close());

async function found(
  params?: GetConnectionLogsOffsetParams,
  filter = authorize.unrestricted('the whole log, for a test'),
): Promise<string[]> {
  const rows = await getAuthorizedConnectionLogsOffset(fixture.pool, filter, params);
  return rows.map(({ connectionLog }) => Object.keys(logs).find((name) => logs[name]?.id === connectionLog.id) ?? connectionLog.id);
}

const EVERYTHING = ['ofGone', 'elsewhere', 'port', 'app', 'completed', 'ongoing'];

describe('GetConnectionLogsOffset', () => {
  it('finds everything, newest first, without a filter', async () => {
    expect(await found()).toEqual(EVERYTHING);
    expect(await found({})).toEqual(EVERYTHING);
  });

  it('counts an explicit undefined as omitted', async () => {
    expect(await found({ organizationId: undefined, type: undefined, connectedAfter: undefined, limitOpt: undefined })).toEqual(EVERYTHING);
  });

  it.each<[string, () => GetConnectionLogsOffsetParams, string[]]>([
    ['organization', () => ({ organizationId: globex }), ['elsewhere', 'port']],
    ["owner's username, without case", () => ({ workspaceOwner: 'ADA' }), ['app', 'completed', 'ongoing']],
    ["a deleted owner's username", () => ({ workspaceOwner: 'gone' }), []],
    ['an unknown username', () => ({ workspaceOwner: 'nobody' }), []],
    ["owner's id", () => ({ workspaceOwnerId: gone }), ['ofGone']],
    ["owner's email", () => ({ workspaceOwnerEmail: 'Grace@Example.com' }), ['elsewhere', 'port']],
    ["owner's email, with case", () => ({ workspaceOwnerEmail: 'grace@example.com' }), []],
    ["a deleted owner's email", () => ({ workspaceOwnerEmail: 'gone@example.com' }), []],
    ['type', () => ({ type: 'vscode' }), ['completed']],
    ["user's id", () => ({ userId: grace }), ['app']],
    ["user's name, without case", () => ({ username: 'GRACE' }), ['app']],
    ["a deleted user's name", () => ({ username: 'gone' }), []],
    ["user's email", () => ({ userEmail: 'Grace@Example.com' }), ['app']],
    ["user's email, with case", () => ({ userEmail: 'grace@example.com' }), []],
    ["a deleted user's email", () => ({ userEmail: 'gone@example.com' }), ['port']],
    ['connected after, inclusive', () => ({ connectedAfter: at(5) }), ['ofGone', 'elsewhere']],
    ['connected before, inclusive', () => ({ connectedBefore: at(2) }), ['completed', 'ongoing']],
    ['a time as text', () => ({ connectedAfter: '2025-06-01 14:06:00+02' }), ['ofGone']],
    ['workspace', () => ({ workspaceId: logs['port']?.workspaceId }), ['port']],
    ['connection', () => ({ connectionId: logs['ongoing']?.connectionId ?? undefined }), ['ongoing']],
    ['ongoing, which no web event is', () => ({ status: 'ongoing' }), ['ofGone', 'elsewhere', 'ongoing']],
    ['completed, which no web event is', () => ({ status: 'completed' }), ['completed']],
    ['filters together', () => ({ organizationId: acme, status: 'ongoing', connectedBefore: at(5) }), ['ongoing']],
  ])('selects by %s', async (_name, params, expected) => {
    expect(await found(params())).toEqual(expected);
  });

  it('has no user where the log has none, and never an undefined one', async () => {
    const rows = await getAuthorizedConnectionLogsOffset(fixture.pool, authorize.unrestricted('a test'), { type: 'vscode' });
    const { connectionLog, workspaceOwnerUsername, organizationName, organizationDisplayName, organizationIcon, ...user } =
      rows[0] ?? expect.fail('no row');
    expect(connectionLog).toEqual(logs['completed']);
    expect({ workspaceOwnerUsername, organizationName, organizationDisplayName, organizationIcon }).toEqual({
      workspaceOwnerUsername: 'Ada',
      organizationName: 'acme',
      organizationDisplayName: 'Acme',
      organizationIcon: '',
    });
    expect(Object.keys(user)).toHaveLength(12);
    expect(Object.values(user)).toEqual(new Array(12).fill(null));
    expect(JSON.stringify(rows)).not.toContain('undefined');
  });

  it('has the user of a web event, arrays and dates as such', async () => {
    const [row] = await getAuthorizedConnectionLogsOffset(fixture.pool, authorize.unrestricted('a test'), { userId: grace });
    expect(row).toMatchObject({
      userUsername: 'grace',
      userEmail: 'Grace@Example.com',
      userCreatedAt: new Date('2024-01-02T03:04:05Z'),
      userLastSeenAt: new Date('0001-01-01T00:00:00Z'),
      userStatus: 'dormant',
      userLoginType: 'password',
      userRoles: ['member', 'auditor'],
      userDeleted: false,
      connectionLog: { ip: '203.0.113.7', code: 200, type: 'workspace_app', disconnectTime: null },
    });
  });

  it('pages: a limit and an offset, and 100 rows where the limit is 0 or omitted', async () => {
    const owner = { organizationId: empty, workspaceOwnerId: ada };
    const client = await fixture.pool.connect();
    try {
      await client.query('BEGIN');
      const ids: string[] = [];
      for (let minute = 0; minute < 120; minute++) ids.unshift((await upsertConnectionLog(client, event(owner, { time: at(minute) }))).id);
      const page = async (params: GetConnectionLogsOffsetParams): Promise<string[]> => {
        const rows = await getAuthorizedConnectionLogsOffset(client, authorize.unrestricted('a test'), {
          organizationId: empty,
          ...params,
        });
        return rows.map(({ connectionLog }) => connectionLog.id);
      };
      expect(await page({})).toEqual(ids.slice(0, 100));
      expect(await page({ limitOpt: 0 })).toEqual(ids.slice(0, 100));
      expect(await page({ limitOpt: 5, offsetOpt: 10 })).toEqual(ids.slice(10, 15));
      expect(await page({ limitOpt: 1000 })).toEqual(ids);
      expect(await page({ offsetOpt: 110 })).toEqual(ids.slice(110));
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('GetAuthorizedConnectionLogsOffset', () => {
  const inOrganizations = (...ids: string[]) => authorize.sql`connection_logs.organization_id = ANY(${ids}::uuid[])`;

  it('shows a caller the logs of its organizations, and no others', async () => {
    expect(await found({}, inOrganizations())).toEqual([]);
    expect(await found({}, inOrganizations(empty))).toEqual([]);
    expect(await found({}, inOrganizations(randomUUID()))).toEqual([]);
    expect(await found({}, inOrganizations(globex))).toEqual(['elsewhere', 'port']);
    expect(await found({}, inOrganizations(acme, globex))).toEqual(EVERYTHING);
    expect(await found({}, authorize.none())).toEqual([]);
  });

  it('keeps the other conditions, whatever the filter says', async () => {
    expect(await found({ type: 'jetbrains' }, authorize.sql`true OR ${true}`)).toEqual(['elsewhere']);
    expect(await found({ organizationId: acme, limitOpt: 1, offsetOpt: 1 }, inOrganizations(acme, globex))).toEqual(['app']);
  });

  it.each([
    ['an array of one', () => `(connection_logs.organization_id = ANY(ARRAY ['${globex}'::uuid]))`, ['elsewhere', 'port']],
    ['an OR', () => `(connection_logs.organization_id = '${globex}'::uuid OR false)`, ['elsewhere', 'port']],
    ['true', () => 'true', EVERYTHING],
    ['false', () => 'false', []],
  ])('takes a condition that another service compiled: %s', async (_name, text, expected) => {
    expect(await found({}, authorize.fromText(text()))).toEqual(expected);
  });

  it("reports PostgreSQL's refusal of an ambiguous column under the query's name", async () => {
    const refused = found({}, authorize.fromText(`name = 'acme'`));
    await expect(refused).rejects.toBeInstanceOf(QueryError);
    await expect(refused).rejects.toMatchObject({
      code: '42702',
      query: 'GetAuthorizedConnectionLogsOffset',
      source: 'queries/connectionlogs.sql:1',
    });
  });
});

describe('the unfiltered entry', () => {
  it('has the same query without a filter', async () => {
    const rows = await getConnectionLogsOffset(fixture.pool, { limitOpt: 2 });
    expect(rows.map(({ connectionLog }) => connectionLog.id)).toEqual([logs['ofGone']?.id, logs['elsewhere']?.id]);
    expect(await getConnectionLogsOffset(fixture.pool)).toHaveLength(EVERYTHING.length);
  });
});
