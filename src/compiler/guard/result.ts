/** What a query's rows are made of, as the query around sees them. */
import type { Catalog } from '../../catalog/index.js';
import { columnReference, contains, outputsOf, plainColumn, queryOf } from '../analysis/index.js';
import type { Level, PlainColumn, TreeNode } from '../analysis/index.js';
import { isChanged } from './changed.js';
import type { Covered } from './judges.js';
import { CLEAN, hasColumn, type Judge, makes, NO_COLUMNS, type Part } from './parts.js';
import type { TieNode, Ties } from './ties.js';

/** The parts of a query's rows, before they are grouped or cut. */
export function resultParts(ties: Ties, covered: Covered, level: Level, { catalog, refuse }: Judge): readonly Part[] {
  const columns = outputColumns(level, catalog);
  const made = outputsOf(level.query).filter(({ hidden }) => !hidden);
  const parts = ties.groups().flatMap(({ own, hanging }): readonly Part[] => {
    const [first] = own;
    const guarded = first !== undefined && covered.guards.has(first);
    // Beside rows without a guard, the optional side of an outer join may have one of its own.
    const apart = guarded ? [] : hanging.filter((node) => covered.guards.has(node));
    const members = [...own, ...hanging.filter((node) => !apart.includes(node))];
    const reached = [...ties.reach(members)].filter((node) => node.sublink !== undefined || members.includes(node));
    const main: Part = {
      columns: columnsIn(columns, members),
      shown: new Set(made.filter(({ expression }) => isMadeOf(expression, members, level, ties)).map(({ number }) => number)),
      guarded,
      needs: reached.filter((node) => !covered.rows.has(node)).flatMap(({ part }) => part.needs),
      filterable: members.every(({ part }) => part.needs.length === 0 || part.filterable),
      outer: first ? ties.around(first) : [],
    };
    return [main, ...apart.map((node) => ({ ...CLEAN, columns: columnsIn(columns, [node]), guarded: true }))];
  });
  return [...parts, ...valueParts(ties, covered, refuse)];
}

/** Subqueries whose rows nothing of this query ties; they may still be tied to a query further out. */
function valueParts(ties: Ties, covered: Covered, refuse: Judge['refuse']): readonly Part[] {
  const pending = ties.reach(ties.nodes.filter(({ varno, part }) => varno !== undefined && part.needs.length > 0));
  return ties.nodes.flatMap((node): readonly Part[] => {
    const { sublink, part } = node;
    if (sublink === undefined || part.needs.length === 0 || covered.rows.has(node) || pending.has(node)) return [];
    const outer = ties.around(node).map((column) => ({ ...column, binding: false }));
    if (outer.length > 0) return [{ ...CLEAN, columns: NO_COLUMNS, needs: part.needs, filterable: false, outer }];
    refuse('value', part.needs);
    return [];
  });
}

/**
 * Whether an expression takes a column of one of the nodes; of a subquery, whether what it selects does, or
 * whether its rows are tied to one: a filter on its value says nothing of rows that its conditions only
 * mention. `up` is how many queries out `level` is.
 */
function isMadeOf(expression: TreeNode, nodes: readonly TieNode[], level: Level, ties: Ties, up = 0): boolean {
  const isOf = ({ varno, number }: Pick<PlainColumn, 'varno' | 'number'>): boolean =>
    nodes.some((node) => node.varno === varno && makes(node.part, number));
  const test = (inner: TreeNode): boolean => {
    if (inner.tag === 'QUERY') {
      const tied = ties.nodes.filter(({ sublink }) => sublink?.level.query.node === inner).flatMap(({ part }) => part.outer);
      if (tied.some((column) => column.levelsUp === 0 && isOf(column))) return true;
      return outputsOf(queryOf(inner)).some((each) => !each.hidden && isMadeOf(each.expression, nodes, level, ties, up + 1));
    }
    const column = columnReference(inner);
    if (column?.levelsUp !== up) return false;
    const { columns = [] } = level.query.ranges[column.varno - 1] ?? {};
    const joined = column.number === 0 ? columns : columns.slice(column.number - 1, column.number);
    return isOf(column) || joined.some((part) => part && isMadeOf(part, nodes, level, ties));
  };
  return contains(expression, test, ({ tag }) => tag === 'QUERY');
}

/** The result's columns that are plain ones of this query's ranges; for a change, those of RETURNING that it leaves as they were. */
export function outputColumns(level: Level, catalog: Catalog): ReadonlyMap<number, PlainColumn> {
  const found = new Map<number, PlainColumn>();
  for (const { hidden, number, expression } of outputsOf(level.query)) {
    const column = hidden ? undefined : plainColumn(expression, level);
    if (column?.levelsUp === 0 && !isChanged(column, level, level.query.command !== 'select', catalog)) found.set(number, column);
  }
  return found;
}

function columnsIn(columns: ReadonlyMap<number, PlainColumn>, nodes: readonly TieNode[]): ReadonlySet<number> {
  const isOf = ({ varno, number }: PlainColumn): boolean => nodes.some((node) => node.varno === varno && hasColumn(node.part, number));
  return new Set([...columns].filter(([, column]) => isOf(column)).map(([number]) => number));
}
