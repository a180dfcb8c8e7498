/**
 * How many rows a SELECT gives where some of its columns are held to one value each.
 *
 * Invariant: at most one row is proven by the keys of what it reads, by GROUP BY or by DISTINCT, and
 * a column that an outer join may leave out counts as one value nowhere.
 */
import type { Node } from 'libpg-query';
import type { Analyzer, OutputColumn } from '../analyzer.js';
import { expressionKey } from '../expression/key.js';
import { integerOf, strings } from '../node.js';
import { findColumn, type Scope, type ScopeColumn } from '../scope.js';
import type { Held, HeldToOne } from '../value.js';
import type { FromShape, Restriction } from './from-shape.js';
import { heldColumn, settle, type Settled } from './rows.js';

export interface SelectRows {
  readonly from: FromShape;
  readonly restrictions: readonly Restriction[];
  /** Each row of the FROM list makes at most one row of the result. */
  readonly oneEach: boolean;
  /** What the groups differ in, where the result has one row for each. */
  readonly groups: readonly Node[] | undefined;
  /** DISTINCT ON; empty for DISTINCT alone, undefined without either. */
  readonly distinct: readonly Node[] | undefined;
  readonly columns: readonly OutputColumn[];
  readonly scope: Scope;
}

export function selectHeldToOne(analyzer: Analyzer, rows: SelectRows): HeldToOne {
  const answers = new Map<string, boolean>();
  return (held) => {
    const key = JSON.stringify(held);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = isHeldToOne(analyzer, rows, held);
    answers.set(key, answer);
    return answer;
  };
}

function isHeldToOne(analyzer: Analyzer, rows: SelectRows, held: readonly Held[]): boolean {
  const given = held.flatMap(({ index, nullSafe }) => heldColumn(rows.columns[index]?.column, nullSafe));
  const settled = settle(analyzer, rows.from.sources, [...rows.from.restrictions, ...rows.restrictions], given);
  if (rows.oneEach && !rows.from.unbounded && rows.from.sources.every((source) => settled.sources.has(source))) return true;
  const isOutputHeld = (index: number): boolean =>
    held.some((entry) => entry.index === index) || isConstant(rows.columns[index]?.column, settled, rows.scope);
  const isHeld = (node: Node): boolean =>
    outputsOf(node, rows).some(isOutputHeld) || isConstant(columnOf(node, rows.scope), settled, rows.scope);
  if (rows.groups?.every(isHeld) === true) return true;
  if (rows.distinct === undefined || rows.columns.length === 0) return false;
  return rows.distinct.length === 0
    ? rows.columns.every((_, index) => isOutputHeld(index))
    : rows.distinct.every((node) => namedOutput(node, rows) === undefined ? isHeld(node) : isOutputHeld(namedOutput(node, rows) ?? -1));
}

/** The output columns that an expression computes. */
function outputsOf(node: Node, rows: SelectRows): readonly number[] {
  const key = expressionKey(node, rows.scope);
  return rows.columns.flatMap(({ expression }, index) =>
    expression !== undefined && expressionKey(expression, rows.scope) === key ? [index] : [],
  );
}

/** The output column that DISTINCT ON names or counts. */
function namedOutput(node: Node, rows: SelectRows): number | undefined {
  const position = integerOf(node);
  if (position !== undefined) return position - 1;
  const path = 'ColumnRef' in node ? strings(node.ColumnRef.fields) : [];
  const index = path.length === 1 ? rows.columns.findIndex(({ name }) => name === path[0]) : -1;
  return index === -1 ? undefined : index;
}

function columnOf(node: Node, scope: Scope): ScopeColumn | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const found = findColumn(scope, strings(node.ColumnRef.fields));
  return found?.kind === 'column' ? found.column : undefined;
}

/** Whether the column has one value in the whole result, and its row is there in all of it. */
function isConstant(column: ScopeColumn | undefined, settled: Settled, scope: Scope): boolean {
  if (column?.merged !== undefined && column.merged.kind !== 'both') {
    return isConstant(column.merged.kind === 'left' ? column.merged.left : column.merged.right, settled, scope);
  }
  const leaf = column?.leaf;
  if (column === undefined || leaf === undefined || !settled.isFixed(leaf)) return false;
  return column.value.reasons.length === 0 || scope.namespace.some((item) => item.source === leaf.source && item.absence.length === 0);
}
