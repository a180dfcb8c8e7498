/** PostgreSQL's type rules, as far as they decide which function a call reaches. */
import type { TypeName } from 'libpg-query';
import { type Catalog, findType, type PgType } from '../../catalog/index.js';
import { strings } from './node.js';

/** OIDs that PostgreSQL fixes for good. */
export const TYPE = {
  /** Not an OID: the type could not be followed. */
  unresolved: 0,
  bool: 16,
  bytea: 17,
  char: 18,
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
  money: 790,
  macaddr8: 774,
  macaddr: 829,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  bit: 1560,
  varbit: 1562,
  numeric: 1700,
  record: 2249,
  any: 2276,
  anyarray: 2277,
  void: 2278,
  anyelement: 2283,
  anynonarray: 2776,
  uuid: 2950,
  anyenum: 3500,
  jsonb: 3802,
  anyrange: 3831,
  jsonpath: 4072,
  anymultirange: 4537,
  anycompatiblemultirange: 4538,
  anycompatible: 5077,
  anycompatiblearray: 5078,
  anycompatiblenonarray: 5079,
  anycompatiblerange: 5080,
} as const;

interface TypeIndex {
  readonly arrayOf: ReadonlyMap<number, number>;
}

const indexes = new WeakMap<Catalog, TypeIndex>();

function indexOf(catalog: Catalog): TypeIndex {
  let index = indexes.get(catalog);
  if (index === undefined) {
    const arrayOf = new Map<number, number>();
    for (const type of catalog.types.values()) if (type.kind === 'array') arrayOf.set(type.elementOid, type.oid);
    index = { arrayOf };
    indexes.set(catalog, index);
  }
  return index;
}

