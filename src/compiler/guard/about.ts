/**
 * Whether a subquery in a condition is about the rows around it.
 *
 * Where it is not, as in `WHERE EXISTS (SELECT 1 FROM logs WHERE true -- @authorize_filter …)`, one row
 * that passes the filter is as good as all of them: every row around the subquery comes out, or none.
 */
import {
  armsOf,
  columnReference,
  conditionsOf,
  contains,
  queryBehind,
  sourcesBehind,
  sourcesOf,
  subqueryColumn,
  walk,
} from '../analysis/index.js';
import type { ColumnReference, Level, Source, Sublink, TreeNode } from '../analysis/index.js';

export function isAbout(condition: TreeNode, { kind, node, level }: Sublink): boolean {
  if (meetsOuter(level, 1)) return true;
  const compared: number[] = kind === 'any' ? [] : [1];
  const isOther = (inner: TreeNode): boolean => inner !== node && inner.tag === 'QUERY';
  walk(condition, (inner) => {
    compared.push(subqueryColumn(inner) ?? 0);
    return !isOther(inner);
  });
  const namesOuter = contains(condition, (inner) => columnReference(inner)?.levelsUp === 0, isOther);
  return kind !== 'exists' && namesOuter && compared.every((number) => number === 0 || sourcesOf(level, number).every(isOwn));
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

/** Whether a value is made of its query's own rows. What counts rows counts its own. */
function isOwn({ level, expression }: Source): boolean {
  const isCount = ({ tag }: TreeNode): boolean => tag === 'AGGREF' || tag === 'WINDOWFUNC';
  const isOwnColumn = (out: number, column: ColumnReference): boolean => {
    const range = level.query.ranges[column.varno - 1];
    // A group's expressions may be those of a neighbour's LATERAL, which are as good: that they name a column is enough.
    const isGroup = range?.kind === 'group' && names(range.columns[column.number - 1], () => true);
    return out === 0 && (isGroup || (sourcesBehind(column, level)?.every(isOwn) ?? true));
  };
  return contains(expression, isCount) || names(expression, isOwnColumn);
}

/** Whether one of the columns that a node names passes a test; `out` is how many queries out it belongs. */
function names(start: TreeNode | undefined, test: (out: number, column: ColumnReference) => boolean): boolean {
  return contains(start, (node, depth) => {
    const column = columnReference(node);
    return column !== undefined && column.levelsUp >= depth && test(column.levelsUp - depth, column);
  });
}
