/**
 * Which primary keys the values of a query belong to.
 *
 * Invariant: a result column belongs to a key only if each of its values comes unchanged from a column
 * that belongs to it. A parameter belongs to the keys that all its comparisons and targets agree on.
 */
import {
  allLevels,
  child,
  children,
  definitionOf,
  integer,
  leavesIn,
  numbers,
  outwards,
  queryOf,
  readable,
  subqueryColumn,
  walk,
  writtenBy,
} from '../analysis/index.js';
import type { Analysis, Leaf, Leaves, Level, Query, TreeNode } from '../analysis/index.js';
import { columnAt, commonKeys, identities, perCatalog } from '../../catalog/index.js';
import type { Catalog, CatalogColumn, Relation, TableColumn } from '../../catalog/index.js';

type Keys = readonly TableColumn[];

export interface QueryIdentities {
  /** By the index of the result's column. */
  column(index: number): Keys;
  parameter(number: number): Keys;
}

export interface Identity {
  /** A column of a table or view. */
  ofColumn(relation: Relation, column: CatalogColumn): Keys;
  ofQuery(analysis: Analysis | undefined): QueryIdentities;
}

const NOTHING: QueryIdentities = { column: () => [], parameter: () => [] };

export function identityOf(catalog: Catalog): Identity {
  const leaves = leavesIn(catalog);
  const stored = identities(catalog);
  const viewed = new Map<CatalogColumn, Keys>();

  function ofColumn(relation: Relation, column: CatalogColumn): Keys {
    if (relation.kind !== 'view' && relation.kind !== 'materializedView') return stored(relation, column);
    const known = viewed.get(column);
    if (known) return known;
    // A view that reads itself belongs to no key.
    viewed.set(column, []);
    const keys = readable(() => {
      const query = definitionOf(relation);
      return query ? ofLeaves(leaves.output([query], relation.columns.indexOf(column) + 1)) : [];
    }, []);
    viewed.set(column, keys);
    return keys;
  }

  function ofLeaf(leaf: Leaf): Keys {
    if (leaf.kind !== 'column' || leaf.converted) return [];
    const found = columnAt(catalog, leaf.relation, leaf.number);
    return found ? ofColumn(found.relation, found.column) : [];
  }

  /** NULL fits every key. */
  function ofLeaves(found: readonly Leaf[]): Keys {
    return commonKeys(found.filter(({ kind }) => kind !== 'null').map(ofLeaf));
  }

  function parametersOf(levels: Level): ReadonlyMap<number, Keys> {
    const found = new Map<number, Keys>();
    for (const { number, with: others } of usesOf(levels, leaves, catalog)) {
      const keys = ofLeaves(others.filter(({ kind }) => kind !== 'parameter'));
      const before = found.get(number);
      if (keys.length > 0) found.set(number, before ? commonKeys([before, keys]) : keys);
    }
    return found;
  }

  return {
    ofColumn,
    ofQuery(analysis) {
      if (analysis === undefined) return NOTHING;
      return readable(() => {
        const { parsed, levels } = analysis;
        const parameters = parametersOf(levels);
        return {
          column: (index) => ofLeaves(leaves.output([parsed], index + 1)),
          parameter: (number) => parameters.get(number) ?? [],
        };
      }, NOTHING);
    },
  };
}

interface Use {
  /** The parameter's number. */
  readonly number: number;
  /** The leaves of the other side, or the column. */
  readonly with: readonly Leaf[];
}

const ORDERED = ['<>', '<', '<=', '>', '>='];

/** The operators that compare values of one kind. */
const comparisonsOf = perCatalog(({ equalities, operatorsByName }): ReadonlySet<number> => {
  const ordered = ORDERED.flatMap((name) => operatorsByName.get(name) ?? []).flatMap(({ oid, builtin }) => (builtin ? [oid] : []));
  return new Set([...equalities.keys(), ...ordered]);
});

function usesOf(levels: Level, leaves: Leaves, catalog: Catalog): readonly Use[] {
  const operators = comparisonsOf(catalog);
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
