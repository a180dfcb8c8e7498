/**
 * Which functions and operators a call can reach.
 *
 * Invariant: the one that PostgreSQL takes is among the candidates returned. Where all argument
 * types are known, its own rules narrow them, mostly to one; where a type could not be followed,
 * every overload that may fit stays.
 */
import { type Catalog, findFunctions, type PgFunction, type PgOperator } from '../../catalog/index.js';
import { arrayOf, baseType, elementType, isArray, isBuiltin, isCaseless, isImplicit, isPolymorphic, isPreferred, TYPE } from './types.js';

export interface CallArgument {
  readonly typeOid: number;
  /** For `f(name => value)`. */
  readonly name: string | undefined;
}

interface Overload<T> {
  readonly entry: T;
  /** The parameter types that the arguments meet, in the arguments' order. */
  readonly types: readonly number[];
}

/** Calls and operators already looked up; a project repeats the same few. */
interface Lookups {
  readonly functions: Map<string, readonly PgFunction[]>;
  readonly operators: Map<string, readonly PgOperator[]>;
}

const lookups = new WeakMap<Catalog, Lookups>();

function lookupsOf(catalog: Catalog): Lookups {
  let known = lookups.get(catalog);
  if (known === undefined) lookups.set(catalog, (known = { functions: new Map(), operators: new Map() }));
  return known;
}

function remember<T>(cache: Map<string, T>, key: string, compute: () => T): T {
  let value = cache.get(key);
  if (value === undefined) cache.set(key, (value = compute()));
  return value;
}

/** The functions that a call can reach. `expanded` is a call without the word VARIADIC. */
export function functionCandidates(
  catalog: Catalog,
  schema: string | undefined,
  name: string,
  args: readonly CallArgument[],
  expanded: boolean,
): readonly PgFunction[] {
  const written = args.map((arg) => (arg.name === undefined ? arg.typeOid : `${arg.typeOid} ${arg.name}`)).join(',');
  const key = `${schema ?? ''}.${name}(${written})${expanded ? '' : ' variadic'}`;
  return remember(lookupsOf(catalog).functions, key, () => findFunctionCandidates(catalog, schema, name, args, expanded));
}

function findFunctionCandidates(
  catalog: Catalog,
  schema: string | undefined,
  name: string,
  args: readonly CallArgument[],
  expanded: boolean,
): readonly PgFunction[] {
  const overloads: Overload<PgFunction>[] = [];
  for (const entry of findFunctions(catalog, schema, name)) {
    const types = parameterTypes(catalog, entry, args, expanded);
    if (types !== undefined) overloads.push({ entry, types });
  }
  return choose(
    catalog,
    overloads,
    args.map((arg) => arg.typeOid),
  );
}

/** The parameter types that a call's arguments meet, or undefined where the call does not fit. */
function parameterTypes(
  catalog: Catalog,
  entry: PgFunction,
  args: readonly CallArgument[],
  expanded: boolean,
): readonly number[] | undefined {
  const declared = entry.argumentTypeOids;
  const types: number[] = [];
  const taken = new Set<number>();
  for (const [index, arg] of args.entries()) {
    if (arg.name !== undefined) {
      const named = entry.argumentNames.indexOf(arg.name);
      if (named < 0 || taken.has(named)) return undefined;
      taken.add(named);
      types.push(declared[named] ?? TYPE.unresolved);
      continue;
    }
    taken.add(index);
    const last = declared.length - 1;
    if (entry.variadic && expanded && index >= last) {
      const array = declared[last] ?? TYPE.unresolved;
      types.push(variadicElement(catalog, array));
    } else if (index < declared.length) {
      types.push(declared[index] ?? TYPE.unresolved);
    } else {
      return undefined;
    }
  }
  for (let index = 0; index < declared.length - entry.defaults; index++) {
    const omitted = !taken.has(index) && !(entry.variadic && expanded && index === declared.length - 1 && declared[index] !== TYPE.any);
    if (omitted) return undefined;
  }
  return types;
}

