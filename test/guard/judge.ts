/**
 * The second judge of a placement: PostgreSQL itself, which runs the query with a filter at its
 * hooks, on all of the data and on less of it, and rolls everything back.
 */
import type pg from 'pg';
import type { RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { TABLES } from './schema.js';

/** What one run returned, and the tables as it left them. */
export interface Run {
  readonly rows: readonly string[];
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

export interface Failure {
  readonly sqlstate: string;
  readonly message: string;
}

export type Verdict =
  /** Nothing of any table comes out, and nothing is changed. */
  | { readonly kind: 'holds' }
  /** Rows, or values of rows, that the filter does not let through come out. */
  | { readonly kind: 'leaks'; readonly rows: readonly string[] }
  /** Rows that the filter does not let through are changed, or new ones made. */
  | { readonly kind: 'changes'; readonly tables: readonly string[] }
  | { readonly kind: 'fails'; readonly failure: Failure };

/** The text with a filter spliced in at every hook, as the run time does it. */
export function withFilter({ text, hooks }: Pick<RewrittenQuery, 'text' | 'hooks'>, filter: string): string {
  return [...hooks]
    .sort((a, b) => b.at - a.at)
    .reduce((edited, hook) => `${edited.slice(0, hook.at)}AND (\n${filter}\n)${edited.slice(hook.until)}`, text);
}

/** Runs a statement after `prepare`, and rolls both back. */
export async function run(client: pg.ClientBase, sql: string, prepare = ''): Promise<Run | Failure> {
  await client.query('BEGIN');
  try {
    if (prepare !== '') await client.query(prepare);
    const result = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return { rows: result.rows.map((row) => JSON.stringify(row)).sort(), tables: await dump(client) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return { sqlstate: String(error.code), message: error.message };
  } finally {
    await client.query('ROLLBACK');
  }
}

const DUMP = TABLES.map((table) => `SELECT '${table}' AS name, t::text AS row FROM ${table} t`).join(' UNION ALL ');

async function dump(client: pg.ClientBase): Promise<Run['tables']> {
  const { rows } = await client.query<{ name: string; row: string }>(`${DUMP} ORDER BY 1, 2`);
  return Object.fromEntries(TABLES.map((table) => [table, rows.filter(({ name }) => name === table).map(({ row }) => row)]));
}

const untouched = new Map<string, Run>();

/** The tables after `prepare` alone; the data never changes, so once is enough. */
async function baseline(client: pg.ClientBase, prepare: string): Promise<Run> {
  const known = untouched.get(prepare);
  if (known) return known;
  const found = await run(client, 'SELECT', prepare);
  if ('sqlstate' in found) throw new Error(found.message);
  untouched.set(prepare, found);
  return found;
}

/**
 * With `(false)` at every hook, a guarded query says nothing of any table: it returns what it
 * returns where all tables are empty, and changes nothing.
 */
export async function judgeDenied(client: pg.ClientBase, query: Pick<RewrittenQuery, 'text' | 'hooks'>): Promise<Verdict> {
  const sql = withFilter(query, '(false)');
  const before = await baseline(client, '');
  const full = await run(client, sql);
  if ('sqlstate' in full) return { kind: 'fails', failure: full };
  const changed = TABLES.filter((table) => !sameRows(full.tables[table], before.tables[table]));
  if (changed.length > 0) return { kind: 'changes', tables: changed };
  const empty = await run(client, sql, `TRUNCATE ${TABLES.join(', ')}`);
  const expected = 'sqlstate' in empty ? [] : empty.rows;
  return sameRows(full.rows, expected) ? { kind: 'holds' } : { kind: 'leaks', rows: full.rows };
}

/**
 * With a filter that lets only some rows of `table` through, a guarded query says nothing of the
 * others: it returns and leaves what it does where the others are not there.
 */
export async function judgeNarrowed(
  client: pg.ClientBase,
  query: Pick<RewrittenQuery, 'text' | 'hooks'>,
  filter: string,
  hidden: string,
): Promise<Verdict> {
  const sql = withFilter(query, filter);
  const full = await run(client, sql);
  const narrow = await run(client, sql, `DELETE FROM ${hidden}`);
  if ('sqlstate' in full) return { kind: 'fails', failure: full };
  if ('sqlstate' in narrow) return { kind: 'fails', failure: narrow };
  if (!sameRows(full.rows, narrow.rows)) return { kind: 'leaks', rows: full.rows };
  const [table = ''] = hidden.split(' ');
  const before = await baseline(client, '');
  const without = await baseline(client, `DELETE FROM ${hidden}`);
  const hiddenRows = (before.tables[table] ?? []).filter((row) => !without.tables[table]?.includes(row));
  const changed = TABLES.filter((name) => {
    const left = full.tables[name] ?? [];
    const expected = [...(narrow.tables[name] ?? []), ...(name === table ? hiddenRows : [])];
    return !sameRows([...left].sort(), [...expected].sort());
  });
  return changed.length === 0 ? { kind: 'holds' } : { kind: 'changes', tables: changed };
}

/** Whether rows are made, in `archive` or a new table `copied`, that a filter for the first organization is not true of. */
export async function makesRows(client: pg.ClientBase, query: Pick<RewrittenQuery, 'text' | 'hooks'>): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query(withFilter(query, 'l.org_id = 1'));
    const copied = await client.query<{ there: boolean }>(`SELECT to_regclass('copied') IS NOT NULL AS there`);
    const table = copied.rows[0]?.there === true ? 'copied' : 'archive';
    const made = await client.query(`SELECT FROM ${table} WHERE id > 100 AND org_id <> 1`);
    return made.rows.length > 0;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Runs with everything, one row and nothing let through, each as one comparable text. */
export async function outcomes(
  client: pg.ClientBase,
  query: Pick<RewrittenQuery, 'text' | 'hooks'>,
): Promise<{ all: string; one: string; none: string }> {
  const outcome = async (filter: string): Promise<string> => JSON.stringify(await run(client, withFilter(query, filter)));
  return { all: await outcome('true'), one: await outcome('l.id = 1'), none: await outcome('false') };
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Actual Rows'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The scans of a table that ran although the filter is `(false)`, by the rows that they found. */
export async function openScans(
  client: pg.ClientBase,
  query: Pick<RewrittenQuery, 'text' | 'hooks'>,
  table: string,
): Promise<readonly number[]> {
  await client.query('BEGIN');
  try {
    const explain = `EXPLAIN (ANALYZE, FORMAT JSON, COSTS OFF, TIMING OFF, SUMMARY OFF) ${withFilter(query, '(false)')}`;
    const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(explain);
    return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => scansOf(Plan, table)));
  } finally {
    await client.query('ROLLBACK');
  }
}

function scansOf(node: PlanNode, table: string): number[] {
  const own = /Scan/.test(node['Node Type']) && node['Relation Name'] === table && (node['Actual Loops'] ?? 0) > 0;
  return [...(own ? [node['Actual Rows'] ?? 0] : []), ...(node.Plans ?? []).flatMap((plan) => scansOf(plan, table))];
}

function sameRows(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((row, index) => row === right[index]);
}
