/**
 * How many rows a SELECT gives where some of its columns are held to one value each.
 *
 * Invariant: at most one row is proven by the keys of what it reads, by GROUP BY or by DISTINCT, and
 * a column that an outer join or a grouping set may leave out counts as one value nowhere.
 */
import { children, conjuncts, contains, type Query } from '../../analysis/index.js';
import type { Engine, OutputColumn } from '../engine.js';
import { isSteady } from '../expression/cells.js';
import { type Held, type AtMostOne, type Scope, sourcesOf, underlying } from '../scope.js';
import { keyOf, type Node } from '../node.js';
import type { FromShape, Restriction } from './from-shape.js';
import { clauseTarget, type GroupKey, type Groups } from './groups.js';
import { columnOf, heldFrom, settle, type Settled } from './rows.js';
import { isSameEquality } from './set-operation.js';

export interface SelectRows {
  readonly query: Query;
  readonly from: FromShape;
  readonly restrictions: readonly Restriction[];
  readonly groups: Groups;
  readonly having: Node | undefined;
  readonly columns: readonly OutputColumn[];
  /** Where the columns are computed. */
  readonly scope: Scope;
  /** Set-returning calls in the list. */
  readonly sets: number;
}

export function selectAtMostOne(engine: Engine, rows: SelectRows): AtMostOne {
  const answers = new Map<string, boolean>();
  return (held) => {
    const key = JSON.stringify(held, ['column', 'nullSafe', 'operator', 'collation']);
    const answer = answers.get(key) ?? isHeldToOne(engine, rows, held);
    answers.set(key, answer);
    return answer;
  };
}

function isHeldToOne(engine: Engine, rows: SelectRows, held: readonly Held[]): boolean {
  const { query, from, groups, scope, columns, sets } = rows;
  const given = held.flatMap((entry) => heldFrom(columns[entry.column - 1]?.expression, scope, entry));
  const settled = settle(engine, from.sources, [...from.restrictions, ...rows.restrictions, ...havingRestrictions(rows)], given);
  if (sets === 0 && !groups.several && !from.unbounded && settled.all) return true;

  const isOutputHeld = (number: number, clause: Node): boolean =>
    held.some((entry) => entry.column === number && isSameEquality(engine, entry, clause));
  const isHeld = ({ expression, clause }: GroupKey): boolean =>
    outputsOf(expression, rows).some((number) => isOutputHeld(number, clause)) || isConstant(engine, expression, clause, rows, settled);
  if (sets === 0 && groups.keys?.every(isHeld) === true) return true;

  const distinct = children(query.node, 'distinctClause');
  const isTold = (clause: Node): boolean => {
    const target = clauseTarget(query, clause);
    if (target === undefined) return false;
    return (!target.hidden && isOutputHeld(target.number, clause)) || isHeld({ expression: target.expression, clause });
  };
  return distinct.length > 0 && distinct.every(isTold);
}

/** What HAVING says of what is grouped by, it says of all rows that are left; not so beside aggregates. */
function havingRestrictions({ having, groups, scope }: SelectRows): readonly Restriction[] {
  if (having === undefined || groups.several || !groups.grouped) return [];
  return conjuncts(having)
    .filter((condition) => !contains(condition, ({ tag }) => tag === 'AGGREF' || tag === 'SUBLINK'))
    .map((condition) => ({ condition, scope, only: undefined }));
}

/** The output columns that compute an expression. */
function outputsOf(expression: Node, { columns, scope }: SelectRows): readonly number[] {
  const key = keyOf(expression);
  return columns.flatMap((column, index) =>
    column.expression !== undefined && keyOf(underlying(scope, column.expression)) === key ? [index + 1] : [],
  );
}

const PER_ROW: ReadonlySet<string> = new Set(['AGGREF', 'WINDOWFUNC', 'GROUPINGFUNC', 'SUBLINK']);

/** Whether the expression has one value in the whole result, and its row is there in all of it. */
function isConstant(engine: Engine, expression: Node, clause: Node, { groups, scope, sets }: SelectRows, settled: Settled): boolean {
  if (groups.several && engine.expression(expression, scope).reasons.length > 0) return false;
  const column = columnOf(expression, scope);
  if (column === undefined) {
    return (
      sets === 0 &&
      sourcesOf(expression, scope).length === 0 &&
      isSteady(engine, expression) &&
      !contains(expression, ({ tag }) => PER_ROW.has(tag))
    );
  }
  if (!settled.heldAt(column.source, column.column).some((held) => isSameEquality(engine, held, clause))) return false;
  const range = [...scope.ranges.values()].find(({ source }) => source === column.source);
  return engine.expression(expression, scope).reasons.length === 0 || range?.absence.length === 0;
}