function variadicElement(catalog: Catalog, array: number): number {
  if (array === TYPE.anyarray) return TYPE.anyelement;
  if (array === TYPE.anycompatiblearray) return TYPE.anycompatible;
  return array === TYPE.any ? TYPE.any : elementType(catalog, array);
}

/** The operators that an expression can reach; a prefix operator has no left type. */
export function operatorCandidates(
  catalog: Catalog,
  schema: string | undefined,
  name: string,
  left: number | undefined,
  right: number,
): readonly PgOperator[] {
  const key = `${schema ?? ''}.${name} ${left ?? ''} ${right}`;
  return remember(lookupsOf(catalog).operators, key, () => findOperatorCandidates(catalog, schema, name, left, right));
}

function findOperatorCandidates(
  catalog: Catalog,
  schema: string | undefined,
  name: string,
  left: number | undefined,
  right: number,
): readonly PgOperator[] {
  const overloads: Overload<PgOperator>[] = [];
  for (const entry of catalog.operatorsByName.get(name) ?? []) {
    if (schema === undefined ? !catalog.searchPath.includes(entry.schema) : entry.schema !== schema) continue;
    if ((left === undefined) !== (entry.leftTypeOid === 0)) continue;
    overloads.push({ entry, types: left === undefined ? [entry.rightTypeOid] : [entry.leftTypeOid, entry.rightTypeOid] });
  }
  if (left === undefined) return choose(catalog, overloads, [right]);
  const same = assumeSame(left, right, catalog);
  const exact = overloads.filter(({ types }) => types[0] === same[0] && types[1] === same[1]);
  return exact.length > 0 ? [first(catalog, exact)] : choose(catalog, overloads, [left, right], true);
}

/** PostgreSQL first takes an untyped operand to have the type of the other one. */
function assumeSame(left: number, right: number, catalog: Catalog): readonly number[] {
  if (left === TYPE.unknown && right !== TYPE.unresolved) return [baseType(catalog, right), right];
  if (right === TYPE.unknown && left !== TYPE.unresolved) return [left, baseType(catalog, left)];
  return [left, right];
}

function choose<T extends { readonly schema: string }>(
  catalog: Catalog,
  overloads: readonly Overload<T>[],
  written: readonly number[],
  operands = false,
): readonly T[] {
  const exact = overloads.filter(({ types }) => types.every((type, index) => type === written[index]));
  if (exact.length > 0) return [first(catalog, exact)];
  const args = written.map((type) => (type === TYPE.unresolved ? type : baseType(catalog, type)));
  const fitting = overloads.filter(
    ({ types }) => types.every((type, index) => isImplicit(catalog, args[index] ?? 0, type)) && isConsistent(catalog, types, args),
  );
  if (fitting.length <= 1 || args.includes(TYPE.unresolved) || !args.every((type) => isFollowed(catalog, type))) {
    return fitting.map(({ entry }) => entry);
  }
  let best = mostPoints(fitting, (type, index) => type === args[index]);
  if (best.length > 1) best = mostPoints(best, (type, index) => type === args[index] || isPreferredFor(catalog, type, args[index] ?? 0));
  if (best.length > 1) best = byUnknowns(catalog, best, args);
  if (best.length > 1 && operands) best = polymorphicLast(best);
  return best.map(({ entry }) => entry);
}

/** Where a polymorphic array and its element are both declared, an array cannot be the element. */
function isConsistent(catalog: Catalog, types: readonly number[], args: readonly number[]): boolean {
  const hasArray = types.some((type, index) => ARRAYS.has(type) && isArray(catalog, args[index] ?? 0));
  return !hasArray || !types.some((type, index) => ELEMENTS.has(type) && isArray(catalog, args[index] ?? 0));
}

function isPreferredFor(catalog: Catalog, type: number, arg: number): boolean {
  return isPreferred(catalog, type) && catalog.types.get(type)?.category === catalog.types.get(arg)?.category;
}

/** Types of extensions bring casts of their own, which the rules here do not know. */
function isFollowed(catalog: Catalog, oid: number): boolean {
  if (oid === TYPE.unknown) return true;
  const type = catalog.types.get(oid);
  return type !== undefined && (type.kind !== 'base' || isBuiltin(type) || isCaseless(type));
}

