/**
 * Which primary keys the values of a query belong to.
 *
 * Invariant: a result column belongs to a key only if each of its values comes unchanged from a column
 * that belongs to it. A parameter belongs to the keys that all its comparisons and targets agree on.
 */
import { definitionOf, leavesIn, readable, type Analysis, type Leaf, type Level } from '../analysis/index.js';
import {
  columnAt,
  commonKeys,
  identities,
  type Catalog,
  type CatalogColumn,
  type TableColumn,
  type Relation,
} from '../../catalog/index.js';
import { usesOf } from './uses.js';

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
