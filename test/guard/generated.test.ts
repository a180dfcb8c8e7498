/**
 * Random statements, judged by the compiler and by PostgreSQL: what is accepted must, with
 * `(false)` at its hooks, say nothing of any table and change none. What is refused may hold there
 * all the same, because the proof is careful; how often is counted, and kept low.
 */
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, createDatabase, type TestDatabase } from '../support/database.js';
import { compile, type Ground, openGround } from './compile.js';
import { withFilter } from './judge.js';
import { FUZZ_ROWS, FUZZ_SCHEMA, randomStatement } from './statements.js';

const RUNS = Number(process.env.GUARD_RUNS ?? 1200);

let filled: TestDatabase;
let empty: TestDatabase;
let onFilled: pg.Client;
let onEmpty: pg.Client;
let ground: Ground;

beforeAll(async () => {
  filled = await createDatabase(FUZZ_SCHEMA + FUZZ_ROWS);
  empty = await createDatabase(FUZZ_SCHEMA);
  onFilled = await connect(filled.url);
  onEmpty = await connect(empty.url);
  ground = await openGround(filled.url);
});

afterAll(async () => {
  await ground?.close();
  await onFilled?.end();
  await onEmpty?.end();
  await filled?.drop();
  await empty?.drop();
});

/** Rows and tables after a statement that is rolled back, or the server's refusal. */
async function observe(client: pg.Client, sql: string, changes: boolean): Promise<string> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    const seen = rows.map((row) => JSON.stringify(row)).sort().join();
    if (!changes) return seen;
    const tables = await client.query(`SELECT 1, t::text FROM t1 t UNION ALL SELECT 2, t::text FROM t2 t UNION ALL SELECT 3, t::text FROM t3 t ORDER BY 1, 2`);
    return `${seen} ${JSON.stringify(tables.rows)}`;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return `refused: ${String(error.code)}`;
  } finally {
    await client.query('ROLLBACK');
  }
}

test(
  'what is accepted holds on the server',
  async () => {
    const count = { accepted: 0, leaked: 0, held: 0, sloppy: 0, unrunnable: 0 };
    const untouched = { filled: await observe(onFilled, 'SELECT FROM t1 WHERE false', true), empty: await observe(onEmpty, 'SELECT FROM t1 WHERE false', true) };
    const statement = fc.gen().map((gen) => {
      const sloppy = gen(fc.nat, { max: 4 }) === 0;
      const size = 1 + gen(fc.nat, { max: 2 });
      return { sloppy, sql: randomStatement({ roll: (sides) => gen(fc.nat, { max: sides - 1 }) }, size, sloppy) };
    });

    await fc.assert(
      fc.asyncProperty(statement, async ({ sloppy, sql }) => {
        const query = await compile(sql);
        if (query.hooks.length === 0) return;
        const { diagnostics } = await ground.guard(query);
        const refused = diagnostics.length > 0;
        const denied = withFilter(query, '(false)');
        const changes = /UPDATE|DELETE/.test(sql);
        const full = await observe(onFilled, denied, changes);
        const none = await observe(onEmpty, denied, changes);
        if (full.startsWith('refused') || none.startsWith('refused')) {
          count.unrunnable++;
          return;
        }
        const rows = (seen: string, base: string): string => (changes ? (seen.endsWith(base) ? seen.slice(0, -base.length) : 'changed') : seen);
        const holds = rows(full, untouched.filled) === rows(none, untouched.empty) && rows(full, untouched.filled) !== 'changed';
        if (!refused) {
          count.accepted++;
          expect(holds, denied).toBe(true);
        } else if (sloppy) {
          count.sloppy++;
        } else if (!holds) {
          count.leaked++;
        } else if ((await observe(onFilled, withFilter(query, '(true)'), changes)) !== full) {
          // Without a difference between all and nothing, there was nothing to hold back.
          count.held++;
          if (process.env.GUARD_LOG) console.log(diagnostics.map((d) => d.message).join(' | ') + '\n    ' + sql.replaceAll('\n', '⏎'));
        }
      }),
      { numRuns: RUNS, ...(process.env.GUARD_SEED === undefined ? {} : { seed: Number(process.env.GUARD_SEED) }) },
    );
    console.log(`guard: ${JSON.stringify(count)}`);
    // About a tenth of the statements is either; far fewer would prove little.
    expect(count.accepted).toBeGreaterThan(RUNS * 0.05);
    expect(count.leaked).toBeGreaterThan(RUNS * 0.05);
  },
  600_000,
);