function first<T extends { readonly schema: string }>(catalog: Catalog, overloads: readonly Overload<T>[]): T {
  const rank = (overload: Overload<T>): number => catalog.searchPath.indexOf(overload.entry.schema);
  return overloads.reduce((a, b) => (rank(b) < rank(a) ? b : a)).entry;
}

function mostPoints<T>(overloads: readonly Overload<T>[], matches: (type: number, index: number) => boolean): readonly Overload<T>[] {
  const points = overloads.map(({ types }) => types.reduce((sum, type, index) => sum + (matches(type, index) ? 1 : 0), 0));
  const most = Math.max(...points);
  return overloads.filter((_overload, index) => points[index] === most);
}

/** An untyped argument is a string where any candidate takes one. */
function byUnknowns<T>(catalog: Catalog, overloads: readonly Overload<T>[], args: readonly number[]): readonly Overload<T>[] {
  let best = overloads;
  for (const [index, arg] of args.entries()) {
    if (arg !== TYPE.unknown) continue;
    const strings = best.filter(({ types }) => catalog.types.get(types[index] ?? 0)?.category === 'S');
    if (strings.length > 0) best = strings;
    const preferred = best.filter(({ types }) => isPreferred(catalog, types[index] ?? 0));
    if (preferred.length > 0 && strings.length > 0) best = preferred;
  }
  return best;
}

function polymorphicLast<T>(overloads: readonly Overload<T>[]): readonly Overload<T>[] {
  const concrete = overloads.filter(({ types }) => !types.some(isPolymorphic));
  return concrete.length === 1 ? concrete : overloads;
}

/** The result type that all candidates agree on, polymorphic ones resolved from the arguments. */
export function resultType(catalog: Catalog, candidates: readonly PgFunction[], args: readonly number[]): number {
  return agreed(candidates.map((entry) => resolvePolymorphic(catalog, entry.returnTypeOid, entry.argumentTypeOids, args)));
}

export function operatorResultType(catalog: Catalog, candidates: readonly PgOperator[], args: readonly number[]): number {
  return agreed(
    candidates.map((entry) => {
      const types = entry.leftTypeOid === 0 ? [entry.rightTypeOid] : [entry.leftTypeOid, entry.rightTypeOid];
      return resolvePolymorphic(catalog, entry.resultTypeOid, types, args);
    }),
  );
}

function agreed(oids: readonly number[]): number {
  const [one, ...others] = oids;
  return one !== undefined && others.every((oid) => oid === one) ? one : TYPE.unresolved;
}

const ARRAYS: ReadonlySet<number> = new Set([TYPE.anyarray, TYPE.anycompatiblearray]);
const ELEMENTS: ReadonlySet<number> = new Set([
  TYPE.anyelement,
  TYPE.anynonarray,
  TYPE.anyenum,
  TYPE.anycompatible,
  TYPE.anycompatiblenonarray,
]);

function resolvePolymorphic(catalog: Catalog, result: number, declared: readonly number[], args: readonly number[]): number {
  if (!isPolymorphic(result)) return result;
  const wantsArray = ARRAYS.has(result);
  const wantsElement = ELEMENTS.has(result);
  const found: number[] = [];
  for (const [index, parameter] of declared.entries()) {
    const arg = args[index];
    if (arg === undefined || arg === TYPE.unknown || arg === TYPE.unresolved) continue;
    const base = baseType(catalog, arg);
    if (parameter === result) found.push(base);
    else if (wantsElement && ARRAYS.has(parameter)) found.push(elementType(catalog, base));
    else if (wantsElement && (parameter === TYPE.anyrange || parameter === TYPE.anycompatiblerange)) {
      found.push(catalog.types.get(base)?.baseOid ?? TYPE.unresolved);
    } else if (wantsArray && ELEMENTS.has(parameter)) found.push(arrayOf(catalog, base));
  }
  return agreed(found);
}
