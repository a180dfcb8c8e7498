/** `GET /api/v2/connectionlog` over HTTP: what each key finds, paging, who sees what, and what is told of a bad request. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorize } from 'sqlward';
import { countAuthorizedConnectionLogs, getAuthorizedConnectionLogsOffset, upsertConnectionLog } from '@sqlward/connection-logs';
import { ORGANIZATIONS, PEOPLE } from '../../examples/connection-logs/data/people.js';
import { caslFilter } from '../../examples/connection-logs/policy/casl.js';
import { opaAnswer, opaFilter } from '../../examples/connection-logs/policy/opa.js';
import { VIEWERS } from '../../examples/connection-logs/policy/viewers.js';
import type { ConnectionLogAnswer } from '../../examples/connection-logs/routes/log.js';
import { event } from '../connectionlogs/fixture.js';
import { startService, type RunningService } from './running.js';

interface Answer {
  readonly connection_logs: readonly ConnectionLogAnswer[];
  readonly count: number;
  readonly count_is_capped: boolean;
}

const LOGS = 400;
let service: RunningService;
beforeAll(async () => {
  service = await startService(LOGS);
});
afterAll(() => service.close());

async function search(q: string, rest = 'limit=1000', viewer = 'owner'): Promise<Answer> {
  const { status, body } = await service.get(`/api/v2/connectionlog?${rest}&q=${encodeURIComponent(q)}`, viewer);
  expect(status).toBe(200);
  return body as Answer;
}

async function everything(): Promise<readonly ConnectionLogAnswer[]> {
  return (await search('')).connection_logs;
}

/** That a search finds exactly the logs for which `holds`, and counts them. */
async function finds(q: string, holds: (log: ConnectionLogAnswer) => boolean): Promise<void> {
  const expected = (await everything()).filter(holds);
  expect(expected.length, 'the made-up logs must tell').toBeGreaterThan(0);
  expect(expected.length, 'the made-up logs must tell').toBeLessThan(LOGS);
  const found = await search(q);
  expect(found.connection_logs).toEqual(expected);
  expect(found).toMatchObject({ count: expected.length, count_is_capped: false });
}

const [observatory, borealis] = ORGANIZATIONS;
const [person] = PEOPLE;

describe('each key', () => {
  it('organization, by name', () => finds('organization:Observatory', ({ organization }) => organization.id === observatory.id));
  it('organization, by id', () =>
    finds(`organization:${borealis.id.toUpperCase()}`, ({ organization }) => organization.id === borealis.id));
  it('workspace_owner, whatever its case', () => finds('workspace_owner:ADA', (log) => log.workspace_owner_username === 'ada'));
  it('workspace_owner_email', () => finds('workspace_owner_email:ada@example.com', (log) => log.workspace_owner_id === person?.id));
  it.each(['ssh', 'vscode', 'jetbrains', 'reconnecting_pty', 'workspace_app', 'port_forwarding'])('type:%s', (type) =>
    finds(`type:${type}`, (log) => log.type === type),
  );
  it('username finds web events only', () => finds('username:bela', ({ web_info }) => web_info?.user?.username === 'bela'));
  it('user_email likewise', () => finds('user_email:bela@example.com', ({ web_info }) => web_info?.user?.email === 'bela@example.com'));
  it('connected_after and connected_before include their moment', async () => {
    const middle = (await everything())[LOGS / 2]?.connect_time ?? '';
    await finds(`connected_after:${middle}`, (log) => log.connect_time >= middle);
    await finds(`connected_before:${middle}`, (log) => log.connect_time <= middle);
  });
  it('workspace_id', async () => {
    const id = (await everything())[0]?.workspace_id ?? '';
    await finds(`workspace_id:${id}`, (log) => log.workspace_id === id);
  });
  it('connection_id', async () => {
    const id = (await everything()).find(({ ssh_info }) => ssh_info !== null)?.ssh_info?.connection_id ?? '';
    await finds(`connection_id:${id}`, ({ ssh_info }) => ssh_info?.connection_id === id);
  });
  it.each(['ongoing', 'connected'])('status:%s is sessions without an end', (status) =>
    finds(`status:${status}`, ({ ssh_info }) => ssh_info !== null && ssh_info.disconnect_time === null),
  );
  it.each(['completed', 'disconnected'])('status:%s is sessions with one', (status) =>
    finds(`status:${status}`, ({ ssh_info }) => ssh_info !== null && ssh_info.disconnect_time !== null),
  );
  it('several at once are joined by AND', () =>
    finds('type:ssh status:ongoing', (log) => log.type === 'ssh' && log.ssh_info?.disconnect_time === null));
  it.each(['organization:nowhere', 'workspace_owner:nobody', 'username:nobody', `workspace_id:${randomUUID()}`])(
    '%s finds nothing, and is no error',
    async (q) => {
      expect(await search(q)).toEqual({ connection_logs: [], count: 0, count_is_capped: false });
    },
  );
});

