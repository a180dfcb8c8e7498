/** Every kind of handle, as rows of one table; the suites of this folder run over all of them. */
import type { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePGlite } from 'drizzle-orm/pglite';
import { drizzle as drizzleJs } from 'drizzle-orm/postgres-js';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import postgres from 'postgres';
import { prepared, type Database } from 'sqlward';
import { fromDrizzle } from 'sqlward/drizzle';
import { fromKysely } from 'sqlward/kysely';
import { fromPGlite } from 'sqlward/pglite';
import { fromPostgresJs } from 'sqlward/postgres-js';
import { createDatabase } from '../support/database.js';
import { createPglite } from '../support/images.js';

export const SCHEMA = `
  CREATE TYPE mood AS ENUM ('calm', 'busy');
  CREATE TYPE pair AS (a int, b text);
  CREATE TABLE things (
    id int PRIMARY KEY, team int NOT NULL DEFAULT 1, note text CONSTRAINT note_is_short CHECK (length(note) < 20), content bytea
  );
  CREATE TABLE nobody (thing int CONSTRAINT there_is_none REFERENCES things DEFERRABLE INITIALLY DEFERRED);
`;

/** What all rows run on. */
export interface Servers {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly pipelined: pg.Pool;
  readonly client: pg.Client;
  readonly sql: postgres.Sql;
  readonly pglite: PGlite;
  readonly kysely: Kysely<unknown>;
  close(): Promise<void>;
}

export async function openServers(): Promise<Servers> {
  const database = await createDatabase(SCHEMA);
  const connection = { connectionString: database.url };
  const pool = new pg.Pool({ ...connection, max: 3 });
  const pipelined = new pg.Pool({ ...connection, max: 2, pipeline: true });
  const client = new pg.Client(connection);
  const sql = postgres(database.url, { max: 3, onnotice: (notice) => notices.push(String(notice['message'])) });
  const [pglite] = await Promise.all([createPglite(), client.connect()]);
  await pglite.exec(SCHEMA);
  const kyselyPool = new pg.Pool({ ...connection, max: 3 });
  const kysely = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: kyselyPool }),
    log: ({ query }) => void logged.push(String(query.sql)),
  });
  return {
    url: database.url,
    pool,
    pipelined,
    client,
    sql,
    pglite,
    kysely,
    async close() {
      await Promise.all([pool.end(), pipelined.end(), client.end(), sql.end({ timeout: 5 }), pglite.close(), kysely.destroy()]);
      await database.drop();
    },
  };
}

/** What Kysely wrote into its log. */
export const logged: string[] = [];

/** What the server remarked to postgres.js, which would print it. */
export const notices: string[] = [];

export interface Row {
  readonly name: string;
  /** Runs the work with the handle: in a transaction of the library's own where the handle is one. */
  within<Result>(servers: Servers, work: (db: Database) => Promise<Result>): Promise<Result>;
  readonly begun?: true;
  readonly database?: 'pglite';
  /** Why it refuses what it cannot do. */
  readonly refuses?: { readonly stream?: RegExp; readonly copy?: RegExp; readonly signal?: RegExp };
  /** Whether an abort reaches the server; otherwise the call is only not waited for. */
  readonly cancels?: true;
}

const PIPELINED = { stream: /a stream needs node-postgres’s own client or pool/, copy: /pipeline/ };
const PGLITE = { signal: /PGlite runs a statement in the caller’s own thread/ };

export const ROWS: readonly Row[] = [
  { name: 'a pool of pg', cancels: true, within: ({ pool }, work) => work(pool) },
  { name: 'a prepared pool of pg', cancels: true, within: ({ pool }, work) => work(prepared(pool)) },
  { name: 'a pipelined pool of pg', refuses: PIPELINED, within: ({ pipelined }, work) => work(pipelined) },
  { name: 'a client of pg', cancels: true, within: ({ client }, work) => work(client) },
  { name: 'PGlite', database: 'pglite', refuses: PGLITE, within: ({ pglite }, work) => work(fromPGlite(pglite)) },
  {
    name: 'a transaction of PGlite',
    database: 'pglite',
    begun: true,
    refuses: PGLITE,
    within: ({ pglite }, work) => pglite.transaction((tx) => work(fromPGlite(tx))),
  },
  { name: 'postgres.js', cancels: true, within: ({ sql }, work) => work(fromPostgresJs(sql)) },
  {
    name: 'a reserved connection of postgres.js',
    cancels: true,
    async within({ sql }, work) {
      const reserved = await sql.reserve();
      try {
        return await work(fromPostgresJs(reserved));
      } finally {
        reserved.release();
      }
    },
  },
  {
    name: 'a transaction of postgres.js',
    begun: true,
    cancels: true,
    within: ({ sql }, work) => inBegin(sql, (tx) => work(fromPostgresJs(tx))),
  },
  { name: 'Kysely', within: ({ kysely }, work) => work(fromKysely(kysely)) },
  {
    name: 'a transaction of Kysely',
    begun: true,
    within: ({ kysely }, work) => kysely.transaction().execute((trx) => work(fromKysely(trx))),
  },
  { name: 'Drizzle', cancels: true, within: ({ pool }, work) => work(fromDrizzle(drizzlePg(pool))) },
  {
    name: 'a transaction of Drizzle',
    begun: true,
    cancels: true,
    within: ({ pool }, work) => drizzlePg(pool).transaction((tx) => work(fromDrizzle(tx))),
  },
  {
    name: 'a transaction of Drizzle over postgres.js',
    begun: true,
    cancels: true,
    within: ({ sql }, work) => drizzleJs(sql).transaction((tx) => work(fromDrizzle(tx))),
  },
  {
    name: 'a transaction of Drizzle over PGlite',
    database: 'pglite',
    begun: true,
    refuses: PGLITE,
    within: ({ pglite }, work) => drizzlePGlite(pglite).transaction((tx) => work(fromDrizzle(tx))),
  },
];

/** Its own type of result unwraps arrays of promises. */
async function inBegin<Result>(sql: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<Result>): Promise<Result> {
  const results: Result[] = [];
  await sql.begin(async (tx) => {
    results.push(await work(tx));
  });
  const [result] = results;
  return result as Result;
}

/** Asks beside the handle: what others see, or what PGlite holds. */
export async function rowsOf(servers: Servers, { database }: Row, text: string): Promise<readonly unknown[][]> {
  if (database === 'pglite') return (await servers.pglite.query<unknown[]>(text, [], { rowMode: 'array' })).rows;
  return (await servers.pool.query<unknown[]>({ text, rowMode: 'array' })).rows;
}
