/**
 * What the conditions of one query enforce: which columns are equal, and which subqueries a row must
 * have met.
 *
 * Invariant: a condition is listed with the ranges that it holds for. A condition of WHERE or of an
 * inner join holds for every row of all ranges; one of an outer join holds only for the nullable
 * side, and only for rows that are present there.
 */
import type { Catalog } from '../../catalog/index.js';
import { type PlainColumn, plainColumn, subqueryColumn, unlabelled } from './column.js';
import { child, children, flag, has, integer } from './fields.js';
import { type Level, rangesIn, type Sublink } from './levels.js';
import { actionCommand, type FromItem, type Query } from './query.js';
import type { TreeNode } from './read.js';
import { conjuncts } from './walk.js';

type Equalities = Pick<Catalog, 'equalities'>;

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
  const isWhere = query.command !== 'merge' || mergeActions(query).every(needsBothRows);
  const kind: Omit<Condition, 'node'> = isWhere
    ? { restricts: undefined, enforced: true, ranges: from, place: 'where' }
    : { restricts: new Set([query.resultRelation]), enforced: false, ranges: [], place: 'join' };
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
export function equalitiesOf(condition: TreeNode, level: Level, catalog: Equalities): readonly Equality[] {
  const any = sublinkAt(condition, level, 'any');
  // A row comparison is one comparison for each column, joined by AND.
  const tests = conjuncts(any?.test).flatMap((test): Equality[] => {
    const [left, right] = sidesOf(test, catalog) ?? [];
    const column = plainColumn(left, level);
    const number = subqueryColumn(right);
    return any && column && number !== undefined ? [{ kind: 'subquery', column, sublink: any, number }] : [];
  });
  const [left, right] = sidesOf(condition, catalog) ?? [];
  const [a, b] = [plainColumn(left, level), plainColumn(right, level)];
  if (a && b) return condition.tag === 'OPEXPR' ? [{ kind: 'columns', left: a, right: b }] : [];
  const column = a ?? (condition.tag === 'OPEXPR' ? b : undefined);
  const sublink = sublinkAt(a ? right : left, level, VALUED[condition.tag]);
  return column && sublink ? [{ kind: 'subquery', column, sublink, number: 1 }] : tests;
}

/** The subquery that must return a row for the condition to be true: `EXISTS (…)`, `x IN (…)`, `x = (…)`, `x = ANY (ARRAY(…))`. */
export function neededSubquery(condition: TreeNode, level: Level, catalog: Equalities): Sublink | undefined {
  const any = sublinkAt(condition, level, 'any');
  const tests = conjuncts(any?.test);
  if (tests.length > 0) return tests.every((test) => test.tag === 'OPEXPR' && sidesOf(test, catalog)) ? any : undefined;
  const [left, right] = sidesOf(condition, catalog) ?? [];
  const kind = VALUED[condition.tag];
  return sublinkAt(condition, level, 'exists') ?? sublinkAt(left, level, kind) ?? sublinkAt(right, level, kind);
}

/** The subqueries whose rows are what each kind of comparison compares with. */
const VALUED: Readonly<Record<string, Sublink['kind']>> = { OPEXPR: 'expression', SCALARARRAYOPEXPR: 'array' };

function sublinkAt(node: TreeNode | undefined, level: Level, kind: Sublink['kind'] | undefined): Sublink | undefined {
  const bare = unlabelled(node);
  return level.sublinks.find((sublink) => sublink.node === bare && sublink.kind === kind);
}

/** The two sides of `x = y` and `x = ANY (…)`. */
function sidesOf(node: TreeNode, { equalities }: Equalities): readonly TreeNode[] | undefined {
  const isEqual = node.tag === 'OPEXPR' || (node.tag === 'SCALARARRAYOPEXPR' && flag(node, 'useOr'));
  return isEqual && equalities.has(integer(node, 'opno')) ? children(node, 'args') : undefined;
}
