/** Databases of their own for tests, on the run's server; what a test forgets to drop goes at the run's end. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes an empty database, or a copy of one in which `schemaSql` has run, as it does once in a test run. */
export async function createDatabase(schemaSql?: string): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl');
  const template = schemaSql === undefined ? undefined : await templateOf(schemaSql);
  const name = `${inject('databasePrefix')}${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await withClient(serverUrl, (client) => copyDatabase(client, name, template));
  return {
    url: urlOfDatabase(serverUrl, name),
    async drop() {
      await withClient(serverUrl, (client) => dropDatabase(client, name));
    },
  };
}

const templates = new Map<string, Promise<string>>();

function templateOf(schemaSql: string): Promise<string> {
  const known = templates.get(schemaSql);
  if (known) return known;
  const template = makeTemplate(schemaSql);
  templates.set(schemaSql, template);
  return template;
}

/** The database of this name has all of the schema: it is renamed only then, so that a killed worker leaves no part of one. */
function makeTemplate(schemaSql: string): Promise<string> {
  const serverUrl = inject('databaseUrl');
  const name = `${inject('databasePrefix')}template_${createHash('sha256').update(schemaSql).digest('hex').slice(0, 12)}`;
  return aloneInRun(name, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return name;
    const unfinished = `${name}_unfinished`;
    await copyDatabase(client, unfinished);
    try {
      await withClient(urlOfDatabase(serverUrl, unfinished), (schema) => schema.query(schemaSql));
      await connectionsClosed(client, unfinished);
      await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
      return name;
    } catch (error) {
      await dropDatabase(client, unfinished);
      throw error;
    }
  });
}

/** Runs work of this name while no other worker of the run does. */
export function aloneInRun<T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(inject('databaseUrl'), async (client) => {
    // Held until the connection ends.
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [inject('databasePrefix') + name]);
    return work(client);
  });
}

/** Copies files, which is a fraction of the work of logging each block, as PostgreSQL does since version 15 unless it is told. */
async function copyDatabase(client: pg.Client, name: string, template?: string): Promise<void> {
  const { rows } = await client.query<{ version: number }>(`SELECT current_setting('server_version_num')::int AS version`);
  const strategy = (rows[0]?.version ?? 0) >= 150_000 ? 'STRATEGY file_copy' : '';
  // template0, because nobody can be connected to it.
  const source = template === undefined ? `TEMPLATE template0 ENCODING 'UTF8'` : `TEMPLATE ${template}`;
  await client.query(`CREATE DATABASE ${name} ${source} ${strategy}`);
}

/** How long closing connections may take, in milliseconds, before they are ended. */
const CLOSED_WITHIN_MS = 2000;

/**
 * Waits for connections that are closing: `pool.end()` resolves before the server has seen the last
 * of them go, and one that is still there would be told that it is terminated, which nobody hears.
 */
async function connectionsClosed(client: pg.Client, name: string): Promise<void> {
  for (const until = performance.now() + CLOSED_WITHIN_MS; performance.now() < until; await sleep(5)) {
    const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE datname = $1', [name]);
    if (rowCount === 0) break;
  }
}

async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await connectionsClosed(client, name);
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** A connected client; the caller ends it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

/** Runs work on a connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}
