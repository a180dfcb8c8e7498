/**
 * What a statement that compiled must keep, on a real PostgreSQL:
 *
 * - with a filter that lets nothing through it returns what it returns where every table is empty,
 *   and changes nothing;
 * - with a filter for one team it returns the same, and leaves the same, whether the rows of others
 *   are there or not, and leaves those as they are;
 * - where the listed table is read once, a row-level security policy with the same condition gives
 *   the same rows.
 */
import type { Statement } from './grammar/statement.js';
import { GUARDED_TABLES, TABLES, type Team } from './schema.js';
import { forServer, type Filter } from './text.js';
import { failed, type Failure, type Run, type RunOptions, SHUFFLES, type World, type Worlds } from './worlds.js';

export interface Violation {
  readonly kind: 'denied' | 'interferes' | 'policy';
  readonly sql: string;
  readonly detail: string;
}

export type Judgement =
  | { readonly kind: 'holds' }
  /** The server stops with an error, in both worlds or in one: the documentation names such errors. */
  | { readonly kind: 'fails'; readonly sqlstate: string; readonly sql: string }
  /** What it answers depends on the order of rows, so that nothing can be compared. */
  | { readonly kind: 'unordered' }
  | { readonly kind: 'violation'; readonly violation: Violation };

const HOLDS: Judgement = { kind: 'holds' };

export interface JudgeOptions {
  readonly team: Team;
  /** Whether the tables are listed, so that all that the statement reads of them must be filtered or tied. */
  readonly listed: boolean;
}

export async function judge(worlds: Worlds, statement: Statement, options: JudgeOptions): Promise<Judgement> {
  if (statement.hooked) {
    const denied = await judgeDenied(worlds, statement);
    if (denied.kind !== 'holds') return denied;
  }
  if (!options.listed || !statement.filterable) return HOLDS;
  const narrowed = await judgeNarrowed(worlds, statement, options.team);
  if (narrowed.kind !== 'holds' || !statement.likePolicy) return narrowed;
  return judgePolicy(worlds, statement, options.team);
}

/** Whether a statement answers otherwise with a team's filter than with none. */
export async function filterMatters(worlds: Worlds, { sql, changes }: Statement, team: Team): Promise<boolean> {
  const filtered = await worlds.run('everyone', forServer(sql, team), { changes });
  const all = await worlds.run('everyone', forServer(sql, 'none'), { changes });
  return (
    !failed(filtered) &&
    !failed(all) &&
    !(same(filtered.rows, all.rows) && TABLES.every((table) => same(filtered.tables[table], all.tables[table])))
  );
}

async function judgeDenied(worlds: Worlds, statement: Statement): Promise<Judgement> {
  const { changes } = statement;
  const sql = forServer(statement.sql, 'nobody');
  const [full, empty, before] = await Promise.all([
    worlds.run('everyone', sql, { changes }),
    worlds.run('empty', sql, { changes }),
    worlds.before('everyone'),
  ]);
  if (failed(full)) return { kind: 'fails', sqlstate: full.sqlstate, sql };
  if (failed(empty)) return { kind: 'fails', sqlstate: empty.sqlstate, sql };
  const changed = changes ? TABLES.filter((table) => !same(full.tables[table], before[table])) : [];
  if (changed.length > 0) return violation('denied', sql, `changes ${changed.join(', ')}: ${difference(before, full.tables)}`);
  if (same(full.rows, empty.rows)) return HOLDS;
  return violation('denied', sql, `returns ${shown(full.rows)}\nand of empty tables ${shown(empty.rows)}`);
}

async function judgeNarrowed(worlds: Worlds, statement: Statement, team: Team): Promise<Judgement> {
  const { changes } = statement;
  const sql = forServer(statement.sql, team);
  const [full, narrow] = await Promise.all([worlds.run('everyone', sql, { changes }), worlds.run(team, sql, { changes })]);
  if (failed(full) || failed(narrow))
    return { kind: 'fails', sqlstate: failed(full) ? full.sqlstate : failed(narrow) ? narrow.sqlstate : '', sql };
  const hidden = changes ? await hiddenRows(worlds, team) : {};
  const found = compare(full, narrow, changes, hidden);
  if (found === undefined) return HOLDS;
  // A unique key tells that a hidden row is there, and the documentation says so.
  if (statement.forms.has('ON CONFLICT DO NOTHING')) return { kind: 'fails', sqlstate: 'ON CONFLICT DO NOTHING', sql };
  const runs = [
    { world: 'everyone', changes, run: full },
    { world: team, changes, run: narrow },
  ] as const;
  if (await isUnordered(worlds, sql, runs)) return { kind: 'unordered' };
  return violation('interferes', sql, found);
}

