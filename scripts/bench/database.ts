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
  /** Ends the server and starts it again; absent where the server is the user's. */
  readonly restart?: () => Promise<void>;
  /** Drops the database, and stops the server if it was started for this. */
  close(): Promise<void>;
}

/** A database with the schema of the connection logs, and no rows. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const server = await startServer(process.env, { autovacuum: 'on' });
  if (server.restart !== undefined) await onClient(server.url, hashPassword);
  const name = `sqlward_bench_${randomUUID().slice(0, 8)}`;
  await onClient(server.url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const schema = await readFile(new URL('../../queries/schema/connectionlogs.sql', import.meta.url), 'utf8');
  await onClient(url.href, (client) => client.query(schema));
  return {
    url: url.href,
    label: server.label,
    ...(server.restart && { restart: server.restart }),
    async close() {
      await onClient(server.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      await server.stop();
    },
  };
}

/** A server for tests checks passwords in one round, which Bun's driver refuses. */
async function hashPassword(client: pg.Client): Promise<void> {
  await client.query(`SELECT set_config('scram_iterations', '4096', false) WHERE current_setting('scram_iterations', true) = '1'`);
  await client.query(`ALTER ROLE CURRENT_USER PASSWORD ${pg.escapeLiteral(client.password ?? '')}`);
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

/** When the first log was made; each further one is a minute younger. */
export const FIRST_LOG = Date.UTC(2020, 0, 1);
export const MINUTE = 60_000;

/** Half of all logs are this one's, down by a power law to a hundredth of that: as tenants differ. */
export const LARGEST_ORGANIZATION = 1;
/** A tenant that left: half of the twenty thousand oldest logs, and none since. */
export const FORMER_ORGANIZATION = 49;
/** One log in ten thousand. */
export const SMALLEST_ORGANIZATION = 50;

/**
 * Fills the tables up to so many logs. Three in ten are web events, which have a user and no session;
 * one session in 23 is still going on.
 */
export async function fill(url: string, logs: number): Promise<void> {
  await onClient(url, async (client) => {
    // Keys and checks would only slow down rows that are right by construction.
    await client.query('SET session_replication_role = replica; SET synchronous_commit = off');
    const { rows } = await client.query<{ filled: number }>('SELECT count(*)::int AS filled FROM connection_logs');
    const first = 1 + (rows[0]?.filled ?? 0);
    await client.query(`
      INSERT INTO organizations
      SELECT ${uuidSql('organization', 'n')}, 'organization-' || n, 'Made up', 'Organization ' || n, now(), now(), n = 1, '/emojis/' || n || '.png', false
      FROM generate_series(1, ${ORGANIZATIONS}) n
      ON CONFLICT DO NOTHING;
      INSERT INTO users
      SELECT ${uuidSql('user', 'n')}, 'user' || n || '@example.com', 'user' || n, '\\xdeadbeef', now() - n * interval '1 hour', now(),
        (enum_range(NULL::user_status))[1 + n % 3], CASE WHEN n % 5 = 0 THEN '{owner,template-admin}' WHEN n % 3 = 0 THEN '{auditor}' ELSE '{}' END::text[],
        (enum_range(NULL::login_type))[1 + n % 4], 'https://example.com/avatars/' || n || '.png', n % 50 = 0, now() - n * interval '1 minute', '', 'User ' || n
      FROM generate_series(1, ${USERS}) n
      ON CONFLICT DO NOTHING;
      INSERT INTO connection_logs
      SELECT ${uuidSql('log', 'n')}, at, ${uuidSql('organization', 'o')}, ${uuidSql('user', `1 + n % ${USERS}`)},
        ${uuidSql('workspace', `1 + n % ${USERS * 3}`)}, 'workspace-' || n % 3000, 'main', CASE WHEN web THEN (enum_range(NULL::connection_type))[5 + n % 2] ELSE (enum_range(NULL::connection_type))[1 + n % 4] END,
        ('203.0.113.' || n % 250)::inet, CASE WHEN web THEN 200 WHEN n % 23 <> 0 THEN 0 END, CASE WHEN web THEN 'Mozilla/5.0 (X11; Linux x86_64)' END,
        CASE WHEN web THEN ${uuidSql('user', `1 + (n * 7) % ${USERS}`)} END, CASE WHEN web THEN 'code-server' END, CASE WHEN NOT web THEN ${uuidSql('session', 'n')} END,
        CASE WHEN NOT web AND n % 23 <> 0 THEN at + interval '42 minutes' END,
        CASE WHEN NOT web AND n % 23 <> 0 THEN 'closed by the client' END
      FROM (
        SELECT n, (n::bigint * 7919) % 10 < 3 AS web, to_timestamp(${FIRST_LOG / 1000}) + n * interval '1 minute' AS at,
          CASE WHEN n % 10007 = 5 THEN ${SMALLEST_ORGANIZATION} WHEN n <= 20000 AND n % 2 = 0 THEN ${FORMER_ORGANIZATION}
            -- The multiplier spreads each one's logs over the whole time.
            ELSE 1 + floor(${FORMER_ORGANIZATION - 1} * power(((n::bigint * 104729) % 100003) / 100003.0, 5.5))::int END AS o
        FROM generate_series(${first}, ${logs}) n
      ) made;
    `);
    await client.query('VACUUM ANALYZE');
  });
}
