/**
 * What the conditions of one query enforce: which columns are equal, and which subqueries a row must
 * have met.
 *
 * Invariant: a condition is listed with the ranges that it holds for. A condition of WHERE or of an
 * inner join holds for every row of all ranges; one of an outer join holds only for the nullable
 * side, and only for rows that are present there.
 */
import { type PlainColumn, plainColumn, subqueryColumn } from './column.js';
import { child, children, flag, has, integer } from './fields.js';
import { type Level, outwards, rangesIn, type Sublink } from './levels.js';
import { actionCommand, type FromItem, type Query } from './query.js';
import type { TreeNode } from './read.js';
import { conjuncts } from './walk.js';

/** Tells which operators an index takes for equality, by OID. */
export interface Equalities {
  isEquality(operator: number): boolean;
}

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
  const found: Condition[] = [];
  const visit = (item: FromItem, enforced: boolean): void => {
    if (!item.join) return;
    const { kind, left, right, condition } = item.join;
    visit(left, enforced && (kind === 'inner' || kind === 'left'));
    visit(right, enforced && (kind === 'inner' || kind === 'right'));
    const restricted = { inner: undefined, left: rangesIn(right), right: rangesIn(left), full: [] }[kind];
    const restricts = restricted && new Set(restricted);
    for (const node of conjuncts(condition)) {
      found.push({ node, restricts, enforced: enforced && kind === 'inner', ranges: rangesIn(item), place: 'join' });
    }
  };
  for (const item of query.from) visit(item, true);
  // Up to PostgreSQL 16, the tree keeps the condition of a MERGE in the place of WHERE.
  const conditions = [...conjuncts(query.where), ...conjuncts(child(query.node, 'mergeJoinCondition'))];
  const where: Omit<Condition, 'node'> = { restricts: undefined, enforced: true, ranges: from, place: 'where' };
  const on: Omit<Condition, 'node'> = { restricts: new Set([query.resultRelation]), enforced: false, ranges: [], place: 'join' };
  const kind = query.command === 'merge' && !mergeActions(query).every(needsBothRows) ? on : where;
  return [...found, ...conditions.map((node) => ({ node, ...kind }))];
}

export function mergeActions({ node }: Query): readonly TreeNode[] {
  return children(node, 'mergeActionList');
}

/** Whether an action of a MERGE runs only for a source row that matches a target row. */
export function needsBothRows(action: TreeNode): boolean {
  const isMatched = has(action, 'matchKind') ? integer(action, 'matchKind') === 0 : flag(action, 'matched');
  return isMatched || actionCommand(action) === 'nothing';
}

/** A column that must equal another one, or a column of a subquery's row. */
export type Equality =
  | { readonly kind: 'columns'; readonly left: PlainColumn; readonly right: PlainColumn }
  | { readonly kind: 'subquery'; readonly column: PlainColumn; readonly sublink: Sublink; readonly number: number };

/** The equalities that a condition states, by operators that an index takes for equality. */
export function equalitiesOf(condition: TreeNode, level: Level, operators: Equalities): readonly Equality[] {
  const queries = outwards(level);
  const isEquality = (node: TreeNode): boolean => operators.isEquality(integer(node, 'opno'));
  const sublinkOf = (node: TreeNode | undefined): Sublink | undefined => {
    const bare = node?.tag === 'RELABELTYPE' ? child(node, 'arg') : node;
    return level.sublinks.find((sublink) => sublink.node === bare);
  };
  if (condition.tag === 'SUBLINK') {
    const sublink = sublinkOf(condition);
    if (sublink?.kind !== 'any') return [];
    // A row comparison is one comparison for each column, joined by AND.
    return conjuncts(sublink.test).flatMap((test): Equality[] => {
      const [left, right] = test.tag === 'OPEXPR' && isEquality(test) ? children(test, 'args') : [];
      const column = left && plainColumn(left, queries);
      const number = right && subqueryColumn(right);
      return column && number !== undefined ? [{ kind: 'subquery', column, sublink, number }] : [];
    });
  }
  const isAny = condition.tag === 'SCALARARRAYOPEXPR' && flag(condition, 'useOr');
  if ((condition.tag !== 'OPEXPR' && !isAny) || !isEquality(condition)) return [];
  const [left, right] = children(condition, 'args');
  if (!left || !right) return [];
  const [a, b] = [plainColumn(left, queries), plainColumn(right, queries)];
  if (a && b) return isAny ? [] : [{ kind: 'columns', left: a, right: b }];
  const [column, sublink] = a ? [a, sublinkOf(right)] : [b, sublinkOf(left)];
  const wanted = isAny ? 'array' : 'expression';
  return column && sublink?.kind === wanted && (!isAny || a) ? [{ kind: 'subquery', column, sublink, number: 1 }] : [];
}

/** The subquery that must return a row for the condition to be true: `EXISTS (…)`, `x IN (…)`, `x = (…)`, `x = ANY (ARRAY(…))`. */
export function neededSubquery(condition: TreeNode, level: Level, operators: Equalities): Sublink | undefined {
  const exists = level.sublinks.find(({ node, kind }) => node === condition && kind === 'exists');
  if (exists) return exists;
  const isEquality = (node: TreeNode): boolean => operators.isEquality(integer(node, 'opno'));
  if (condition.tag === 'SUBLINK') {
    const any = level.sublinks.find(({ node, kind }) => node === condition && kind === 'any');
    const tests = conjuncts(any?.test);
    return tests.length > 0 && tests.every((test) => test.tag === 'OPEXPR' && isEquality(test)) ? any : undefined;
  }
  const isAny = condition.tag === 'SCALARARRAYOPEXPR' && flag(condition, 'useOr');
  if ((condition.tag !== 'OPEXPR' && !isAny) || !isEquality(condition)) return undefined;
  const operands = children(condition, 'args').map((node) => (node.tag === 'RELABELTYPE' ? child(node, 'arg') : node));
  return level.sublinks.find(({ node, kind }) => kind === (isAny ? 'array' : 'expression') && operands.includes(node));
}