/** What differs between a run with the rows of others and one without them. */
function compare(full: Run, narrow: Run, changes: boolean, hidden: Run['tables']): string | undefined {
  if (!same(full.rows, narrow.rows)) return `returns ${shown(full.rows)}\nand without the rows of others ${shown(narrow.rows)}`;
  if (!changes) return undefined;
  const expected = Object.fromEntries(TABLES.map((table) => [table, [...(narrow.tables[table] ?? []), ...(hidden[table] ?? [])].sort()]));
  const differs = TABLES.some((table) => !same([...(full.tables[table] ?? [])].sort(), expected[table]));
  return differs ? `leaves other rows: ${difference(expected, full.tables)}` : undefined;
}

async function hiddenRows(worlds: Worlds, team: Team): Promise<Run['tables']> {
  const [all, own] = await Promise.all([worlds.before('everyone'), worlds.before(team)]);
  return Object.fromEntries(GUARDED_TABLES.map((table) => [table, (all[table] ?? []).filter((row) => !own[table]?.includes(row))]));
}

/** Whether some of the runs answer otherwise by another plan or over rows in another order. */
async function isUnordered(
  worlds: Worlds,
  sql: string,
  runs: readonly (RunOptions & { readonly world: World; readonly run: Run })[],
): Promise<boolean> {
  for (const shuffled of SHUFFLES) {
    const differs = await Promise.all(
      runs.map(async ({ world, run, ...options }) => {
        const again = await worlds.run(world, sql, { ...options, shuffled });
        return failed(again) || !same(again.rows, run.rows) || TABLES.some((table) => !same(again.tables[table], run.tables[table]));
      }),
    );
    if (differs.includes(true)) return true;
  }
  return false;
}

async function judgePolicy(worlds: Worlds, statement: Statement, team: Team): Promise<Judgement> {
  const sql = forServer(statement.sql, team);
  const bare = forServer(statement.sql, 'none' satisfies Filter);
  const [filtered, policed] = await Promise.all([
    worlds.run('everyone', sql, { changes: false }),
    worlds.run('everyone', bare, { changes: false, policy: team }),
  ]);
  if (failed(filtered) || failed(policed))
    return { kind: 'fails', sqlstate: failed(policed) ? `policy ${policed.sqlstate}` : (filtered as Failure).sqlstate, sql };
  if (same(filtered.rows, policed.rows)) return HOLDS;
  if (await isUnordered(worlds, sql, [{ world: 'everyone', changes: false, run: filtered }])) return { kind: 'unordered' };
  if (await isUnordered(worlds, bare, [{ world: 'everyone', changes: false, policy: team, run: policed }])) return { kind: 'unordered' };
  return violation('policy', sql, `returns ${shown(filtered.rows)}\nand with a policy ${shown(policed.rows)}`);
}

function violation(kind: Violation['kind'], sql: string, detail: string): Judgement {
  return { kind: 'violation', violation: { kind, sql, detail } };
}

function same(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((row, index) => row === right[index]);
}

function shown(rows: readonly string[]): string {
  return rows.length === 0 ? 'nothing' : rows.slice(0, 8).join(' ') + (rows.length > 8 ? ` … (${rows.length})` : '');
}

function difference(expected: Run['tables'], found: Run['tables']): string {
  return TABLES.flatMap((table) => {
    const lost = (expected[table] ?? []).filter((row) => !found[table]?.includes(row));
    const made = (found[table] ?? []).filter((row) => !expected[table]?.includes(row));
    return lost.length + made.length === 0
      ? []
      : [`${table}: ${lost.map((row) => `-${row}`).join(' ')} ${made.map((row) => `+${row}`).join(' ')}`];
  }).join('; ');
}
