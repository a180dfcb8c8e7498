/** The bulk cases, and each library's own way of doing them. The first contender of a case is its baseline. */
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import postgres from 'postgres';
import * as $ from '../../../../src/runtime/index.js';
import { uuid } from '../../database.js';
import { getConnectionLog } from '../queries.js';
import { LOOKUP } from '../statements.js';

export interface Work {
  warmUp(): Promise<unknown>;
  run(): Promise<unknown>;
  close(): Promise<unknown>;
}

export type Contender = (url: string) => Promise<Work>;

const SETS = 10_000;
const ROWS = 1_000_000;
const CALLERS = 64;
const CALLS = 6_400;

const INSERT = 'INSERT INTO pg_temp.bulk (id, at, note) VALUES ($1, $2, $3)';
const TABLE = 'CREATE TEMP TABLE IF NOT EXISTS bulk (id int PRIMARY KEY, at timestamptz, note text)';
const SERIES = `SELECT n, 'note ' || n AS note, now() AS at FROM generate_series(1, $1::int) n`;
const AT = new Date(0);

interface Thing {
  readonly id: number;
  readonly at: Date;
  readonly note: string;
}

const insertThings = $.batchExec<Thing, void>({
  name: 'InsertThings',
  command: 'batchexec',
  source: 'bench',
  onePlan: true,
  text: `\n${INSERT}`,
  columns: [],
  required: ['id', 'at', 'note'],
  optional: [],
  bind: (p) => [p.id, $.bindTimestamptz(p.at), p.note],
  decode: () => undefined,
});

const series = $.many<{ upTo: number }, Thing>({
  name: 'GetSeries',
  command: 'many',
  source: 'bench',
  text: `\n${SERIES}`,
  columns: ['n', 'note', 'at'],
  required: ['upTo'],
  optional: [],
  bind: (p) => [p.upTo],
  decode: (r) => ({ id: $.safeInteger(r[0]), note: $.text(r[1]), at: $.timestamptz(r[2]) }),
});

function things(count: number): Thing[] {
  return Array.from({ length: count }, (_, id) => ({ id, at: AT, note: `note ${id}` }));
}

function insertingBy(pipeline: boolean, insert: (client: pg.Client, sets: readonly Thing[]) => Promise<unknown>): Contender {
  return async (url) => {
    const client = new pg.Client({ connectionString: url, pipeline });
    await client.connect();
    await client.query(TABLE);
    const inTransaction = async (count: number): Promise<void> => {
      await client.query('BEGIN');
      await insert(client, things(count));
      await client.query('COMMIT');
      await client.query('TRUNCATE pg_temp.bulk');
    };
    return { warmUp: () => inTransaction(SETS), run: () => inTransaction(SETS), close: () => client.end() };
  };
}

async function loop(client: pg.Client, sets: readonly Thing[]): Promise<void> {
  for (const { id, at, note } of sets) await client.query(INSERT, [id, at, note]);
}

function streamingBy(read: (url: string, upTo: number) => Promise<number>): Contender {
  return async (url) => ({
    warmUp: () => read(url, 20_000),
    async run() {
      const rows = await read(url, ROWS);
      if (rows !== ROWS) throw new Error(`${rows} rows`);
    },
    close: () => Promise.resolve(),
  });
}

async function counted(rows: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const row of rows) if (row !== undefined) count++;
  return count;
}

async function onClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(url);
  await client.connect();
  const result = await work(client);
  await client.end();
  return result;
}

/** So many callers, each with its next call as soon as the last is answered. */
async function callers(calls: number, call: (id: string) => Promise<unknown>): Promise<void> {
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await call(uuid('log', 1 + (left % 1000)));
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

function calledBy(handle: (pool: pg.Pool) => (id: string) => Promise<unknown>): Contender {
  return async (url) => {
    const pool = new pg.Pool({ connectionString: url, max: 16 });
    const call = handle(pool);
    return { warmUp: () => callers(2000, call), run: () => callers(CALLS, call), close: () => pool.end() };
  };
}

export const BULK = {
  batch: {
    title: `a batch of ${SETS.toLocaleString('en')} inserts, in a transaction`,
    contenders: {
      'pg, a loop': insertingBy(false, loop),
      'pg, pipeline mode': insertingBy(true, (client, sets) =>
        Promise.all(sets.map(({ id, at, note }) => client.query(INSERT, [id, at, note]))),
      ),
      'sqlward, :batchexec': insertingBy(false, (client, sets) => insertThings(client, sets)),
    } satisfies Record<string, Contender>,
  },
  stream: {
    title: `a stream of ${ROWS.toLocaleString('en')} rows`,
    contenders: {
      'pg-query-stream': streamingBy((url, upTo) => onClient(url, (client) => counted(client.query(new QueryStream(SERIES, [upTo]))))),
      'postgres.js, cursor': streamingBy(async (url, upTo) => {
        const sql = postgres(url, { max: 1 });
        let count = 0;
        for await (const rows of sql.unsafe(SERIES, [upTo]).cursor(500)) count += rows.length;
        await sql.end();
        return count;
      }),
      'sqlward, .stream': streamingBy((url, upTo) => onClient(url, (client) => counted(series.stream(client, { upTo })))),
    } satisfies Record<string, Contender>,
  },
  callers: {
    title: `${CALLERS} callers at once on a pool of 16, one row by its key`,
    contenders: {
      pg: calledBy((pool) => (id) => pool.query(LOOKUP, [id])),
      'postgres.js': async (url: string) => {
        const sql = postgres(url, { max: 16 });
        const call = (id: string): Promise<unknown> => sql.unsafe(LOOKUP, [id], { prepare: true });
        return { warmUp: () => callers(2000, call), run: () => callers(CALLS, call), close: () => sql.end() };
      },
      sqlward: calledBy((pool) => (id) => getConnectionLog(pool, { id })),
      'sqlward, prepared()': calledBy((pool) => {
        const db = $.prepared(pool);
        return (id) => getConnectionLog(db, { id });
      }),
    } satisfies Record<string, Contender>,
  },
} as const;

export type BulkCase = keyof typeof BULK;
