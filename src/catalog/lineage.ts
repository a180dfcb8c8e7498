/** Which relations have rows in common: by inheritance, partitions and views. */
import { groupBy } from '../group-by.js';
import type { Catalog } from './catalog.js';
import { perCatalog } from './per-catalog.js';

type Relations = Pick<Catalog, 'relations'>;

/** What stands for the whole tree of inheritance or partitions that a relation is in. */
export function familyOf(oid: number, catalog: Catalog): number {
  return familiesOf(catalog).get(oid) ?? oid;
}

const familiesOf = perCatalog(({ relations }): ReadonlyMap<number, number> => {
  const families = new Map<number, number>();
  const root = (oid: number): number => {
    const next = families.get(oid);
    return next === undefined || next === oid ? oid : root(next);
  };
  for (const { oid, parents } of relations.values()) for (const parent of parents) families.set(root(oid), root(parent));
  return new Map([...families.keys()].map((oid) => [oid, root(oid)]));
});

/** A relation, all that share rows with it: what it is a part of, and its own parts. */
export function kinOf(oid: number, catalog: Catalog): readonly number[] {
  return [...above(oid, catalog), ...below(oid, partsIn(catalog))];
}

function above(oid: number, { relations }: Relations): readonly number[] {
  return [oid, ...(relations.get(oid)?.parents ?? []).flatMap((parent) => above(parent, { relations }))];
}

const partsIn = perCatalog(({ relations }) => {
  const parts = [...relations.values()].flatMap((part) => part.parents.map((parent) => ({ parent, part: part.oid })));
  return groupBy(parts, ({ parent }) => parent);
});

function below(oid: number, parts: ReturnType<typeof partsIn>): readonly number[] {
  return [oid, ...(parts.get(oid) ?? []).flatMap(({ part }) => below(part, parts))];
}

/** A relation and, of a view, all that it reads, to any depth. */
export function heldBy(oid: number, { relations }: Relations, found = new Set<number>()): ReadonlySet<number> {
  if (found.has(oid)) return found;
  found.add(oid);
  for (const read of relations.get(oid)?.reads ?? []) heldBy(read, { relations }, found);
  return found;
}

/** As a reader names it: without its schema where the search path finds it first. */
export function nameOf(oid: number, catalog: Catalog): string {
  const relation = catalog.relations.get(oid);
  if (relation === undefined) return 'a relation that is not in the catalog';
  const first = catalog.searchPath.find((schema) => catalog.relationsByName.get(relation.name)?.some((other) => other.schema === schema));
  return first === relation.schema ? relation.name : `${relation.schema}.${relation.name}`;
}
