/**
 * What is known of an expression before it runs: its type, why it may be NULL, and where it comes
 * from. `typeOid` is 0 where the type could not be followed, and then nothing is concluded from it.
 */
import type { CatalogColumn, Relation } from '../../catalog/index.js';
import { NONE, union, UNKNOWN_REASONS, type Reasons } from './reason.js';
import { TYPE } from './types.js';

/** A column of a relation, passed on unchanged. */
export interface Origin {
  readonly relation: Relation;
  readonly column: CatalogColumn;
}

/** One column held to one value. */
export interface Held {
  readonly index: number;
  /** The value may be NULL, as with IS NULL: several rows can have it unless the key says otherwise. */
  readonly nullSafe: boolean;
}

/** Whether at most one row has the values that the columns are held to. */
export type HeldToOne = (held: readonly Held[]) => boolean;

/** One entry of a FROM list; compared by identity. */
export interface Source {
  readonly relation: Relation | undefined;
  /** `ctid` and its like can be selected. */
  readonly systemColumns: boolean;
  /** The source gives at most one row for each combination of the rows it depends on. */
  readonly atMostOne: boolean;
  /** For `atMostOne` and `heldToOne`, a LATERAL item: the sources that its rows are computed from. */
  readonly dependsOn: readonly Source[];
  /** Of rows that a query makes: how columns held to one value each bound them, by the keys of what it reads. */
  readonly heldToOne: HeldToOne | undefined;
  /** A relation that the catalog does not list: its columns are not known. */
  readonly opaque: boolean;
  /** The WITH entry that it reads, by name. */
  readonly entry: string | undefined;
  /** A function of a scalar type: its whole row is the value itself. */
  readonly scalar: boolean;
}

/**
 * Whether an array's elements may be NULL: `assumed` not to be in a stored column, by convention;
 * that is a decoder's promise, not a proof.
 */
export type Elements = 'notNull' | 'assumed' | 'nullable';

export interface Value {
  readonly typeOid: number;
  /** NULL only where one of these holds. */
  readonly reasons: Reasons;
  /** Where the value is not NULL, none of these holds. */
  readonly strictIn: Reasons;
  readonly elements: Elements;
  /** Of an array: as declared or written, 0 where nothing says so. */
  readonly dimensions: number;
  readonly origin: Origin | undefined;
  /** The nullability in its own row source, whatever joins and conditions above do. */
  readonly nullableWhenPresent: boolean;
  /** The columns of a row value, where they are known. */
  readonly fields: readonly Field[] | undefined;
  /** The row sources that it is computed from. */
  readonly sources: readonly Source[];
  /** It may differ between two evaluations over the same rows. */
  readonly volatile: boolean;
}

export interface Field {
  readonly name: string;
  readonly value: Value;
}

export const NO_SOURCES: readonly Source[] = [];

const PLAIN: Value = {
  typeOid: TYPE.unresolved,
  reasons: NONE,
  strictIn: NONE,
  elements: 'nullable',
  dimensions: 0,
  origin: undefined,
  nullableWhenPresent: false,
  fields: undefined,
  sources: NO_SOURCES,
  volatile: false,
};

/** A value that is never NULL. */
export function notNull(typeOid: number): Value {
  return { ...PLAIN, typeOid };
}

/** A value of which nothing is proven. */
export function unknownValue(typeOid: number = TYPE.unresolved): Value {
  return { ...PLAIN, typeOid, reasons: UNKNOWN_REASONS, nullableWhenPresent: true };
}

/** A value computed from others: their sources, and NULL for the reasons given. */
export function computed(typeOid: number, from: readonly Value[], reasons: Reasons, strictIn: Reasons = NONE): Value {
  return {
    ...PLAIN,
    typeOid,
    reasons,
    strictIn,
    nullableWhenPresent: reasons.length > 0,
    sources: sourcesOf(from),
    volatile: from.some((value) => value.volatile),
  };
}

export function sourcesOf(values: readonly Value[]): readonly Source[] {
  let all: readonly Source[] = NO_SOURCES;
  for (const { sources } of values) {
    if (all.length === 0) all = sources;
    else {
      const added = sources.filter((source) => !all.includes(source));
      if (added.length > 0) all = [...all, ...added];
    }
  }
  return all;
}

export function isNullable(value: Value): boolean {
  return value.reasons.length > 0;
}

/** The elements of one of several arrays. */
export function worst(elements: readonly Elements[]): Elements {
  if (elements.includes('nullable')) return 'nullable';
  return elements.includes('assumed') ? 'assumed' : 'notNull';
}

/** The same value with further reasons to be NULL, each of which makes it NULL. */
export function withReasons(value: Value, reasons: Reasons): Value {
  if (reasons.length === 0) return value;
  return { ...value, reasons: union(value.reasons, reasons), strictIn: union(value.strictIn, reasons) };
}
