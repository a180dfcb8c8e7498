/**
 * A scratch database of made-up connection logs, on whatever server the tests would take: the one
 * that `TEST_DATABASE_URL` names, a container, or native binaries. The server makes the rows.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { startServer } from '../../test/support/server.js';

export const ORGANIZATIONS = 50;
export const USERS = 1000;

export interface BenchDatabase {
  readonly url: string;
  /** What the server is, for people. */
  readonly label: string;
  /** Drops the database, and stops the server if it was started for this. */
  close(): Promise<void>;
}

/** A database with the schema of the connection logs, and no rows. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const server = await startServer();
  const name = `sqlward_bench_${randomUUID().slice(0, 8)}`;
  await onClient(server.url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const schema = await readFile(new URL('../../queries/schema/connectionlogs.sql', import.meta.url), 'utf8');
  await onClient(url.href, (client) => client.query(schema));
  return {
    url: url.href,
    label: server.label,
    async close() {
      await onClient(server.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      await server.stop();
    },
  };
}

export async function onClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The id of the nth row of a kind, counted from 1: the same in JavaScript and in `uuidSql`. */
export function uuid(kind: 'organization' | 'user' | 'log' | 'workspace' | 'session', n: number): string {
  const hex = n.toString(16).padStart(12, '0');
  return `${KIND_DIGITS[kind]}0000000-0000-4000-8000-${hex}`;
}

const KIND_DIGITS = { organization: 1, user: 2, log: 3, workspace: 4, session: 5 } as const;

function uuidSql(kind: keyof typeof KIND_DIGITS, n: string): string {
  return `('${KIND_DIGITS[kind]}0000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

/**
 * Fills the tables: logs a minute apart, the newest first in `connect_time`; organization 1 has
 * nearly half of them and organization 50 one in ten thousand, as real tenants differ; three in ten
 * logs are web events, which have a user and no session.
 */
export async function fill(url: string, logs: number): Promise<void> {
  await onClient(url, async (client) => {
    // Keys and checks would only slow down rows that are right by construction.
    await client.query('SET session_replication_role = replica; SET synchronous_commit = off');
    await client.query(`
      INSERT INTO organizations
      SELECT ${uuidSql('organization', 'n')}, 'organization-' || n, 'Made up', 'Organization ' || n, now(), now(), n = 1, '/emojis/' || n || '.png', false
      FROM generate_series(1, ${ORGANIZATIONS}) n;
      INSERT INTO users
      SELECT ${uuidSql('user', 'n')}, 'user' || n || '@example.com', 'user' || n, '\\xdeadbeef', now() - n * interval '1 hour', now(),
        (enum_range(NULL::user_status))[1 + n % 3], CASE WHEN n % 5 = 0 THEN '{owner,template-admin}' WHEN n % 3 = 0 THEN '{auditor}' ELSE '{}' END::text[],
        (enum_range(NULL::login_type))[1 + n % 4], 'https://example.com/avatars/' || n || '.png', n % 50 = 0, now() - n * interval '1 minute', '', 'User ' || n
      FROM generate_series(1, ${USERS}) n;
      INSERT INTO connection_logs
      SELECT ${uuidSql('log', 'n')}, timestamptz '2026-01-01' - n * interval '1 minute', ${uuidSql('organization', 'o')}, ${uuidSql('user', `1 + n % ${USERS}`)},
        ${uuidSql('workspace', `1 + n % ${USERS * 3}`)}, 'workspace-' || n % 3000, 'main', CASE WHEN web THEN (enum_range(NULL::connection_type))[5 + n % 2] ELSE (enum_range(NULL::connection_type))[1 + n % 4] END,
        ('203.0.113.' || n % 250)::inet, CASE WHEN web THEN 200 WHEN n % 20 <> 0 THEN 0 END, CASE WHEN web THEN 'Mozilla/5.0 (X11; Linux x86_64)' END,
        CASE WHEN web THEN ${uuidSql('user', `1 + (n * 7) % ${USERS}`)} END, CASE WHEN web THEN 'code-server' END, CASE WHEN NOT web THEN ${uuidSql('session', 'n')} END,
        CASE WHEN NOT web AND n % 20 <> 0 THEN timestamptz '2026-01-01' - n * interval '1 minute' + interval '42 minutes' END,
        CASE WHEN NOT web AND n % 20 <> 0 THEN 'closed by the client' END
      FROM (
        SELECT n, (n::bigint * 7919) % 10 < 3 AS web,
          -- A power law over the organizations; the multiplier spreads them over time.
          CASE WHEN n % 10007 = 5 THEN ${ORGANIZATIONS}
            ELSE 1 + floor(${ORGANIZATIONS - 1} * power(((n::bigint * 104729) % 100003) / 100003.0, 5.5))::int END AS o
        FROM generate_series(1, ${logs}) n
      ) made;
    `);
    await client.query('VACUUM ANALYZE');
  });
}
