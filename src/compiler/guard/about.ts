/**
 * Whether a subquery in a condition is about the rows around it.
 *
 * Where it is not, as in `WHERE EXISTS (SELECT 1 FROM logs WHERE true -- @authorize_filter …)`, one row
 * that passes the filter is as good as all of them: every row around the subquery comes out, or none.
 */
import type { Catalog } from '../../catalog/index.js';
import { columnsIn, contains, isAround, sourcesBehind, sourcesOf, subqueryColumn, walk } from '../analysis/index.js';
import type { Column, Condition, Level, LevelRange, Source, Sublink, TreeNode } from '../analysis/index.js';
import { makesRows } from './tables.js';

export function isAbout(condition: TreeNode, { kind, level }: Sublink, catalog: Catalog): boolean {
  const around = level.outer;
  if (meetsOuter(level, around)) return true;
  const compared: number[] = kind === 'any' ? [] : [1];
  walk(condition, (node) => {
    compared.push(subqueryColumn(node) ?? 0);
    return node.tag !== 'QUERY';
  });
  return (
    kind !== 'exists' &&
    columnsIn(condition, around).some(({ range }) => range.level === around) &&
    compared.every((number) => number === 0 || sourcesOf(level, number).every((source) => isOwn(source, around, catalog)))
  );
}

/** Whether a condition compares a query's rows with those of the query around; where it has arms, one in each of them. */
function meetsOuter(level: Level, around: Level | undefined): boolean {
  if (level.query.setOperations) return level.arms.every((arm) => meetsOuter(arm, around));
  const isOuter = ({ range }: Column): boolean => range.level === around;
  // A function of outer values, as in `unnest(u.tags)`, is as good as they are.
  const isMadeOfOuter = ({ range }: Column): boolean => range.level === level && columnsIn(range.node, level, true).some(isOuter);
  const compares = ({ node }: Condition): boolean => {
    const columns = columnsIn(node, level, true);
    const isOfOuter = (column: Column): boolean => isOuter(column) || isMadeOfOuter(column);
    return columns.some((column) => !isAround(column.range.level, around) && !isMadeOfOuter(column)) && columns.some(isOfOuter);
  };
  const meetsInside = ({ cte, behind }: LevelRange): boolean =>
    behind !== undefined && (cte?.recursive === true || meetsOuter(behind, around));
  return level.conditions.some(compares) || level.from.some(meetsInside);
}

/** Whether a value is made of the rows of a subquery. What counts rows counts its own. */
function isOwn({ level, expression }: Source, around: Level | undefined, catalog: Catalog): boolean {
  const isCount = ({ tag }: TreeNode): boolean => tag === 'AGGREF' || tag === 'WINDOWFUNC';
  if (contains(expression, isCount, ({ tag }) => tag === 'QUERY')) return true;
  return columnsIn(expression, level, true).some((column) => isOwnColumn(column, around, catalog));
}

/** Whether a column is of the subquery's rows, those of a LATERAL's neighbours too. */
function isOwnColumn(column: Column, around: Level | undefined, catalog: Catalog): boolean {
  const { range } = column;
  if (isAround(range.level, around)) return false;
  if (makesRows(range, catalog)) return columnsIn(range.node, range.level, true).some((each) => isOwnColumn(each, around, catalog));
  return sourcesBehind(column)?.every((source) => isOwn(source, around, catalog)) ?? true;
}
