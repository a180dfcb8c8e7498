/**
 * Whether what a hook's query calls by the name of a table's column is that column.
 *
 * A filter is written in a table's own names. Where a derived table, or a list of column aliases,
 * gives such a name to another value, the filter would judge that value instead.
 */
import { armLevels, child, columnReference, contains, flag, joinsIn, optionalRanges, queryBehind, rangesIn } from '../analysis/index.js';
import type { Join, Level, TreeNode } from '../analysis/index.js';
import type { Facts } from './facts.js';
import { makes } from './parts.js';
import type { TieNode, Ties } from './ties.js';

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
  const selected = (inner ? armLevels(inner) : []).flatMap((arm): readonly Named[] =>
    arm.query.targets
      .filter(({ hidden }) => !hidden)
      .map((target) => ({ ...target, name: range.columnNames[target.number - 1], level: arm })),
  );
  const joins = aliasedJoins(level).filter(({ left, right }) => [left, right].flatMap(rangesIn).includes(varno));
  const joined = joins.flatMap((join) => {
    const { columnNames = [], columns = [] } = level.query.ranges[join.varno - 1] ?? {};
    return columns.flatMap((expression, index) => (expression ? [{ name: columnNames[index], number: index + 1, expression, level }] : []));
  });
  return part.needs.some(({ oid }) => {
    const columns = facts.relation(oid)?.columns ?? [];
    const isColumn = (name: string | undefined): name is string => columns.some((column) => column.name === name);
    const renamed = facts.relation(range.relationOid ?? 0)?.columns ?? [];
    return (
      renamed.some((column) => range.columnNames[column.number - 1] !== column.name && isColumn(range.columnNames[column.number - 1])) ||
      selected.some((value) => isColumn(value.name) && !(makes(part, value.number) && isNamed(value, value.name, oid))) ||
      joined.some((value) => isColumn(value.name) && !isNamed(value, value.name, oid))
    );
  });
}

/** Whether another range goes by the name of one of the node's tables, and has none of its rows, or may lack the one that they are tied to. */
export function isShadowed(node: TieNode, needy: readonly TieNode[], ties: Ties, { query, from }: Level, facts: Facts): boolean {
  return node.part.needs.some(({ oid, family }) => {
    const isLike = (other: TieNode): boolean =>
      other.part.needs.some((need) => need.family === family) && (ties.reach([other]).has(node) || !ties.reach([node]).has(other));
    const namesakes = from.filter((other) => other !== node.varno && query.ranges[other - 1]?.name === facts.relation(oid)?.name);
    return namesakes.some((varno) => !needy.some((other) => other.varno === varno && isLike(other)));
  });
}

/** The joins that have an alias of their own, which hides the names of their sides. */
export function aliasedJoins({ query }: Level): readonly Join[] {
  return joinsIn(query.from).filter(({ node }) => child(node, 'alias'));
}

/** Whether a value is made of a column of that name, or of another table's columns, and never chosen from several. */
function isNamed({ expression, level }: Named, name: string, table: number): boolean {
  const optional = optionalRanges(level);
  const isChosen = contains(expression, ({ tag }) => /^(?:COALESCE|CASE|MINMAX|NULLIF|ARRAY|ROW)EXPR$/.test(tag));
  const isMade = contains(expression, (node) => {
    const column = columnReference(node);
    const range = column?.levelsUp === 0 ? level.query.ranges[column.varno - 1] : undefined;
    if (!column || !range) return false;
    if (range.kind === 'relation' && range.relationOid !== table) return !optional.has(range.varno);
    return column.number === 0 || range.columnNames[column.number - 1] === name;
  });
  return isMade && !isChosen;
}

export function isNull(expression: TreeNode): boolean {
  return expression.tag === 'CONST' && flag(expression, 'constisnull');
}
