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
  const { PGlite } = await import('@electric-sql/pglite');
  const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
  report('PostgreSQL inside this process; set DATABASE_URL to use a server');
  const database = await PGlite.create();
  await database.exec(schema);
  const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 4 });
  await server.start();
  return {
    url: `postgres://postgres@${server.getServerConn()}/postgres`,
    // One backend: transactions of several connections would wait for each other.
    connections: 1,
    async close() {
      await server.stop();
      await database.close();
    },
  };
}