/** The array type over an element type, or `unresolved`. */
export function arrayOf(catalog: Catalog, elementOid: number): number {
  return indexOf(catalog).arrayOf.get(elementOid) ?? TYPE.unresolved;
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

export function isBuiltin(type: PgType): boolean {
  return type.schema === 'pg_catalog';
}

/** What a type's name in SQL stands for; the dimensions are those written, as in `int[][]`. */
export function namedType(catalog: Catalog, typeName: TypeName | undefined): { readonly oid: number; readonly dimensions: number } {
  const path = strings(typeName?.names);
  const dimensions = typeName?.arrayBounds?.length ?? 0;
  const name = path.at(-1);
  if (name === undefined || typeName?.pct_type === true) return { oid: TYPE.unresolved, dimensions };
  const type = findType(catalog, path.length > 1 ? path.at(-2) : undefined, name);
  if (type === undefined) return { oid: TYPE.unresolved, dimensions };
  if (dimensions === 0) return { oid: type.oid, dimensions: type.kind === 'array' ? 1 : 0 };
  return { oid: arrayOf(catalog, type.oid), dimensions };
}

/** PostgreSQL's order of implicit conversion among numbers. */
const NUMBER_RANK: ReadonlyMap<number, number> = new Map([
  [TYPE.int2, 1],
  [TYPE.int4, 2],
  [TYPE.int8, 3],
  [TYPE.numeric, 4],
  [TYPE.float4, 5],
  [TYPE.float8, 6],
]);

/** The type of CASE, COALESCE, VALUES or UNION over values of these types, or `unresolved`. */
export function commonType(catalog: Catalog, oids: readonly number[]): number {
  let common: number = TYPE.unknown;
  for (const oid of oids) {
    if (oid === TYPE.unresolved) return TYPE.unresolved;
    if (oid === TYPE.unknown || oid === common) continue;
    if (common === TYPE.unknown) common = oid;
    else {
      const [a, b] = [baseType(catalog, common), baseType(catalog, oid)];
      if (a === b) common = a;
      else if (isImplicit(catalog, b, a)) common = a;
      else if (isImplicit(catalog, a, b)) common = b;
      else return TYPE.unresolved;
    }
  }
  return common === TYPE.unknown && oids.length > 0 ? TYPE.text : common;
}

const POLYMORPHIC_ANYTHING: ReadonlySet<number> = new Set([TYPE.any, TYPE.anyelement, TYPE.anycompatible]);

export function isPolymorphic(oid: number): boolean {
  return (
    POLYMORPHIC_ANYTHING.has(oid) ||
    oid === TYPE.anyarray ||
    oid === TYPE.anynonarray ||
    oid === TYPE.anyenum ||
    oid === TYPE.anyrange ||
    oid === TYPE.anymultirange ||
    (oid >= TYPE.anycompatible && oid <= TYPE.anycompatiblerange) ||
    oid === TYPE.anycompatiblemultirange
  );
}

/**
 * Whether a value of one type may stand where another is declared, without a written cast. Errs
 * towards yes where a type of an extension or of the user's is involved.
 */
export function isImplicit(catalog: Catalog, from: number, to: number): boolean {
  if (from === to || from === TYPE.unresolved || from === TYPE.unknown) return true;
  const base = baseType(catalog, from);
  if (base === to) return true;
  const source = catalog.types.get(base);
  const target = catalog.types.get(to);
  if (source === undefined || target === undefined) return true;
  if (isPolymorphic(to)) return fitsPolymorphic(source, to);
  if (to === TYPE.record) return source.kind === 'composite' || base === TYPE.record;
  if (source.kind === 'array' && target.kind === 'array') return isImplicit(catalog, source.elementOid, target.elementOid);
  if (source.kind === 'enum' || target.kind === 'enum' || source.kind === 'array' || target.kind === 'array') {
    return (!isBuiltin(source) && source.kind === 'base') || (!isBuiltin(target) && target.kind === 'base');
  }
  if (isCaseless(source) && isBuiltin(target)) return target.category === 'S';
  if (!isBuiltin(source) || !isBuiltin(target)) return source.kind === 'base' || target.kind === 'base' || target.kind === 'domain';
  return isBuiltinImplicit(source, target);
}

/** The type of the extension citext, a string in all but its comparisons. */
export function isCaseless(type: PgType): boolean {
  return type.name === 'citext' && type.kind === 'base';
}

function fitsPolymorphic(source: PgType, to: number): boolean {
  switch (to) {
    case TYPE.anyarray:
    case TYPE.anycompatiblearray:
      return source.kind === 'array' || source.category === 'A';
    case TYPE.anynonarray:
    case TYPE.anycompatiblenonarray:
      return source.kind !== 'array';
    case TYPE.anyenum:
      return source.kind === 'enum';
    case TYPE.anyrange:
    case TYPE.anycompatiblerange:
      return source.kind === 'range';
    case TYPE.anymultirange:
    case TYPE.anycompatiblemultirange:
      return source.kind === 'multirange';
    default:
      return true;
  }
}

function isBuiltinImplicit(source: PgType, target: PgType): boolean {
  const [from, to] = [source.oid, target.oid];
  const [fromRank, toRank] = [NUMBER_RANK.get(from), NUMBER_RANK.get(to)];
  if (fromRank !== undefined && toRank !== undefined) return fromRank <= toRank;
  if (from === TYPE.money || to === TYPE.money) return false;
  if (from === TYPE.date) return to === TYPE.timestamp || to === TYPE.timestamptz;
  if (from === TYPE.timestamp) return to === TYPE.timestamptz;
  if (from === TYPE.time) return to === TYPE.timetz || to === TYPE.interval;
  if (from === TYPE.timestamptz || from === TYPE.timetz || from === TYPE.interval) return false;
  if (from === TYPE.char) return target.category === 'S';
  if (source.category === 'S' && target.category === 'N') return target.name.startsWith('reg');
  if (source.category === 'U' || target.category === 'U') {
    return (from === TYPE.macaddr && to === TYPE.macaddr8) || (from === TYPE.macaddr8 && to === TYPE.macaddr);
  }
  return source.category === target.category && source.category !== 'R';
}

/** PostgreSQL favours these where several functions would do. */
export function isPreferred(catalog: Catalog, oid: number): boolean {
  const type = catalog.types.get(oid);
  switch (type?.category) {
    case 'S':
      return oid === TYPE.text;
    case 'N':
      return oid === TYPE.float8 || oid === TYPE.oid;
    case 'D':
      return oid === TYPE.timestamptz;
    case 'T':
      return oid === TYPE.interval;
    case 'B':
      return oid === TYPE.bool;
    case 'V':
      return oid === TYPE.varbit;
    case 'I':
      return type.name === 'inet';
    default:
      return false;
  }
}
