/** Databases of their own for tests, on the run's server; what a test forgets to drop goes at the run's end. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes an empty database, and runs `schemaSql` in it. */
export async function createDatabase(schemaSql?: string): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl');
  const name = `${inject('databasePrefix')}${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  // template0, because nobody can be connected to it.
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const database = {
    url: urlOfDatabase(serverUrl, name),
    async drop() {
      await withClient(serverUrl, (client) => dropDatabase(client, name));
    },
  };
  if (schemaSql === undefined) return database;
  try {
    await withClient(database.url, (client) => client.query(schemaSql));
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** How long closing connections may take, in milliseconds, before they are ended. */
const CLOSED_WITHIN_MS = 2000;

/**
 * Waits for connections that are closing: `pool.end()` resolves before the server has seen the last
 * of them go, and one that is still there would be told that it is terminated, which nobody hears.
 */
async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  for (const until = performance.now() + CLOSED_WITHIN_MS; performance.now() < until; await sleep(5)) {
    const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE datname = $1', [name]);
    if (rowCount === 0) break;
  }
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
