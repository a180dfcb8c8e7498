/** The example's database: the server that is named, or PostgreSQL inside this process, from the compiler's own code. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export interface ExampleDatabase {
  readonly url: string;
  /** How many connections it takes at once. */
  readonly connections: number;
  close(): Promise<void>;
}

const SCHEMA = join(import.meta.dirname, '..', '..', 'queries', 'schema', 'connectionlogs.sql');

export async function openExampleDatabase(url: string | undefined, report: (line: string) => void): Promise<ExampleDatabase> {
  const schema = await readFile(SCHEMA, 'utf8');
  if (url !== undefined && url !== '') {
    const client = new pg.Client(url);
    await client.connect();
    try {
      const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('connection_logs') IS NOT NULL AS there");
      if (rows[0]?.there !== true) await client.query(schema);
    } finally {
      await client.end();
    }
    return { url, connections: 16, close: async () => {} };
  }
  report('PostgreSQL inside this process; set DATABASE_URL to use a server');
  const { openDatabase } = await import('../../src/database/index.js');
  const cacheDirectory = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'sqlward');
  const database = await openDatabase({ kind: 'embedded' }, [{ path: SCHEMA, text: schema }], { cacheDirectory });
  // One backend: transactions of several connections would wait for each other.
  return { url: database.url, connections: 1, close: () => database.close() };
}
