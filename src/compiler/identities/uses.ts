/** What a query's parameters are compared with, and which columns they are written to. */
import {
  allLevels,
  child,
  children,
  integer,
  numbers,
  outwards,
  queryOf,
  subqueryColumn,
  walk,
  writtenBy,
  type Leaf,
  type Leaves,
  type Level,
  type Query,
  type TreeNode,
} from '../analysis/index.js';
import type { Catalog } from '../../catalog/index.js';

export interface Use {
  /** The parameter's number. */
  readonly number: number;
  /** The leaves of the other side, or the column. */
  readonly with: readonly Leaf[];
}

const ORDERED = ['<>', '<', '<=', '>', '>='];

/** The operators that compare values of one kind. */
function comparisonsOf({ equalities, operatorsByName }: Catalog): ReadonlySet<number> {
  const ordered = ORDERED.flatMap((name) => operatorsByName.get(name) ?? []).flatMap(({ oid, builtin }) => (builtin ? [oid] : []));
  return new Set([...equalities.keys(), ...ordered]);
}

const comparisons = new WeakMap<Catalog, ReadonlySet<number>>();

export function usesOf(levels: Level, leaves: Leaves, catalog: Catalog): readonly Use[] {
  const operators = comparisons.get(catalog) ?? comparisonsOf(catalog);
  comparisons.set(catalog, operators);
  const uses: Use[] = [];
  const use = (found: readonly Leaf[], others: readonly Leaf[]): void => {
    for (const leaf of found) if (leaf.kind === 'parameter') uses.push({ number: leaf.number, with: others });
  };
  for (const level of allLevels(levels)) {
    const queries = outwards(level);
    let sublink: TreeNode | undefined;
    walk(level.query.node, (node) => {
      if (node.tag === 'QUERY') return node === level.query.node;
      if (node.tag === 'SUBLINK') sublink = child(node, 'subselect');
      for (const [left, right] of pairsOf(node, operators)) {
        const [a, b] = [left, right].map((side) => sideOf(side, queries, sublink, leaves));
        if (a && b) {
          use(a, b);
          use(b, a);
        }
      }
      return true;
    });
    const relation = level.query.ranges[level.query.resultRelation - 1]?.relationOid;
    if (relation === undefined) continue;
    for (const { number, expression } of writtenBy(level.query))
      use(leaves.of(expression, queries), [{ kind: 'column', relation, number, converted: false, unnested: false }]);
  }
  return uses;
}

/** The two sides of each comparison that a node makes. */
function pairsOf(node: TreeNode, operators: ReadonlySet<number>): readonly (readonly [TreeNode, TreeNode])[] {
  switch (node.tag) {
    case 'OPEXPR':
    case 'DISTINCTEXPR':
    case 'NULLIFEXPR':
    case 'SCALARARRAYOPEXPR': {
      const [left, right] = children(node, 'args');
      return left && right && operators.has(integer(node, 'opno')) ? [[left, right]] : [];
    }
    case 'ROWCOMPAREEXPR': {
      const right = children(node, 'rargs');
      const chosen = numbers(node, 'opnos');
      return children(node, 'largs').flatMap((left, index): (readonly [TreeNode, TreeNode])[] => {
        const other = right[index];
        return other && operators.has(chosen[index] ?? 0) ? [[left, other]] : [];
      });
    }
    default:
      return [];
  }
}

/** The leaves of one side of a comparison. In `x IN (SELECT …)` a `PARAM` node stands for the subquery's column. */
function sideOf(node: TreeNode, queries: readonly Query[], subselect: TreeNode | undefined, leaves: Leaves): readonly Leaf[] {
  const column = subqueryColumn(node);
  return subselect && column !== undefined ? leaves.output([queryOf(subselect), ...queries], column) : leaves.of(node, queries);
}
