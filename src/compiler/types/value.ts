/**
 * What is known of an expression before it runs: its type, why it may be NULL, and where it comes
 * from.
 */
import type { TableColumn } from '../../catalog/index.js';
import { eitherOf, type JsonSlot } from '../json-shape.js';
import { freshener, NONE, union, unionAll, UNKNOWN_REASONS, without, type Reason, type Reasons } from './reason.js';

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
  /** Of an array: as declared or written, `ANY_DEPTH` where it may be one or another, 0 where nothing says so. Of other values it means nothing. */
  readonly dimensions: number;
  /** The column that it is, passed on unchanged. */
  readonly origin: TableColumn | undefined;
  /** The fields of a row value by their numbers, where they are known. */
  readonly fields: Fields | undefined;
  /** The names of the fields of a row whose type has none, in their order. */
  readonly fieldNames: readonly string[] | undefined;
  /** What JSON it is, or an array's elements are, where the query makes it; a NULL of SQL aside. */
  readonly json: JsonSlot | undefined;
}

export type Fields = ReadonlyMap<number, Value>;

const PLAIN: Value = {
  typeOid: 0,
  reasons: NONE,
  strictIn: NONE,
  elements: 'nullable',
  dimensions: 0,
  origin: undefined,
  fields: undefined,
  fieldNames: undefined,
  json: undefined,
};

/** A value that is never NULL. */
export function notNull(typeOid: number): Value {
  return { ...PLAIN, typeOid };
}

/** A value of which nothing is proven. */
export function unknownValue(typeOid = 0): Value {
  return { ...PLAIN, typeOid, reasons: UNKNOWN_REASONS };
}

/** A value that is NULL for the reasons given. */
export function computed(typeOid: number, reasons: Reasons, strictIn: Reasons = NONE): Value {
  return { ...PLAIN, typeOid, reasons, strictIn };
}

/** A value that is NULL where an operand is, and for reasons of its own. */
export function strict(typeOid: number, operands: readonly Value[], own: Reasons = NONE): Value {
  const [reasons, strictIn] = [operands.map((operand) => operand.reasons), operands.map((operand) => operand.strictIn)];
  return computed(typeOid, union(unionAll(reasons), own), union(unionAll(strictIn), own));
}

export function isNullable(value: Value): boolean {
  return value.reasons.length > 0;
}

/** Of an array that is not known to have the depth that it is declared with. */
export const ANY_DEPTH = Infinity;

/** The depth of one of several arrays; a NULL has none. */
export function eitherDepth(values: readonly Value[]): number {
  const depths = values.flatMap(({ dimensions }) => (dimensions === 0 ? [] : [dimensions]));
  return new Set(depths).size > 1 ? ANY_DEPTH : (depths[0] ?? 0);
}

/** The elements of one of several arrays. */
export function worst(elements: readonly Elements[]): Elements {
  if (elements.includes('nullable')) return 'nullable';
  return elements.includes('assumed') ? 'assumed' : 'notNull';
}

/** What is in an array over values: over arrays it is one that is deeper. */
export function arrayOver(values: readonly Value[], ofArrays: boolean): Pick<Value, 'elements' | 'dimensions'> {
  if (ofArrays) return { elements: worst(values.map(({ elements }) => elements)), dimensions: 1 + (eitherDepth(values) || 1) };
  return { elements: values.some(isNullable) ? 'nullable' : 'notNull', dimensions: Math.min(1, values.length) };
}

/** The same value with further reasons to be NULL, each of which makes it NULL. */
export function withReasons(value: Value, reasons: Reasons): Value {
  if (reasons.length === 0) return value;
  return { ...value, reasons: union(value.reasons, reasons), strictIn: union(value.strictIn, reasons) };
}

/** The same value where the reasons are ruled out. */
export function withoutReasons(value: Value, ruledOut: ReadonlySet<Reason>): Value {
  const reasons = without(value.reasons, ruledOut);
  return reasons === value.reasons ? value : { ...value, reasons };
}

/** The values of one use of a row source, told apart from those of its other uses. */
export function freshValues(values: readonly Value[]): readonly Value[] {
  const fresh = freshener();
  return values.map((value) => ({ ...value, reasons: fresh(value.reasons), strictIn: fresh(value.strictIn) }));
}

/** The JSON of a value that is one of several. */
export function eitherJson(values: readonly Value[]): JsonSlot | undefined {
  const slots = values.flatMap(({ json }) => json ?? []);
  return slots.length === values.length && slots.length > 0 ? eitherOf(slots) : undefined;
}

/** What is in a value that is one of several. */
export function eitherContent(values: readonly Value[]): Pick<Value, 'elements' | 'dimensions' | 'json'> {
  return { elements: worst(values.map(({ elements }) => elements)), dimensions: eitherDepth(values), json: eitherJson(values) };
}
