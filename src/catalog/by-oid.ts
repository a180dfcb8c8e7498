/** Functions and operators by their OIDs, as an analysed query names them. */
import type { Catalog, PgFunction, PgOperator } from './catalog.js';
import { perCatalog } from './per-catalog.js';

/** Undefined where the catalog lists no function of that OID. */
export function functionOf(catalog: Catalog, oid: number): PgFunction | undefined {
  return functionsOf(catalog).get(oid);
}

/** Undefined where the catalog lists no operator of that OID. */
export function operatorOf(catalog: Catalog, oid: number): PgOperator | undefined {
  return operatorsOf(catalog).get(oid);
}

const functionsOf = perCatalog(({ functionsByName }) => byOid(functionsByName));
const operatorsOf = perCatalog(({ operatorsByName }) => byOid(operatorsByName));

function byOid<Entry extends { readonly oid: number }>(byName: ReadonlyMap<string, readonly Entry[]>): ReadonlyMap<number, Entry> {
  return new Map([...byName.values()].flat().map((entry) => [entry.oid, entry]));
}
