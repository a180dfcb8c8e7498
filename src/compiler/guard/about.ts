/**
 * Whether a subquery in a condition is about the rows around it.
 *
 * Where it is not, as in `WHERE EXISTS (SELECT 1 FROM logs WHERE true -- @authorize_filter …)`, one row
 * that passes the filter is as good as all of them: every row around the subquery comes out, or none.
 */
import type { Catalog } from '../../catalog/index.js';
import {
  armsOf,
  children,
  columnReference,
  conditionsOf,
  contains,
  queryBehind,
  sourcesBehind,
  sourcesOf,
  subqueryColumn,
  walk,
} from '../analysis/index.js';
import type { ColumnReference, Level, Range, Source, Sublink, TreeNode } from '../analysis/index.js';
import { relationsOf } from './facts.js';

export function isAbout(condition: TreeNode, { kind, node, level }: Sublink, catalog: Catalog): boolean {
  if (meetsOuter(level, 1)) return true;
  const compared: number[] = kind === 'any' ? [] : [1];
  const isOther = (inner: TreeNode): boolean => inner !== node && inner.tag === 'QUERY';
  walk(condition, (inner) => {
    compared.push(subqueryColumn(inner) ?? 0);
    return !isOther(inner);
  });
  const namesOuter = contains(condition, (inner) => columnReference(inner)?.levelsUp === 0, isOther);
  return (
    kind !== 'exists' &&
    namesOuter &&
    compared.every((number) => number === 0 || sourcesOf(level, number).every((source) => isOwn(source, level, catalog)))
  );
}

/** Whether a condition compares the query's rows with those of the query `up` levels out; where it has arms, one in each of them. */
function meetsOuter(level: Level, up: number): boolean {
  const { ranges, setOperations } = level.query;
  if (setOperations) return armsOf(setOperations).every((varno) => meetsInside(level, varno, up));
  const isOuter = (out: number): boolean => out === up;
  // A function of outer values, as in `unnest(u.tags)`, is as good as they are.
  const isMadeOfOuter = (out: number, { varno }: ColumnReference): boolean => out === 0 && names(ranges[varno - 1]?.node, isOuter);
  const compares = ({ node }: { readonly node: TreeNode }): boolean =>
    names(node, (out, column) => out < up && !isMadeOfOuter(out, column)) &&
    names(node, (out, column) => isOuter(out) || isMadeOfOuter(out, column));
  return conditionsOf(level).some(compares) || level.from.some((varno) => meetsInside(level, varno, up));
}

function meetsInside(level: Level, varno: number, up: number): boolean {
  const range = level.query.ranges[varno - 1];
  const inner = queryBehind(range, level);
  return inner !== undefined && (range?.cte?.recursive === true || meetsOuter(inner, up + 1 - (range?.cte?.levelsUp ?? 0)));
}

/** Whether a value is made of the rows of a subquery. What counts rows counts its own. */
function isOwn({ level, expression }: Source, subquery: Level, catalog: Catalog): boolean {
  const isCount = ({ tag }: TreeNode): boolean => tag === 'AGGREF' || tag === 'WINDOWFUNC';
  return contains(expression, isCount, ({ tag }) => tag === 'QUERY') || names(expression, isOwnColumnAt(level, subquery, catalog));
}

/** For columns that a part of a query names: whether they are of the subquery's rows, those of a LATERAL's neighbours too. */
function isOwnColumnAt(at: Level, subquery: Level, catalog: Catalog): (out: number, column: ColumnReference) => boolean {
  return (out, column) => {
    const level = withinLevel(at, out, subquery);
    const range = level?.query.ranges[column.varno - 1];
    if (level === undefined || range === undefined) return false;
    if (makesRows(range, catalog)) return names(range.node, isOwnColumnAt(level, subquery, catalog));
    return sourcesBehind(column, level)?.every((source) => isOwn(source, subquery, catalog)) ?? true;
  };
}

/** Whether a range has rows of its own making, as a list of values has. A function that returns a table's rows is like the table. */
function makesRows(range: Range, catalog: Catalog): boolean {
  if (range.kind !== 'function') return range.kind === 'values';
  return children(range.node, 'functions').length > 1 || relationsOf(range, catalog).length === 0;
}

/** The query so many levels out, where it is the subquery or in it. */
function withinLevel(level: Level, out: number, subquery: Level): Level | undefined {
  if (out === 0) return level;
  return level === subquery || level.outer === undefined ? undefined : withinLevel(level.outer, out - 1, subquery);
}

/** Whether one of the columns that a node names passes a test; `out` is how many queries out it belongs. */
function names(start: TreeNode | undefined, test: (out: number, column: ColumnReference) => boolean): boolean {
  return contains(start, (node, depth) => {
    const column = columnReference(node);
    return column !== undefined && column.levelsUp >= depth && test(column.levelsUp - depth, column);
  });
}
