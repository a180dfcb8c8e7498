/**
 * Whether PostgreSQL has one plan for a statement, whatever the arguments, so that a prepared one
 * loses nothing by it.
 *
 * Invariant: that is said only where every range of every query in it is one row at most, found by a
 * unique key whose columns all equal a parameter, a constant or a column of such a row; or where it is
 * made of nothing but values. What is not proven has several plans.
 */
import { type Catalog, isEqualityOf } from '../../catalog/index.js';
import { allLevels, children, columnReference, conditionsOf, contains, integer, plainColumn } from '../analysis/index.js';
import type { Condition, Level, Query, TreeNode } from '../analysis/index.js';

/** @param levels what the statement becomes, with views, rules and policies expanded. */
export function hasOnePlan([level, second]: readonly Level[], catalog: Catalog): boolean {
  return level !== undefined && second === undefined && [...allLevels(level)].every((each) => isPinned(each, catalog));
}

/** An equality `range.column = value` that holds for every row that the range contributes. */
interface Equality {
  readonly varno: number;
  readonly column: number;
  readonly value: TreeNode;
  readonly operator: number;
  readonly collation: number;
}

const COMMANDS: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete']);
/** Ranges that scan nothing, or what is judged as a query of its own. */
const MADE: ReadonlySet<string | undefined> = new Set(['values', 'result', 'subquery', 'cte']);

/** Whether each range that the query itself scans is one row at most. */
function isPinned(level: Level, catalog: Catalog): boolean {
  const { query, from } = level;
  const open = new Set(from.filter((varno) => !MADE.has(query.ranges[varno - 1]?.kind)));
  const equalities = conditionsOf(level).flatMap((condition) => equalitiesOf(condition, query));
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const varno of open) {
      const own = equalities.filter((equality) => equality.varno === varno && isKnown(equality.value, query, open));
      const relation = catalog.relations.get(query.ranges[varno - 1]?.relationOid ?? 0);
      const isOne = relation?.uniqueKeys.some(
        (key) =>
          key.predicateTree === undefined &&
          key.columns.every((column, place) =>
            own.some((equality) => equality.column === column && isEqualityOf(catalog, key, place, equality)),
          ),
      );
      if (isOne === true) open.delete(varno);
    }
  }
  return COMMANDS.has(query.command) && open.size === 0;
}

/** Whether a value is the same for the whole run of the query: it reads no range that is still open. */
function isKnown(value: TreeNode, query: Query, open: ReadonlySet<number>): boolean {
  return !contains(value, (node, depth) => {
    const column = columnReference(node);
    if (column?.levelsUp !== depth) return false;
    // The column of a join, or of a group, is made of others.
    const made = query.ranges[column.varno - 1]?.columns[column.number - 1];
    return open.has(column.varno) || (made !== undefined && !isKnown(made, query, open));
  });
}

function equalitiesOf({ node, restricts }: Condition, query: Query): readonly Equality[] {
  const [left, right] = node.tag === 'OPEXPR' ? children(node, 'args') : [];
  if (left === undefined || right === undefined) return [];
  const how = { operator: integer(node, 'opno'), collation: integer(node, 'inputcollid') };
  return [[left, right] as const, [right, left] as const].flatMap(([of, value]) => {
    const column = plainColumn(of, [query]);
    if (column?.levelsUp !== 0 || restricts?.has(column.varno) === false) return [];
    return [{ varno: column.varno, column: column.number, value, ...how }];
  });
}
