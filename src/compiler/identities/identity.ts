/**
 * Which primary keys the values of a query belong to.
 *
 * Invariant: a result column belongs to a key only if each of its values comes unchanged from a column
 * that belongs to it. A parameter belongs to the keys that all its comparisons and targets agree on.
 */
import { allLevels, children, definitionOf, integer, Leaves, numbers, readable, subqueryColumn, walk } from '../analysis/index.js';
import type { Analysis, Leaf, Level, TreeNode } from '../analysis/index.js';
import { commonKeys, identities, perCatalog } from '../../catalog/index.js';
import type { Catalog, CatalogColumn, Relation, TableColumn } from '../../catalog/index.js';

type Keys = readonly TableColumn[];

export type Identity = ReturnType<typeof identityOf>;
export type QueryIdentities = NonNullable<ReturnType<Identity['ofQuery']>>;

export function identityOf(catalog: Catalog) {
  const leaves = new Leaves(catalog);
  const stored = identities(catalog);
  const viewed = new Map<CatalogColumn, Keys>();

  /** Those of a column of a table or view. */
  function ofColumn(relation: Relation, column: CatalogColumn): Keys {
    if (relation.kind !== 'view' && relation.kind !== 'materializedView') return stored(relation, column);
    const known = viewed.get(column);
    if (known) return known;
    // A view that reads itself belongs to no key.
    viewed.set(column, []);
    const level = definitionOf(relation);
    const keys = level ? readable(() => ofLeaves(leaves.output(level, relation.columns.indexOf(column) + 1)), []) : [];
    viewed.set(column, keys);
    return keys;
  }

  /** NULL fits every key. */
  function ofLeaves(found: readonly Leaf[]): Keys {
    const columns = found.filter(({ kind }) => kind !== 'null').map((leaf) => leaves.columnOf(leaf));
    return commonKeys(columns.map((own) => (own ? ofColumn(own.relation, own.column) : [])));
  }

  /** Those of a result's column, by its index, and of a parameter, by its number. */
  function identitiesIn({ levels }: Analysis) {
    const parameters = new Map<number, Keys>();
    const meet = (found: readonly Leaf[], others: readonly Leaf[]): void => {
      for (const leaf of found) {
        if (leaf.kind !== 'parameter') continue;
        const before = parameters.get(leaf.number);
        const keys = ofLeaves(others.filter(({ kind }) => kind !== 'parameter'));
        if (keys.length > 0) parameters.set(leaf.number, before ? commonKeys([before, keys]) : keys);
      }
    };
    forEachMeeting(levels, leaves, comparisonsOf(catalog), meet);
    return {
      column: (index: number): Keys => ofLeaves(leaves.output(levels, index + 1)),
      parameter: (number: number): Keys => parameters.get(number) ?? [],
    };
  }

  /** Undefined where nothing is known of the query. */
  const ofQuery = (analysis: Analysis | undefined) => analysis && readable(() => identitiesIn(analysis), undefined);
  return { ofColumn, ofQuery };
}

const ORDERED = ['<>', '<', '<=', '>', '>='];

/** The operators that compare values of one kind. */
const comparisonsOf = perCatalog(({ equalities, operatorsByName }): ReadonlySet<number> => {
  const ordered = ORDERED.flatMap((name) => operatorsByName.get(name) ?? []).flatMap(({ oid, builtin }) => (builtin ? [oid] : []));
  return new Set([...equalities.keys(), ...ordered]);
});

type Meet = (found: readonly Leaf[], others: readonly Leaf[]) => void;

/** Visits what a statement compares, from both sides, and what it writes to a column. */
function forEachMeeting(root: Level, leaves: Leaves, operators: ReadonlySet<number>, meet: Meet): void {
  for (const level of allLevels(root)) {
    const { query, sublinks } = level;
    let inside: Level | undefined;
    // In `x IN (SELECT …)` a `PARAM` node stands for the subquery's column.
    const sideOf = (node: TreeNode): readonly Leaf[] => {
      const column = subqueryColumn(node);
      return inside && column !== undefined ? leaves.output(inside, column) : leaves.of(node, level);
    };
    walk(query.node, (node) => {
      if (node.tag === 'QUERY') return node === query.node;
      if (node.tag === 'SUBLINK') inside = sublinks.find((sublink) => sublink.node === node)?.level;
      for (const pair of pairsOf(node, operators)) {
        const [left = [], right = []] = pair.map(sideOf);
        meet(left, right);
        meet(right, left);
      }
      return true;
    });
    for (const { to, from } of leaves.written(level)) meet(from, [to]);
  }
}

/** The two sides of each comparison that a node makes. */
function pairsOf(node: TreeNode, operators: ReadonlySet<number>): readonly (readonly TreeNode[])[] {
  if (/^(?:OP|DISTINCT|NULLIF|SCALARARRAYOP)EXPR$/.test(node.tag))
    return operators.has(integer(node, 'opno')) ? [children(node, 'args')] : [];
  if (node.tag !== 'ROWCOMPAREEXPR') return [];
  const sides = ['largs', 'rargs'].map((side) => children(node, side));
  return numbers(node, 'opnos').flatMap((operator, index) => (operators.has(operator) ? [sides.flatMap((side) => side[index] ?? [])] : []));
}
