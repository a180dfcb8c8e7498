/**
 * The tables that a statement reads and writes, at any depth.
 *
 * Invariant: a view is itself: what stands behind it is `underlyingTables`. Function bodies are not
 * looked into.
 */
import { type Catalog, heldBy, type Relation } from '../../catalog/index.js';
import { type Analysis, child, integer, queryOf, walk } from '../analysis/index.js';

export interface StatementTables {
  /** Every relation that a FROM, USING or subquery reads, each once. */
  readonly reads: readonly Relation[];
  /** Every relation that an INSERT, UPDATE, DELETE or MERGE changes, each once. */
  readonly writes: readonly Relation[];
}

export function findTables(analysis: Analysis, catalog: Catalog): StatementTables {
  const reads = new Set<Relation>();
  const writes = new Set<Relation>();
  walk(analysis.parsed.node, (node) => {
    if (node.tag !== 'QUERY') return true;
    const { ranges, resultRelation } = queryOf(node);
    const onConflict = child(node, 'onConflict');
    const excluded = onConflict ? integer(onConflict, 'exclRelIndex') : 0;
    for (const { kind, varno, relationOid = 0 } of ranges) {
      const relation = kind === 'relation' && varno !== excluded ? catalog.relations.get(relationOid) : undefined;
      if (relation) (varno === resultRelation ? writes : reads).add(relation);
    }
    return true;
  });
  return { reads: [...reads], writes: [...writes] };
}

/** A relation and, where it is a view, every relation that its definition reads, to any depth. */
export function underlyingTables(relation: Relation, catalog: Catalog): readonly Relation[] {
  return [...heldBy(relation.oid, catalog)].flatMap((oid) => catalog.relations.get(oid) ?? []);
}
