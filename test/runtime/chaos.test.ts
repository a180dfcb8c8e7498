/** Many calls through pools while their backends are killed at random: none hangs, none is answered wrongly, no connection is lost from the pool. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOne, many, number, one, prepared, QueryError, text, transaction, type Database } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { definition } from './server.js';

const CALLS = 10_000;
const CALLERS = 40;

interface Echo {
  readonly n: number;
  readonly note: string;
}
const ECHO = definition<{ n: number }, Echo>({
  name: 'Echo',
  required: ['n'],
  optional: [],
  text: 'SELECT id, note FROM things WHERE id = $1',
  columns: ['id', 'note'],
  bind: ({ n }) => [n],
  decode: (row) => ({ n: number(row[0]), note: text(row[1]) }),
});
const echo = one(ECHO);
const named = one({ ...ECHO, name: 'NamedEcho', onePlan: true });
const echoes = batchOne(ECHO);
const series = many({ ...ECHO, name: 'Series', text: '\nSELECT id, note FROM things WHERE id <= $1 ORDER BY id' });

let database: TestDatabase;
let pool: pg.Pool;
let admin: pg.Client;
beforeAll(async () => {
  database = await createDatabase(
    `CREATE TABLE things AS SELECT id, 'note ' || id AS note FROM generate_series(1, 50) id; ALTER TABLE things ADD PRIMARY KEY (id)`,
  );
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  // A pool tells of an idle connection that is lost; without a listener the process would end.
  pool.on('error', () => undefined);
  admin = new pg.Client(database.url);
  await admin.connect();
});
afterAll(async () => {
  await pool.end();
  await admin.end();
  await database.drop();
});

/** One call of some kind; resolves to what is wrong with its answer. */
type Call = (db: Database, n: number, random: number) => Promise<string | undefined>;

const kinds: readonly Call[] = [
  async (db, n) => wrong(n, [await echo(db, { n })], 1),
  async (db, n) => wrong(n, [await named(prepared(db), { n })], 1),
  async (db, n) => wrong(n, await echoes(db, [{ n }, { n }, { n }]), 3),
  async (db, n) => wrong(n, [(await series(db, { n })).at(-1)], 1),
  async (db, n) => {
    let last: Echo | undefined;
    for await (const row of series.stream(db, { n }, { rows: 3 })) last = row;
    return wrong(n, [last], 1);
  },
  async (db, n, random) => {
    for await (const row of series.stream(db, { n }, { rows: 2 })) if (row.n > random * n) break;
    return undefined;
  },
  async (db, n) => transaction(db, async (tx) => wrong(n, [await echo(tx, { n }), await named(tx, { n })], 2)),
  async (db, n, random) => wrong(n, [await echo(db, { n }, { timeout: 1 + Math.floor(random * 20) })], 1),
];

function wrong(n: number, rows: readonly (Echo | null | undefined)[], count: number): string | undefined {
  const isRight = rows.length === count && rows.every((row) => row?.n === n && row.note === `note ${n}`);
  return isRight ? undefined : `asked for ${n}, got ${JSON.stringify(rows)}`;
}

test('10,000 calls while backends are killed', async () => {
  const unexpected: unknown[] = [];
  let left = CALLS;
  let rejected = 0;
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const kind = kinds[Math.floor(random() * kinds.length)];
      try {
        const problem = await kind?.(pool, 1 + Math.floor(random() * 50), random());
        if (problem !== undefined) unexpected.push(problem);
      } catch (error) {
        rejected++;
        if (!isConnectionLost(error)) unexpected.push(error);
      }
    }
  };
  let done = false;
  const killer = async (): Promise<void> => {
    while (!done) {
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3`,
      );
      await admin.query('SELECT pg_sleep(0.01)');
    }
  };
  const killing = killer();
  await Promise.all(Array.from({ length: CALLERS }, caller));
  done = true;
  await killing;
  expect(unexpected).toEqual([]);
  expect(rejected).toBeGreaterThan(0);
  await expect.poll(() => pool.idleCount === pool.totalCount && pool.waitingCount === 0).toBe(true);
  // Those that were killed while they were idle are found out by now, or by one more call each.
  await Promise.allSettled(Array.from({ length: 16 }, () => echo(pool, { n: 1 })));
  expect(await Promise.all(Array.from({ length: 16 }, () => echo(pool, { n: 2 })))).toEqual(
    Array.from({ length: 16 }, () => ({ n: 2, note: 'note 2' })),
  );
}, 300_000);

/** Killed, lost, cancelled by its timeout, or refused while the server starts a process anew. */
function isConnectionLost(error: unknown): boolean {
  if (error instanceof QueryError) return ['57P01', '08006', '08001', '57P03', '53300'].includes(error.code ?? '');
  return error instanceof DOMException && error.name === 'TimeoutError';
}