describe('paging', () => {
  it('is newest first, 100 where no limit or 0 is asked', async () => {
    const all = await everything();
    expect(all.map(({ connect_time }) => connect_time)).toEqual(
      all
        .map(({ connect_time }) => connect_time)
        .sort()
        .reverse(),
    );
    expect((await search('', 'limit=0')).connection_logs).toEqual(all.slice(0, 100));
    expect((await search('', '')).connection_logs).toEqual(all.slice(0, 100));
  });
  it('goes from an offset, and counts all the same', async () => {
    const all = await everything();
    expect(await search('', 'limit=5&offset=10')).toEqual({ connection_logs: all.slice(10, 15), count: LOGS, count_is_capped: false });
    expect((await search('', 'offset=100000')).connection_logs).toEqual([]);
  });
});

describe('a bad request', () => {
  async function refusal(query: string): Promise<readonly string[]> {
    const { status, body } = await service.get(`/api/v2/connectionlog?${query}`);
    expect(status).toBe(400);
    return (body as { validations: { field: string }[] }).validations.map(({ field }) => field);
  }

  it('lists every problem by its key, in one answer', async () => {
    const q = encodeURIComponent('hello type:telnet color:red status:ongoing status:completed connected_after:soon');
    expect(await refusal(`q=${q}&limit=1001&offset=-1&page=2`)).toEqual([
      'page',
      'q',
      'type',
      'color',
      'status',
      'connected_after',
      'limit',
      'offset',
    ]);
  });
  it.each(['limit=1001', 'limit=ten', 'limit=1.5', 'limit=1e2', 'limit=1&limit=2'])('%s', async (query) => {
    expect(await refusal(query)).toEqual(['limit']);
  });
  it.each(['offset=-1', 'offset=2147483648', 'offset=x'])('%s', async (query) => {
    expect(await refusal(query)).toEqual(['offset']);
  });
  it('never quotes PostgreSQL', async () => {
    const { status, body } = await service.get('/api/v2/connectionlog?q=connected_after:0001-01-01T00:00:00%2B23:59');
    expect([200, 400, 500]).toContain(status);
    expect(JSON.stringify(body)).not.toMatch(/timestamp|syntax|SELECT/i);
  });
});

describe('who sees what', () => {
  it('an owner everything, an auditor the organizations audited, a guest nothing and no error', async () => {
    expect((await search('')).count).toBe(LOGS);
    const audited = await search('', 'limit=1000', 'auditor');
    const expected = (await everything()).filter(({ organization }) => [observatory.id, borealis.id].includes(organization.id));
    expect(audited.connection_logs).toEqual(expected);
    expect(audited.count).toBe(expected.length);
    expect(await search('', 'limit=1000', 'guest')).toEqual({ connection_logs: [], count: 0, count_is_capped: false });
    expect(await search(`organization:${ORGANIZATIONS[2].name}`, 'limit=1000', 'auditor')).toMatchObject({ connection_logs: [], count: 0 });
  });
  it('nobody knows who has credentials that are not known', async () => {
    expect((await service.get('/api/v2/connectionlog', 'mallory')).status).toBe(401);
    const anonymous = await fetch(`${service.url}/api/v2/connectionlog`);
    expect(await anonymous.json()).toEqual({ connection_logs: [], count: 0, count_is_capped: false });
  });
  it('is the same by CASL and by OPA', async () => {
    for (const viewer of VIEWERS) {
      const rows = async (filter: ReturnType<typeof caslFilter>) =>
        (await getAuthorizedConnectionLogsOffset(service.pool, filter, { limitOpt: LOGS })).map(({ connectionLog: { id } }) => id);
      expect(await rows(opaFilter(opaAnswer(viewer)))).toEqual(await rows(caslFilter(viewer)));
    }
  });
});

describe('a caller without rights', () => {
  it('gets no row, no count and no name of any log, from any route', async () => {
    const closed = await startService(50, { filterOf: () => authorize.none() });
    try {
      const logs = await getAuthorizedConnectionLogsOffset(closed.pool, authorize.unrestricted('the whole log, for a test'));
      const secrets = logs.flatMap(({ connectionLog: { id, workspaceName, workspaceId, ip }, ...row }) => [
        id,
        workspaceId,
        workspaceName,
        ip,
        row.workspaceOwnerUsername,
      ]);
      for (const path of ['connectionlog', 'connectionlog?q=type:ssh', 'connectionlog?limit=1&offset=1', 'connectionlog/export.ndjson']) {
        const response = await fetch(`${closed.url}/api/v2/${path}`, { headers: { authorization: 'Bearer owner' } });
        expect(response.status).toBe(200);
        const text = await response.text();
        for (const secret of secrets) expect(text).not.toContain(secret);
        if (path.includes('export')) expect(text).toBe('');
        else expect(JSON.parse(text)).toEqual({ connection_logs: [], count: 0, count_is_capped: false });
      }
    } finally {
      await closed.close();
    }
  });
});

