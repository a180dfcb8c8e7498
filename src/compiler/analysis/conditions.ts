/**
 * What the conditions of one query enforce: which columns are equal, and which subqueries a row must
 * have met.
 *
 * Invariant: a condition is listed with the ranges that it holds for. A condition of WHERE or of an
 * inner join holds for every row of all ranges; one of an outer join holds only for the nullable
 * side, and only for rows that are present there.
 */
import type { Catalog } from '../../catalog/index.js';
import { type Column, plainColumn, subqueryColumn, unlabelled } from './column.js';
import { child, children, flag, has, integer } from './fields.js';
import { type Level, rangesIn, type Sublink } from './levels.js';
import { actionCommand, type FromItem, type Query } from './query.js';
import type { TreeNode } from './read.js';
import { conjuncts } from './walk.js';

export interface Condition {
  readonly node: TreeNode;
  /** The ranges whose rows it filters; undefined means all ranges of the query. */
  readonly restricts: ReadonlySet<number> | undefined;
  /** Whether it filters every row of the query's FROM. */
  readonly enforced: boolean;
  /** The ranges that it judges. */
  readonly ranges: readonly number[];
  readonly place: 'where' | 'join';
}

/**
 * The outermost conjuncts of WHERE and of the joins. The ON of a MERGE counts as a WHERE if all
 * actions need a match; otherwise it restricts only the target.
 */
export function conditionsOf({ query, from }: Level): readonly Condition[] {
  // Up to PostgreSQL 16, the tree keeps the condition of a MERGE in the place of WHERE.
  const own = [...conjuncts(query.where), ...conjuncts(child(query.node, 'mergeJoinCondition'))];
  const isWhere = query.command !== 'merge' || mergeActions(query).every(needsBothRows);
  const kind: Omit<Condition, 'node'> = isWhere
    ? { restricts: undefined, enforced: true, ranges: from.map(({ varno }) => varno), place: 'where' }
    : { restricts: new Set([query.resultRelation]), enforced: false, ranges: [], place: 'join' };
  return [...query.from.flatMap((item) => joinConditions(item, true)), ...own.map((node) => ({ node, ...kind }))];
}

function joinConditions(item: FromItem, enforced: boolean): readonly Condition[] {
  if (!item.join) return [];
  const { kind, left, right, condition } = item.join;
  const restricted = { inner: undefined, left: rangesIn(right), right: rangesIn(left), full: [] }[kind];
  const restricts = restricted && new Set(restricted);
  const own = { restricts, enforced: enforced && kind === 'inner', ranges: rangesIn(item), place: 'join' } as const;
  return [
    ...joinConditions(left, enforced && (kind === 'inner' || kind === 'left')),
    ...joinConditions(right, enforced && (kind === 'inner' || kind === 'right')),
    ...conjuncts(condition).map((node) => ({ node, ...own })),
  ];
}

export function mergeActions({ node }: Query): readonly TreeNode[] {
  return children(node, 'mergeActionList');
}

/** Whether an action of a MERGE runs only for a source row that matches a target row. */
export function needsBothRows(action: TreeNode): boolean {
  const isMatched = has(action, 'matchKind') ? integer(action, 'matchKind') === 0 : flag(action, 'matched');
  return isMatched || actionCommand(action) === 'nothing';
}

/** A column of a subquery in an expression. */
export interface SubqueryColumn {
  readonly sublink: Sublink;
  readonly number: number;
}

/** A column that must equal another one, or a column of a subquery's row. */
export type Equality = readonly [Column, Column | SubqueryColumn];

/** The equalities that a condition states, by operators that an index takes for equality. */
export function equalitiesOf(condition: TreeNode, level: Level, catalog: Catalog): readonly Equality[] {
  const needed = neededSubquery(condition, level, catalog);
  const [one, other] = (!needed && condition.tag === 'OPEXPR' && sidesOf(condition, catalog)) || [];
  const pairs = needed?.equal ?? [[one, plainColumn(other, level)] as const];
  return pairs.flatMap(([node, right]): Equality[] => {
    const left = plainColumn(node, level);
    return left && right ? [[left, right]] : [];
  });
}

interface NeededSubquery {
  readonly sublink: Sublink;
  /** What must equal columns of its row, each with the column. */
  readonly equal: readonly (readonly [node: TreeNode | undefined, column: SubqueryColumn | undefined])[];
}

/** The subquery that must return a row for the condition to be true: `EXISTS (…)`, `x IN (…)`, `x = (…)`, `x = ANY (ARRAY(…))`. */
export function neededSubquery(condition: TreeNode, level: Level, catalog: Catalog): NeededSubquery | undefined {
  const own = level.sublinks.find(({ node }) => node === condition);
  if (own?.kind === 'exists') return { sublink: own, equal: [] };
  if (own?.kind === 'any') {
    // A row comparison is one comparison for each column, joined by AND.
    const tests = conjuncts(own.test).map((test) => sidesOf(test, catalog));
    const equal = tests.map((sides) => {
      const number = subqueryColumn(sides?.[1]);
      return [sides?.[0], number === undefined ? undefined : { sublink: own, number }] as const;
    });
    return tests.includes(undefined) ? undefined : { sublink: own, equal };
  }
  const isArray = condition.tag === 'SCALARARRAYOPEXPR';
  const [left, right] = sidesOf(condition, catalog) ?? [];
  const sublinkAt = (side: TreeNode | undefined): Sublink | undefined =>
    level.sublinks.find(({ node, kind }) => node === unlabelled(side) && kind === (isArray ? 'array' : 'expression'));
  const ofRight = sublinkAt(right);
  // An array on the left may be empty and equal an element on the right.
  const sublink = ofRight ?? (isArray ? undefined : sublinkAt(left));
  return sublink && { sublink, equal: [[ofRight ? left : right, { sublink, number: 1 }]] };
}

/** The two sides of `x = y` and `x = ANY (…)`. */
function sidesOf(node: TreeNode, { equalities }: Catalog): readonly TreeNode[] | undefined {
  const isEqual = node.tag === 'OPEXPR' || (node.tag === 'SCALARARRAYOPEXPR' && flag(node, 'useOr'));
  return isEqual && equalities.has(integer(node, 'opno')) ? children(node, 'args') : undefined;
}
