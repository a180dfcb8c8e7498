/**
 * The databases that a statement is run in: one with everyone's rows, one for each team that has no
 * rows of others in the listed tables, and one in which every table is empty.
 *
 * Invariant: every run is rolled back, so that each begins with the same rows.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { EMPTY_ALL, EVERYONE, hideOthers, REFRESH, schemaSql, TABLES, type Team } from './schema.js';

export type World = 'everyone' | Team | 'empty';

/** What a statement returned, and the tables as it left them where it may change them. */
export interface Run {
  readonly rows: readonly string[];
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

export interface Failure {
  readonly sqlstate: string;
  readonly message: string;
}

export function failed(outcome: Run | Failure): outcome is Failure {
  return 'sqlstate' in outcome;
}

export interface RunOptions {
  readonly changes: boolean;
  /** The team whose policy applies, for a role that policies apply to. */
  readonly policy?: Team;
  /** One of `SHUFFLES`: other plans, and the rows of the tables in another order. What answers otherwise depends on neither the filter nor the rows. */
  readonly shuffled?: string;
}

export interface Worlds {
  readonly version: number;
  /** The database of everyone's rows, for the compiler. */
  readonly url: string;
  run(world: World, sql: string, options: RunOptions): Promise<Run | Failure>;
  /** The tables as they are before any statement. */
  before(world: World): Promise<Run['tables']>;
  close(): Promise<void>;
}

const DUMP = `${TABLES.map((table) => `SELECT '${table}' AS name, t::text AS row FROM ONLY ${table} t`).join(' UNION ALL ')} ORDER BY 1, 2`;

/** The rows as they would lie had they been written in another order. */
const rewritten = (order: 'ASC' | 'DESC'): string => `CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT 0 AS n;
${TABLES.map((table, index) => `CREATE TEMP TABLE kept_${index} ON COMMIT DROP AS SELECT * FROM ONLY ${table}; DELETE FROM ONLY ${table}; INSERT INTO ${table} SELECT * FROM kept_${index} ORDER BY 1 ${order};`).join('\n')}
${REFRESH}`;

const without = (...ways: readonly string[]): string => ways.map((way) => `SET LOCAL enable_${way} = off;`).join(' ');

/** One join method at a time, over rows in either order. */
export const SHUFFLES: readonly string[] = [
  `${without('hashjoin', 'hashagg', 'nestloop')}\n${rewritten('DESC')}`,
  `${without('hashjoin', 'mergejoin', 'material', 'memoize')}\n${rewritten('DESC')}`,
  `${without('nestloop', 'mergejoin')}\n${rewritten('ASC')}`,
  `${without('nestloop', 'mergejoin', 'indexscan')}\n${rewritten('DESC')}`,
];

export async function openWorlds(serverUrl: string, prefix: string): Promise<Worlds> {
  const names = new Map<World, string>();
  const clients = new Map<World, pg.Client>();
  const server = await connected(serverUrl);
  const version = Math.floor(
    Number((await server.query<{ n: string }>("SELECT current_setting('server_version_num') AS n")).rows[0]?.n ?? 0) / 10_000,
  );
  const prepared: readonly (readonly [World, string])[] = [
    ['everyone', ''],
    [1, hideOthers(1)],
    [1001, hideOthers(1001)],
    ['empty', EMPTY_ALL],
  ];
  for (const [world, less] of prepared) {
    const name = `${prefix}${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    names.set(world, name);
    await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    await server.query(`ALTER DATABASE ${name} SET search_path = public`);
    const client = await connected(withDatabase(serverUrl, name));
    clients.set(world, client);
    await client.query(schemaSql(version));
    if (less !== '') await client.query(less);
    await client.query(
      `SET search_path = public, ${EVERYONE}; SET statement_timeout = '5s'; SET max_parallel_workers_per_gather = 0; SET jit = off; SET client_min_messages = error`,
    );
  }
  const before = new Map<World, Run['tables']>();
  // One after the other in each database, so that a failed one is rolled back before the next begins.
  const busy = new Map<World, Promise<unknown>>();
  const client = (world: World): pg.Client => {
    const found = clients.get(world);
    if (!found) throw new Error(`no world ${world}`);
    return found;
  };
  const inTurn = <Answer>(world: World, ask: () => Promise<Answer>): Promise<Answer> => {
    const answer = (busy.get(world) ?? Promise.resolve()).then(ask);
    busy.set(
      world,
      answer.catch(() => {}),
    );
    return answer;
  };
  return {
    version,
    url: withDatabase(serverUrl, names.get('everyone') ?? ''),
    run: (world, sql, options) => inTurn(world, () => runOnce(client(world), sql, options)),
    async before(world) {
      const known =
        before.get(world) ??
        tablesOf(
          (await inTurn(world, () => client(world).query<{ name: string; row: string }>(DUMP))).rows.map(({ name, row }) => [name, row]),
        );
      before.set(world, known);
      return known;
    },
    async close() {
      await Promise.all([...clients.values()].map((one) => one.end()));
      for (const name of names.values()) await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function runOnce(client: pg.Client, sql: string, { changes, policy, shuffled }: RunOptions): Promise<Run | Failure> {
  const parts = ['BEGIN'];
  if (shuffled !== undefined) parts.push(shuffled);
  if (policy !== undefined) parts.push(`SET LOCAL fuzz.team = '${policy}'; SET LOCAL ROLE pg_read_all_data`);
  const at = parts
    .join(';')
    .split(';')
    .filter((part) => part.trim() !== '').length;
  parts.push(sql);
  if (sql.startsWith('CREATE TABLE copied')) parts.push('SELECT * FROM copied');
  if (changes) parts.push(DUMP);
  parts.push('ROLLBACK');
  const copied: string[] = [];
  const listen = ({ chunk }: { readonly chunk: Buffer }): void => void copied.push(chunk.toString());
  client.connection.on('copyData', listen);
  try {
    // One message for all of it; several statements come back as several results.
    const answer: unknown = await client.query<unknown[]>({ text: parts.join(';\n'), rowMode: 'array' });
    const results = Array.isArray(answer) ? (answer as readonly pg.QueryResult<unknown[]>[]) : [];
    const own = results.slice(at, results.length - (changes ? 2 : 1)).flatMap(({ rows }) => rows);
    const dumped = changes ? (results.at(-2)?.rows ?? []) : [];
    return {
      rows: [...own.map((row) => JSON.stringify(row)), ...copied].sort(),
      tables: tablesOf(dumped.map(([name, row]) => [String(name), String(row)])),
    };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('ROLLBACK');
    return { sqlstate: error.code ?? '', message: error.message };
  } finally {
    client.connection.off('copyData', listen);
  }
}

function tablesOf(rows: readonly (readonly [string, string])[]): Run['tables'] {
  return Object.fromEntries(TABLES.map((table) => [table, rows.filter(([name]) => name === table).map(([, row]) => row)]));
}
