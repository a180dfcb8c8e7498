/** A database with the connection logs' schema, and made-up people, organizations and events in it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { UpsertConnectionLogParams } from '../../generated/index.js';
import { createDatabase } from '../support/database.js';

export interface Fixture {
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const SCHEMA = readFileSync(new URL('../../queries/schema/connectionlogs.sql', import.meta.url), 'utf8');

/** @param connections how many the pool may open */
export async function openFixture(connections = 4): Promise<Fixture> {
  const database = await createDatabase(SCHEMA);
  const pool = new pg.Pool({ connectionString: database.url, max: connections });
  return {
    pool,
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

export async function addOrganization(pool: pg.Pool, name: string): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `INSERT INTO organizations (id, name, description, display_name, created_at, updated_at)
     VALUES ($1, $2, '', initcap($2), now(), now())`,
    [id, name],
  );
  return id;
}

export async function addUser(
  pool: pg.Pool,
  username: string,
  options: { readonly email?: string; readonly deleted?: boolean } = {},
): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `INSERT INTO users (id, email, username, hashed_password, created_at, updated_at, deleted, rbac_roles)
     VALUES ($1, $2, $3, '\\x00', '2024-01-02 03:04:05Z', now(), $4, '{member,auditor}')`,
    [id, options.email ?? `${username}@example.com`, username, options.deleted ?? false],
  );
  return id;
}

/** An event with everything that the table requires; a session of its own unless told otherwise. */
export function event(
  owner: { readonly organizationId: string; readonly workspaceOwnerId: string },
  change: Partial<UpsertConnectionLogParams> = {},
): UpsertConnectionLogParams {
  return {
    id: randomUUID(),
    organizationId: owner.organizationId,
    workspaceOwnerId: owner.workspaceOwnerId,
    workspaceId: randomUUID(),
    workspaceName: 'dev',
    agentName: 'main',
    type: 'ssh',
    ip: '203.0.113.7',
    connectionId: randomUUID(),
    time: new Date('2025-06-01T12:00:00Z'),
    connectionStatus: 'connected',
    ...change,
  };
}
