/** What a run found, counted and told. */
import type { Lie, Limit } from './execute.js';

export interface ToldLie extends Lie {
  readonly seed: number;
  readonly arguments: unknown;
}

export interface RefusalGroup {
  readonly query: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly argument: boolean;
  readonly count: number;
}

export interface Report {
  readonly project: string;
  readonly queries: number;
  readonly functions: number;
  readonly executions: number;
  readonly rows: number;
  readonly values: number;
  readonly refusals: readonly RefusalGroup[];
  /** Values beyond the documented ends of the types, each told by a DecodeError. */
  readonly limits: readonly Limit[];
  /** What did not compile, as the command line prints it; by the server's refusal, or by the compiler's own. */
  readonly unprepared: readonly string[];
  readonly uncompiled: readonly string[];
  /** Functions that PostgreSQL executed with no seed, with its last word. */
  readonly neverExecuted: readonly { readonly query: string; readonly functionName: string; readonly reason: string }[];
  /** Row-returning functions of which no row was ever seen. */
  readonly neverReturned: readonly string[];
  readonly lies: readonly ToldLie[];
  /** What TypeScript says against the generated code. */
  readonly errors: readonly string[];
  readonly tables: { readonly filled: number; readonly empty: readonly string[] };
  readonly nullable: { readonly columns: number; readonly neverNull: readonly string[] };
  readonly notNull: { readonly columns: number };
  readonly seconds: number;
}

export function lied(report: Report): boolean {
  return report.lies.length > 0 || report.errors.length > 0 || report.uncompiled.length > 0;
}

const MOST_LINES = 40;

export function formatReport(report: Report, verbose: boolean): string {
  const lines: string[] = [
    `${report.project}: ${String(report.queries)} queries, ${String(report.functions)} functions in ${report.seconds.toFixed(1)} s`,
  ];
  lines.push(`  ${String(report.executions)} executions, ${String(report.rows)} rows, ${String(report.values)} values checked`);
  lines.push(
    `  ${String(report.tables.filled)} tables filled${report.tables.empty.length > 0 ? `; empty: ${report.tables.empty.join('; ')}` : ''}`,
  );
  const { columns, neverNull } = report.nullable;
  const share = columns === 0 ? 0 : Math.round((100 * neverNull.length) / columns);
  lines.push(
    `  ${String(report.notNull.columns)} columns declared not null, ${String(columns)} nullable, of which ${String(neverNull.length)} (${String(share)} %) never showed a NULL`,
  );
  const section = (title: string, items: readonly string[], always = false): void => {
    if (items.length === 0) return;
    lines.push(`  ${title} (${String(items.length)}):`);
    const shown = verbose || always ? items : items.slice(0, MOST_LINES);
    for (const item of shown) lines.push(`    ${item}`);
    if (shown.length < items.length) lines.push(`    … and ${String(items.length - shown.length)} more (--verbose)`);
  };
  section('refused by PostgreSQL', refusalLines(report.refusals, verbose));
  section(
    'arguments that PostgreSQL could not read',
    report.refusals.filter(({ argument }) => argument).map((group) => `${group.query}: ${group.sqlstate} ${group.message}`),
  );
  section('refused by PostgreSQL when prepared', report.unprepared, true);
  section(
    'beyond the documented ends of a type, and told by a DecodeError',
    report.limits.map(({ query, column, message }) => `${query}.${column}: ${message}`),
  );
  section(
    'never executed',
    report.neverExecuted.map(({ functionName, reason }) => `${functionName}: ${reason}`),
    true,
  );
  section('never returned a row', report.neverReturned);
  if (verbose) section('nullable, and never NULL', neverNull);
  section('queries that do not compile', report.uncompiled, true);
  section('generated code that does not compile', report.errors, true);
  section('LIES', report.lies.map(formatLie), true);
  if (!lied(report)) lines.push('  no lie');
  return lines.join('\n');
}

/** By SQLSTATE; each query with its messages where asked for. */
function refusalLines(refusals: readonly RefusalGroup[], verbose: boolean): string[] {
  const byState = new Map<string, RefusalGroup[]>();
  for (const group of refusals) byState.set(group.sqlstate, [...(byState.get(group.sqlstate) ?? []), group]);
  return [...byState]
    .map(([sqlstate, groups]) => ({ sqlstate, groups, count: groups.reduce((sum, group) => sum + group.count, 0) }))
    .sort((a, b) => b.count - a.count)
    .flatMap(({ sqlstate, groups, count }) => {
      const messages = new Map<string, Set<string>>();
      for (const group of groups) {
        const message = group.message.replaceAll(/"[^"]*"/g, '"…"');
        messages.set(message, (messages.get(message) ?? new Set()).add(group.query));
      }
      const told = [...messages]
        .slice(0, verbose ? undefined : 3)
        .map(
          ([message, queries]) =>
            `  ${message} (${[...queries].slice(0, verbose ? undefined : 3).join(', ')}${!verbose && queries.size > 3 ? ', …' : ''})`,
        );
      return [`${sqlstate} × ${String(count)}`, ...told];
    });
}

export function formatLie(lie: ToldLie): string {
  return `${lie.query} (${lie.functionName}) ${lie.place === '' ? 'as a whole' : lie.place}: ${lie.problem}; value ${show(lie.value)}; seed ${String(lie.seed)}; arguments ${show(lie.arguments)}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${String(inner)}n` : inner)) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
