/** Whether what a subquery calls a column is one: a filter is written in a table's own names. */
import { armsOf, columnReference, flag, type Level, queryBehind, type TreeNode, walk } from '../analysis/index.js';
import type { Facts } from './facts.js';
import type { TieNode } from './ties.js';

/**
 * Whether a subquery gives another value the name of a column of its table: a filter that is
 * written for the table would judge that value.
 */
export function pretends({ varno, part }: TieNode, level: Level, facts: Facts): boolean {
  const range = level.query.ranges[(varno ?? 0) - 1];
  const inner = queryBehind(range, level);
  if (range === undefined || inner === undefined || level.views.has(range.varno)) return false;
  const arms = inner.query.setOperations ? armsOf(inner.query.setOperations).flatMap((arm) => inner.ranges.get(arm) ?? []) : [inner];
  return part.needs.some(({ oid }) => {
    const names = new Set(facts.relation(oid)?.columns.map(({ name }) => name));
    return arms.some((arm) =>
      arm.query.targets.some(({ expression, hidden, number }) => {
        const name = range.columnNames[number - 1];
        return !hidden && name !== undefined && names.has(name) && !isNamed(expression, name, oid, arm);
      }),
    );
  });
}

/** Whether an expression is made of a column of that name, or of another table's columns; NULL is of any. */
function isNamed(expression: TreeNode, name: string, table: number, { query }: Level): boolean {
  if (isNull(expression)) return true;
  let named = false;
  walk(expression, (node) => {
    const column = columnReference(node);
    const range = column?.levelsUp === 0 ? query.ranges[column.varno - 1] : undefined;
    if (column && range) {
      named ||= range.columnNames[column.number - 1] === name || column.number === 0;
      named ||= range.kind === 'relation' && range.relationOid !== table;
    }
    return !named;
  });
  return named;
}

export function isNull(expression: TreeNode): boolean {
  return expression.tag === 'CONST' && flag(expression, 'constisnull');
}