describe('the count', () => {
  it('agrees with the page for every search and filter', async () => {
    const [someone, ...others] = await everything();
    const ids = [someone, ...others.slice(0, 3)].map((log) => log?.workspace_id ?? '');
    const optional = <T>(...values: T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, undefined, ...values);
    const filters = [...VIEWERS.map(caslFilter), authorize.sql`connection_logs.type = 'ssh' OR users.username = 'bela'`];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          organizationId: optional(...ORGANIZATIONS.map(({ id }) => id)),
          workspaceOwner: optional('ada', 'BELA', 'nobody'),
          workspaceOwnerId: optional(...PEOPLE.slice(0, 2).map(({ id }) => id)),
          workspaceOwnerEmail: optional('ada@example.com', 'nobody'),
          type: optional('ssh' as const, 'workspace_app' as const),
          userId: optional(...PEOPLE.slice(0, 2).map(({ id }) => id)),
          username: optional('bela', 'Chidi'),
          userEmail: optional('bela@example.com'),
          connectedAfter: optional(new Date(Date.parse(someone?.connect_time ?? '') - 1e8)),
          connectedBefore: optional(new Date(Date.parse(someone?.connect_time ?? '') - 5e7)),
          workspaceId: optional(...ids),
          connectionId: optional(randomUUID()),
          status: optional('ongoing' as const, 'completed' as const),
        }),
        fc.constantFrom(...filters),
        async (params, filter) => {
          const rows = await getAuthorizedConnectionLogsOffset(service.pool, filter, { ...params, limitOpt: 10_000 });
          expect(await countAuthorizedConnectionLogs(service.pool, filter, { ...params, countCap: 10_000 })).toEqual({
            count: rows.length,
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('stops at its cap, and says so, on every page', async () => {
    const full = await startService(1300);
    try {
      // A page in the middle, the last one, which tells the count by itself, and one past the end.
      for (const page of ['limit=1', 'limit=500&offset=900', 'limit=100&offset=5000']) {
        const { body } = await full.get(`/api/v2/connectionlog?${page}`);
        expect(body, page).toMatchObject({ count: 1000, count_is_capped: true });
      }
    } finally {
      await full.close();
    }
  });
});

describe('the export', () => {
  it('is every log that a search finds and the viewer may read, one document a line', async () => {
    const lines = async (q: string, viewer: string): Promise<readonly unknown[]> => {
      const response = await fetch(`${service.url}/api/v2/connectionlog/export.ndjson?q=${q}`, {
        headers: { authorization: `Bearer ${viewer}` },
      });
      expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      return (await response.text())
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    };
    expect(await lines('', 'owner')).toEqual(await everything());
    expect(await lines('type:ssh', 'auditor')).toEqual((await search('type:ssh', 'limit=1000', 'auditor')).connection_logs);
    expect(await lines('', 'guest')).toEqual([]);
  });

  it('gives its connection back when the reader goes away', async () => {
    const stop = new AbortController();
    const response = await fetch(`${service.url}/api/v2/connectionlog/export.ndjson`, {
      headers: { authorization: 'Bearer owner' },
      signal: stop.signal,
    });
    await response.body?.getReader().read();
    stop.abort();
    await expect.poll(() => service.pool.totalCount - service.pool.idleCount, { timeout: 10_000 }).toBe(0);
  });
});

describe('the OpenAPI document', () => {
  it('describes the row that is answered', async () => {
    const { body } = await service.get('/openapi.json');
    const { ConnectionLog } = (body as { components: { schemas: Record<string, { properties: object }> } }).components.schemas;
    const [log] = await everything();
    expect(Object.keys(ConnectionLog?.properties ?? {})).toEqual(Object.keys(log ?? {}));
  });
});

it('keeps what is between the quotes of a name as it is', async () => {
  const name = `<img src=x onerror="alert(1)"> "quoted"`;
  await upsertConnectionLog(
    service.pool,
    event(
      { organizationId: observatory.id, workspaceOwnerId: person?.id ?? '' },
      { workspaceName: name, time: new Date('2030-01-01T00:00:00Z') },
    ),
  );
  expect((await search('', 'limit=1')).connection_logs[0]?.workspace_name).toBe(name);
});
