/**
 * Whether what a hook's query calls by the name of a table's column is that column.
 *
 * A filter is written in a table's own names. Where a derived table, or a list of column aliases,
 * gives such a name to another value, the filter would judge that value instead.
 */
import { armsOf, child, columnReference, flag, queryBehind, rangesIn, walk } from '../analysis/index.js';
import type { FromItem, Level, TreeNode } from '../analysis/index.js';
import type { Facts } from './facts.js';
import { makes } from './parts.js';
import type { TieNode } from './ties.js';

/** A value under the name that the hook's query has for it. */
interface Named {
  readonly name: string | undefined;
  readonly number: number;
  readonly expression: TreeNode;
  /** The query that the expression stands in. */
  readonly level: Level;
}

/** Whether a name of one of the node's tables stands for something else in the query that reads it. */
export function pretends({ varno = 0, part }: TieNode, level: Level, facts: Facts): boolean {
  const range = level.query.ranges[varno - 1];
  if (range === undefined) return false;
  const inner = level.views.has(varno) ? undefined : queryBehind(range, level);
  const arms = inner?.query.setOperations
    ? armsOf(inner.query.setOperations).flatMap((arm) => inner.ranges.get(arm) ?? [])
    : inner
      ? [inner]
      : [];
  const selected = arms.flatMap((arm) =>
    arm.query.targets
      .filter(({ hidden }) => !hidden)
      .map(({ number, expression }): Named => ({ name: range.columnNames[number - 1], number, expression, level: arm })),
  );
  const joined = aliasedJoins(level)
    .filter((item) => rangesIn(item).includes(varno))
    .flatMap(({ varno: join }) => {
      const { columnNames = [], columns = [] } = level.query.ranges[join - 1] ?? {};
      return columns.flatMap((expression, index): readonly Named[] =>
        expression ? [{ name: columnNames[index], number: index + 1, expression, level }] : [],
      );
    });
  return part.needs.some(({ oid }) => {
    const columns = facts.relation(oid)?.columns ?? [];
    const isColumn = (name: string | undefined): name is string => columns.some((column) => column.name === name);
    const renamed = facts.relation(range.relationOid ?? 0)?.columns ?? [];
    return (
      renamed.some((column) => range.columnNames[column.number - 1] !== column.name && isColumn(range.columnNames[column.number - 1])) ||
      selected.some(
        (value) => isColumn(value.name) && !isNull(value.expression) && !(makes(part, value.number) && isNamed(value, value.name, oid)),
      ) ||
      joined.some((value) => isColumn(value.name) && !isNamed(value, value.name, oid))
    );
  });
}

/** The joins that have an alias of their own, which hides the names of their sides. */
export function aliasedJoins({ query }: Level): readonly FromItem[] {
  const find = (item: FromItem): readonly FromItem[] =>
    item.join ? [...(child(item.join.node, 'alias') ? [item] : []), ...find(item.join.left), ...find(item.join.right)] : [];
  return query.from.flatMap(find);
}

/** Whether a value is made of a column of that name, or of another table's columns, and never chosen from several. */
function isNamed({ expression, level: { query } }: Named, name: string, table: number): boolean {
  let isMade = false;
  let isChosen = false;
  walk(expression, (node) => {
    isChosen ||= /^(?:COALESCEEXPR|CASEEXPR|MINMAXEXPR)$/.test(node.tag);
    const column = columnReference(node);
    const range = column?.levelsUp === 0 ? query.ranges[column.varno - 1] : undefined;
    if (column && range) {
      isMade ||= range.columnNames[column.number - 1] === name || column.number === 0;
      isMade ||= range.kind === 'relation' && range.relationOid !== table;
    }
    return true;
  });
  return isMade && !isChosen;
}

export function isNull(expression: TreeNode): boolean {
  return expression.tag === 'CONST' && flag(expression, 'constisnull');
}
