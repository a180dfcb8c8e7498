/**
 * The hooks of one statement, judged together.
 *
 * Invariant: there are no problems exactly where every probe is a conjunct of a WHERE clause or of
 * an inner join's ON, the result is closed or sealed by a hook, and every change is closed.
 */
import type { A_Const, Node } from 'libpg-query';
import type { Catalog } from '../../catalog/index.js';
import type { ParsedStatement } from '../parse.js';
import type { Hook } from '../dialect/index.js';
import { escapeAround, sourcesOf, verbAt } from './escape.js';
import { FlowAnalysis, type Change } from './flow.js';
import { findLeak } from './leak.js';
import { leaking, misplaced, type Advice } from './messages.js';
import { placeOf, type Placed } from './place.js';
import { tablesIn } from './ranges.js';
import type { Rows } from './rows.js';
import { findFrames, tableName, walk, type Frame } from './tree.js';

export interface Problem {
  readonly hook: Hook;
  readonly advice: Advice;
}

export interface Proof {
  readonly problems: readonly Problem[];
  readonly analysis: FlowAnalysis;
  /** The rows that the statement returns. */
  readonly result: Rows;
  readonly changes: readonly Change[];
}

interface Probe extends Placed {
  readonly hook: Hook;
  /** The way to the probe; empty where the tree has none. */
  readonly frames: readonly Frame[];
  readonly node: A_Const | undefined;
}

/** Beside the tables that the hooks' own clauses select from, the guard is about those that are `listed`. */
export function proveGuard(
  hooks: readonly Hook[],
  statement: ParsedStatement,
  catalog: Catalog,
  listed: (table: string) => boolean = () => false,
): Proof {
  const root = statement.statement;
  const probes = hooks.map((hook) => findProbe(hook, statement));
  const nodes = new Set(probes.map((probe) => probe.node));
  const isProbe = (node: Node): boolean => 'A_Const' in node && nodes.has(node.A_Const);
  const selected = guardedTables(probes, root);
  const analysis = new FlowAnalysis(isProbe, (table) => selected.has(table) || listed(table), catalog);
  const result = analysis.resultOf(root);
  const changes = analysis.changesOf(root);

  const unsupported = unsupportedStatement(root);
  if (unsupported) return { problems: hooks.map((hook) => ({ hook, advice: unsupported })), analysis, result, changes };

  const misplacements = probes.flatMap((probe) =>
    probe.place.kind === 'conjunct' ? [] : [{ hook: probe.hook, advice: misplaced(probe.place, escapeAround(probe.frames, probe.depth, probe.place)) }],
  );
  const proven =
    (result.flow === 'closed' || (result.flow === 'sealed' && (result.through !== undefined || changes.length > 0))) &&
    changes.every(({ rows }) => rows.flow === 'closed');
  if (proven || misplacements.length > 0) return { problems: misplacements, analysis, result, changes };

  const told = new Set<object>();
  const problems = probes.flatMap(({ hook, frames, depth }) => {
    const { cause, tables, at } = findLeak(frames, depth, analysis, changes);
    if (told.has(at)) return [];
    told.add(at);
    return [{ hook, advice: leaking(cause, tables, verbAt(frames, at)) }];
  });
  return { problems, analysis, result, changes };
}

function findProbe(hook: Hook, statement: ParsedStatement): Probe {
  let node: A_Const | undefined;
  const frames = findFrames(statement.statement, (type, candidate) => {
    if (type !== 'A_Const') return false;
    const constant: A_Const = candidate;
    const at = statement.offset(constant.location);
    if (constant.boolval?.boolval !== true || at < hook.at || at >= hook.until) return false;
    node = constant;
    return true;
  });
  return frames ? { hook, node, frames, ...placeOf(frames) } : { hook, node, frames: [], place: { kind: 'statement' }, depth: 0 };
}

/** The tables that the clauses with a hook select from, those behind their CTEs too. */
function guardedTables(probes: readonly Probe[], root: Node): ReadonlySet<string> {
  const bodies = new Map<string, unknown>();
  walk(root, (type, node) => {
    if (type === 'CommonTableExpr' && 'ctename' in node && 'ctequery' in node) bodies.set(String(node.ctename), node.ctequery);
    return true;
  });
  const tables = new Set<string>();
  const add = (value: unknown): void => {
    for (const range of tablesIn(value)) {
      const name = tableName(range);
      if (tables.has(name)) continue;
      tables.add(name);
      add(bodies.get(name));
    }
  };
  for (const { place, frames, depth } of probes) {
    const block = frames[depth]?.node;
    if (place.kind === 'conjunct' && block) add(sourcesOf(block));
  }
  return tables;
}

function unsupportedStatement(root: Node): Advice | undefined {
  const remedy = 'put the hook into a SELECT, UPDATE or DELETE of its own';
  if ('SelectStmt' in root) {
    return root.SelectStmt.intoClause
      ? { message: 'this hook stands in a SELECT INTO: the new table can be read without a filter', remedy }
      : undefined;
  }
  if ('UpdateStmt' in root || 'DeleteStmt' in root || 'InsertStmt' in root || 'MergeStmt' in root) return undefined;
  return { message: 'this hook stands in a statement that cannot be guarded, so it keeps no row back', remedy };
}
