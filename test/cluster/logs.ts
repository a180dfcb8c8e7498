/** The connection logs on servers of a test's own: their schema, whom they name, and an event. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { UpsertConnectionLogParams } from '../../generated/index.js';
import { authorize, type AuthorizeFilter } from '../../src/runtime/index.js';
import { withClient } from '../support/database.js';

export const OWNER = '20000000-0000-4000-8000-000000000001';
export const organization = (n: number): string => `10000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export async function createLogs(url: string, organizations: number): Promise<void> {
  const schema = await readFile(new URL('../../queries/schema/connectionlogs.sql', import.meta.url), 'utf8');
  await withClient(url, async (client) => {
    await client.query(schema);
    await client.query(
      `INSERT INTO users (id, email, username, hashed_password, created_at, updated_at) VALUES ($1, 'a@example.com', 'a', '', now(), now())`,
      [OWNER],
    );
    await client.query(`INSERT INTO organizations SELECT id, 'o', '', 'O', now(), now() FROM unnest($1::uuid[]) id`, [
      Array.from({ length: organizations }, (_, n) => organization(n)),
    ]);
  });
}

export function event(change: Partial<UpsertConnectionLogParams> = {}): UpsertConnectionLogParams {
  return {
    id: randomUUID(),
    organizationId: organization(0),
    workspaceOwnerId: OWNER,
    workspaceId: randomUUID(),
    workspaceName: 'w',
    agentName: 'main',
    type: 'ssh',
    ip: '127.0.0.1',
    connectionId: randomUUID(),
    time: new Date(0),
    connectionStatus: 'connected',
    ...change,
  };
}

export function ofOrganization(...numbers: readonly number[]): AuthorizeFilter {
  return authorize.sql`connection_logs.organization_id = ANY(${numbers.map(organization)}::uuid[])`;
}

/** Waits until a standby has replayed all that its primary has done. */
export async function caughtUp(primary: string, standby: string): Promise<void> {
  const position = await withClient(primary, async (client) => {
    // A commit that waits for its own record to be written, and so for all before it.
    await client.query('SET synchronous_commit = local');
    await client.query(`SELECT pg_logical_emit_message(true, 'test', '')`);
    const { rows } = await client.query<{ position: string }>('SELECT pg_current_wal_lsn()::text AS position');
    return rows[0]?.position ?? '';
  });
  await expect.poll(() => value(standby, `SELECT pg_last_wal_replay_lsn() >= '${position}'`), { timeout: 30_000 }).toBe('true');
}

/** The first value of the first row, as text. */
export async function value(url: string, text: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return String(rows[0]?.[0]);
  });
}
