/** Which columns a condition makes equal, and which subqueries a row must have met. */
import type { Catalog } from '../../catalog/index.js';
import { type Column, plainColumn, subqueryColumn, unlabelled } from './column.js';
import { children, flag, integer } from './fields.js';
import type { Level, Sublink } from './levels.js';
import type { TreeNode } from './read.js';
import { conjuncts } from './walk.js';

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
