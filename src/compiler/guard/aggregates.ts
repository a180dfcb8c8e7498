/**
 * Whether a SELECT returns a row even when there is nothing to select from: an aggregate without
 * GROUP BY, a HAVING alone, or a grouping set without columns.
 *
 * Invariant: where it cannot be told (an aggregate inside a subquery may belong to the SELECT
 * around it), the answer is yes, unless a column of the SELECT's own proves the opposite.
 */
import type { ColumnRef, FuncCall, GroupingSet, Node, SelectStmt, SubLink } from 'libpg-query';
import { type Catalog, findFunctions } from '../../catalog/index.js';
import { comesFrom, rangesOf, walkLevels } from './ranges.js';
import type { Scope } from './scope.js';
import { functionName, hasStar, qualifierOf, walk } from './tree.js';

/** The scope is that of what stands inside the SELECT. */
export function alwaysReturnsRow(stmt: SelectStmt, scope: Scope, catalog: Catalog): boolean {
  const groups = stmt.groupClause ?? [];
  if (groups.length > 0) return groups.every(mayBeEmptyGroup);
  if (stmt.havingClause !== undefined) return true;
  const expressions = [stmt.targetList, stmt.sortClause, stmt.distinctClause, stmt.windowClause];
  const { direct, outward } = aggregatesIn(expressions, scope, catalog);
  return direct || (outward && !selectsOwnColumn(stmt, scope, catalog));
}

/** `()`, ROLLUP, CUBE, and lists that hold one of them: the total over no rows is a row. */
function mayBeEmptyGroup(node: Node): boolean {
  if (!('GroupingSet' in node)) return false;
  const set: GroupingSet = node.GroupingSet;
  if (set.kind === 'GROUPING_SET_SETS') return (set.content ?? []).some(mayBeEmptyGroup);
  return set.kind !== 'GROUPING_SET_SIMPLE';
}

interface Aggregates {
  /** One stands in the expressions themselves. */
  readonly direct: boolean;
  /** One stands in a subquery, and may belong to the SELECT around it. */
  readonly outward: boolean;
}

function aggregatesIn(expressions: unknown, scope: Scope, catalog: Catalog): Aggregates {
  let direct = false;
  let outward = false;
  const visit = (type: string, node: object): boolean => {
    direct ||= isAggregate(type, node, catalog);
    if (type !== 'SubLink') return true;
    const { testexpr, subselect }: SubLink = node;
    walk(testexpr, visit);
    outward ||= hasOutwardAggregate(subselect, scope, catalog);
    return false;
  };
  walk(expressions, visit);
  return { direct, outward };
}

/**
 * Whether an aggregate below a subquery may belong to a SELECT around it: PostgreSQL gives an
 * aggregate to the innermost SELECT that one of its arguments' columns comes from, and to its own
 * where there is no column.
 */
function hasOutwardAggregate(subquery: unknown, scope: Scope, catalog: Catalog): boolean {
  let found = false;
  walkLevels(subquery, scope, catalog, (type, node, levels, inside) => {
    if (!isAggregate(type, node, catalog)) return true;
    const columns: boolean[] = [];
    walkLevels(Object.values(node), inside, catalog, (inner, column, deeper) => {
      // What belongs to a subquery in the argument says nothing of where the aggregate belongs.
      if (inner !== 'ColumnRef' || deeper.some((ranges) => comesFrom(column, ranges))) return true;
      columns.push(levels.some((ranges) => comesFrom(column, ranges)));
      return true;
    });
    found ||= columns.length > 0 && !columns.includes(true);
    return true;
  });
  return found;
}

function isAggregate(type: string, node: object, catalog: Catalog): boolean {
  if (type === 'JsonObjectAgg' || type === 'JsonArrayAgg') return true;
  if (type !== 'FuncCall') return false;
  const { funcname, over }: FuncCall = node;
  const { schema, name } = functionName(funcname);
  return over === undefined && findFunctions(catalog, schema, name).some(({ kind }) => kind === 'aggregate');
}

/** A column outside every aggregate, which PostgreSQL refuses beside an aggregate of the same SELECT. */
function selectsOwnColumn(stmt: SelectStmt, scope: Scope, catalog: Catalog): boolean {
  const own = rangesOf(stmt, scope, catalog);
  let found = false;
  walk(stmt.targetList, (type, node) => {
    if (type === 'ColumnRef') found ||= isBareStar(node) || comesFrom(node, own);
    return type !== 'SubLink';
  });
  return found;
}

function isBareStar(column: ColumnRef): boolean {
  return hasStar(column) && qualifierOf(column) === undefined;
}
