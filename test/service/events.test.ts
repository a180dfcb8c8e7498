/** `POST …/events` over HTTP, and retention beside it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATIONS, PEOPLE } from '../../examples/connection-logs/data/people.js';
import { deleteOldLogs } from '../../examples/connection-logs/retention.js';
import type { ConnectionEvent } from '../../examples/connection-logs/routes/events.js';
import { startService, type RunningService } from './running.js';

let service: RunningService;
beforeAll(async () => {
  service = await startService(50);
});
afterAll(() => service.close());

function connected(change: Partial<ConnectionEvent> = {}): ConnectionEvent {
  return {
    id: randomUUID(),
    time: '2026-03-01T12:00:00Z',
    organization_id: ORGANIZATIONS[0].id,
    workspace_owner_id: PEOPLE[0]?.id ?? '',
    workspace_id: randomUUID(),
    workspace_name: 'dev',
    agent_name: 'main',
    type: 'ssh',
    ip: '203.0.113.7',
    connection_id: randomUUID(),
    connection_status: 'connected',
    ...change,
  };
}

function disconnected(of: ConnectionEvent, change: Partial<ConnectionEvent> = {}): ConnectionEvent {
  return {
    ...of,
    id: randomUUID(),
    time: '2026-03-01T13:00:00Z',
    connection_status: 'disconnected',
    code: 0,
    disconnect_reason: 'closed',
    ...change,
  };
}

async function record(...events: readonly ConnectionEvent[]): Promise<void> {
  expect(await service.post('/api/v2/connectionlog/events', events)).toEqual({ status: 204, body: undefined });
}

interface Log {
  readonly id: string;
  readonly connect_time: string;
  readonly ssh_info: {
    readonly disconnect_time: string | null;
    readonly disconnect_reason: string | null;
    readonly exit_code: number | null;
  };
}

async function logsOf({ workspace_id }: ConnectionEvent): Promise<readonly Log[]> {
  const { body } = await service.get(`/api/v2/connectionlog?q=workspace_id:${workspace_id}`);
  return (body as { connection_logs: Log[] }).connection_logs;
}

describe('events', () => {
  it('a connect makes one ongoing log', async () => {
    const event = connected();
    await record(event);
    expect(await logsOf(event)).toMatchObject([{ id: event.id, ssh_info: { disconnect_time: null } }]);
  });

  it('a disconnect ends it, whichever comes first and however often either comes', async () => {
    const event = connected();
    const end = disconnected(event);
    await record(event);
    await record(end, end, event);
    await record(disconnected(event, { time: '2026-03-01T15:00:00Z', disconnect_reason: 'later', code: 255 }));
    expect(await logsOf(event)).toMatchObject([
      { id: event.id, ssh_info: { disconnect_time: '2026-03-01T13:00:00.000Z', disconnect_reason: 'closed', exit_code: 0 } },
    ]);
    const early = connected();
    await record(disconnected(early), early);
    expect(await logsOf(early)).toMatchObject([
      { connect_time: '2026-03-01T13:00:00.000Z', ssh_info: { disconnect_time: '2026-03-01T13:00:00.000Z' } },
    ]);
  });

  it('web events are no sessions: each is a log', async () => {
    const event = connected({
      type: 'workspace_app',
      connection_id: null,
      user_id: PEOPLE[1]?.id ?? null,
      slug_or_port: 'code',
      code: 200,
    });
    await record(event, { ...event, id: randomUUID() });
    expect(await logsOf(event)).toHaveLength(2);
  });

  it('many at once, from many callers, make one log a session and lose none', async () => {
    const sessions = Array.from({ length: 60 }, () => connected({ workspace_id: '0a0a0a0a-0000-4000-8000-000000000000' }));
    const both = sessions.flatMap((event) => [event, disconnected(event)]);
    await Promise.all(Array.from({ length: 16 }, (_, caller) => record(...both.slice(caller), ...both.slice(0, caller))));
    const { body } = await service.get('/api/v2/connectionlog?limit=1000&q=workspace_id:0a0a0a0a-0000-4000-8000-000000000000');
    const logs = (body as { connection_logs: Log[] }).connection_logs;
    expect(logs).toHaveLength(sessions.length);
    for (const { ssh_info } of logs)
      expect(ssh_info).toMatchObject({ disconnect_time: '2026-03-01T13:00:00.000Z', disconnect_reason: 'closed' });
  });

  it('are recorded all or none', async () => {
    const good = connected();
    const { status, body } = await service.post('/api/v2/connectionlog/events', [good, connected({ organization_id: randomUUID() })]);
    expect(status).toBe(400);
    expect(body).toEqual({
      message: 'the request is not valid',
      validations: [{ field: 'body', detail: 'names an organization or an owner that does not exist' }],
    });
    expect(await logsOf(good)).toEqual([]);
  });

  it.each([
    ['no list', {}],
    ['an empty list', []],
    ['a type that does not exist', [connected({ type: 'telnet' as 'ssh' })]],
    ['an id that is none', [connected({ id: '12' })]],
    ['a time without a zone', [connected({ time: '2026-03-01T12:00:00' })]],
    ['an address that is none', [connected({ ip: '300.1.1.1' })]],
    ['a code out of range', [connected({ code: 2 ** 31 })]],
    ['a property that nobody knows', [{ ...connected(), extra: 1 }]],
  ])('%s is refused', async (_, body) => {
    expect((await service.post('/api/v2/connectionlog/events', body)).status).toBe(400);
  });
});

describe('retention', () => {
  it('deletes what is older, oldest first, in batches, and tells how many', async () => {
    const old = Array.from({ length: 25 }, (_, n) =>
      connected({ workspace_id: '0b0b0b0b-0000-4000-8000-000000000000', time: `2020-01-${String(n + 1).padStart(2, '0')}T00:00:00Z` }),
    );
    await record(...old);
    const { body } = await service.get('/api/v2/connectionlog?limit=1');
    const before = (body as { count: number }).count;
    expect(
      await deleteOldLogs(service.pool, { connectedBefore: new Date('2020-01-21T00:00:00Z'), batchSize: 7, pauseMilliseconds: 0 }),
    ).toBe(20);
    const left = await service.get('/api/v2/connectionlog?limit=1');
    expect((left.body as { count: number }).count).toBe(before - 20);
    expect((await logsOf(connected({ workspace_id: '0b0b0b0b-0000-4000-8000-000000000000' }))).length).toBe(5);
  });

  it('leaves rows that somebody has locked to them, and does not wait', async () => {
    const event = connected({ time: '2019-01-01T00:00:00Z' });
    await record(event, connected({ time: '2019-01-02T00:00:00Z' }));
    const client = await service.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM connection_logs WHERE id = $1 FOR UPDATE', [event.id]);
      expect(await deleteOldLogs(service.pool, { connectedBefore: new Date('2019-02-01T00:00:00Z') })).toBe(1);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('health', () => {
  it('is ready while the database answers', async () => {
    expect(await service.get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await service.get('/readyz')).toEqual({ status: 200, body: { status: 'ok' } });
  });
});
