import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upsertConnectionLog, type UpsertConnectionLogParams } from '../../generated/index.js';
import { addOrganization, addUser, event, openFixture, type Fixture } from './fixture.js';

const CONNECTIONS = 64;

let fixture: Fixture;
let owner: { organizationId: string; workspaceOwnerId: string };

beforeAll(async () => {
  fixture = await openFixture(CONNECTIONS);
  owner = {
    organizationId: await addOrganization(fixture.pool, 'acme'),
    workspaceOwnerId: await addUser(fixture.pool, 'ada'),
  };
});

afterAll(() => fixture.close());

const CONNECTED_AT = new Date('2025-06-01T12:00:00Z');
const DISCONNECTED_AT = new Date('2025-06-01T13:30:00.123Z');

/** The end of a session that an earlier event began; another id, as each event has its own. */
function disconnected(began: UpsertConnectionLogParams, change: Partial<UpsertConnectionLogParams> = {}): UpsertConnectionLogParams {
  return { ...began, id: randomUUID(), time: DISCONNECTED_AT, connectionStatus: 'disconnected', ...change };
}

async function rowsOf({ connectionId }: UpsertConnectionLogParams): Promise<number> {
  const { rows } = await fixture.pool.query<{ count: string }>('SELECT count(*) FROM connection_logs WHERE connection_id = $1', [
    connectionId,
  ]);
  return Number(rows[0]?.count);
}

describe('UpsertConnectionLog', () => {
  it('inserts at a connected event', async () => {
    const began = event(owner, { time: CONNECTED_AT, userAgent: null });
    const log = await upsertConnectionLog(fixture.pool, began);
    expect(log).toEqual({
      id: began.id,
      connectTime: CONNECTED_AT,
      organizationId: owner.organizationId,
      workspaceOwnerId: owner.workspaceOwnerId,
      workspaceId: began.workspaceId,
      workspaceName: 'dev',
      agentName: 'main',
      type: 'ssh',
      ip: '203.0.113.7',
      code: null,
      userAgent: null,
      userId: null,
      slugOrPort: null,
      connectionId: began.connectionId,
      disconnectTime: null,
      disconnectReason: null,
    });
    expect(await rowsOf(began)).toBe(1);
  });

  it('closes the session at a disconnected event', async () => {
    const began = event(owner);
    await upsertConnectionLog(fixture.pool, began);
    const log = await upsertConnectionLog(fixture.pool, disconnected(began, { code: 255, disconnectReason: 'timeout' }));
    expect(log).toMatchObject({
      id: began.id,
      connectTime: CONNECTED_AT,
      disconnectTime: DISCONNECTED_AT,
      code: 255,
      disconnectReason: 'timeout',
    });
    expect(await rowsOf(began)).toBe(1);
  });

  it('changes nothing at a second connected event', async () => {
    const began = event(owner);
    const first = await upsertConnectionLog(fixture.pool, began);
    const second = await upsertConnectionLog(fixture.pool, {
      ...began,
      id: randomUUID(),
      time: DISCONNECTED_AT,
      code: 1,
      disconnectReason: 'no',
    });
    expect(second).toEqual(first);
  });

  it('closes at once where the disconnected event comes first', async () => {
    const ended = disconnected(event(owner));
    const log = await upsertConnectionLog(fixture.pool, ended);
    expect(log.connectTime).toEqual(DISCONNECTED_AT);
    expect(log.disconnectTime).toEqual(DISCONNECTED_AT);
  });

  it('changes nothing at a connected event after that', async () => {
    const began = event(owner);
    const closed = await upsertConnectionLog(fixture.pool, disconnected(began, { disconnectReason: 'gone' }));
    expect(await upsertConnectionLog(fixture.pool, began)).toEqual(closed);
    expect(await rowsOf(began)).toBe(1);
  });

  it('keeps time, reason and code as a first disconnected event set them', async () => {
    const began = event(owner);
    await upsertConnectionLog(fixture.pool, began);
    const first = await upsertConnectionLog(fixture.pool, disconnected(began, { code: 0, disconnectReason: 'closed' }));
    const later = disconnected(began, { time: new Date('2025-06-02T00:00:00Z'), code: 1, disconnectReason: 'again' });
    expect(await upsertConnectionLog(fixture.pool, later)).toEqual(first);
  });

  it('fills what is still null, each on its own', async () => {
    const began = event(owner);
    await upsertConnectionLog(fixture.pool, began);
    await upsertConnectionLog(fixture.pool, disconnected(began));
    const reasoned = await upsertConnectionLog(
      fixture.pool,
      disconnected(began, { time: new Date('2025-06-02T00:00:00Z'), disconnectReason: 'late' }),
    );
    expect(reasoned).toMatchObject({ disconnectTime: DISCONNECTED_AT, disconnectReason: 'late', code: null });
    const coded = await upsertConnectionLog(fixture.pool, disconnected(began, { code: 7, disconnectReason: 'later' }));
    expect(coded).toMatchObject({ disconnectTime: DISCONNECTED_AT, disconnectReason: 'late', code: 7 });
  });

  it('never takes two events without a session for one', async () => {
    const visit = event(owner, { type: 'workspace_app', connectionId: null, slugOrPort: 'code-server', userId: owner.workspaceOwnerId });
    const first = await upsertConnectionLog(fixture.pool, visit);
    const second = await upsertConnectionLog(fixture.pool, { ...visit, id: randomUUID() });
    expect(second.id).not.toBe(first.id);
    const { rows } = await fixture.pool.query('SELECT 1 FROM connection_logs WHERE workspace_id = $1', [visit.workspaceId]);
    expect(rows).toHaveLength(2);
  });

  it('makes one row of one session, reported over 64 connections at once', async () => {
    const began = event(owner);
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => fixture.pool.connect()));
    try {
      const logs = await Promise.all(
        clients.map((client, index) =>
          upsertConnectionLog(
            client,
            index % 2 === 0
              ? { ...began, id: randomUUID() }
              : disconnected(began, { code: index === 1 ? 3 : null, disconnectReason: index === 3 ? 'closed' : null }),
          ),
        ),
      );
      expect(new Set(logs.map(({ id }) => id)).size).toBe(1);
    } finally {
      for (const client of clients) client.release();
    }
    expect(await rowsOf(began)).toBe(1);
    // The one code and the one reason that any of them brought are there, whoever came first.
    const final = await upsertConnectionLog(fixture.pool, { ...began, id: randomUUID() });
    expect(final).toMatchObject({ disconnectTime: DISCONNECTED_AT, code: 3, disconnectReason: 'closed' });
  });

  it('takes part in the transaction of the client that it is given', async () => {
    const began = event(owner);
    const client = await fixture.pool.connect();
    try {
      await client.query('BEGIN');
      await upsertConnectionLog(client, began);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
    expect(await rowsOf(began)).toBe(0);
  });
});
