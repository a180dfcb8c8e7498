/** PostgreSQL's types by their OIDs, and what the catalog says of arrays and domains. */
import type { Catalog } from '../../catalog/index.js';

/** OIDs that PostgreSQL fixes for good. */
export const TYPE = {
  /** Not an OID: the type could not be followed. */
  unresolved: 0,
  bool: 16,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  tid: 27,
  xid: 28,
  cid: 29,
  json: 114,
  xml: 142,
  float4: 700,
  float8: 701,
  /** A string literal or a parameter whose type the context decides. */
  unknown: 705,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  numeric: 1700,
  record: 2249,
  anyarray: 2277,
  tsvector: 3614,
  jsonb: 3802,
  anyrange: 3831,
  anymultirange: 4537,
} as const;

/** The array type over an element type, or `unresolved`. */
export function arrayOf({ types }: Catalog, elementOid: number): number {
  return [...types.values()].find((type) => type.kind === 'array' && type.elementOid === elementOid)?.oid ?? TYPE.unresolved;
}

/** The type below all domains. */
export function baseType(catalog: Catalog, oid: number): number {
  let type = catalog.types.get(oid);
  while (type?.kind === 'domain') type = catalog.types.get(type.baseOid);
  return type?.oid ?? oid;
}

/** The element type of an array or of a domain over one, or `unresolved`. */
export function elementType(catalog: Catalog, oid: number): number {
  const type = catalog.types.get(baseType(catalog, oid));
  return type?.kind === 'array' ? type.elementOid : TYPE.unresolved;
}

export function isArray(catalog: Catalog, oid: number): boolean {
  return catalog.types.get(baseType(catalog, oid))?.kind === 'array';
}

/** json, jsonb, or a domain over one. */
export function isJson(catalog: Catalog, oid: number): boolean {
  const base = baseType(catalog, oid);
  return base === TYPE.json || base === TYPE.jsonb;
}
