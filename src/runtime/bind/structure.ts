/**
 * Arrays, ranges and composites to PostgreSQL's text.
 *
 * Invariant: whatever the parts hold, the server reads back exactly these parts: every text inside
 * of a structure is quoted and escaped, and NULL alone is not.
 */
import type { Range } from '../decode/range.js';
import { encodeBytes, quoteElement } from '../encode.js';
import { ValueError } from '../errors.js';

/** What a part may be without an encoder: whatever has one obvious text. */
export type PlainPart = string | number | bigint | boolean | Uint8Array | null | undefined;

/** Turns one part into what has an obvious text; `null` and `undefined` are NULL. */
export type PartEncoder<T> = (value: T) => PlainPart;

/** Parts nested to any depth; PostgreSQL refuses arrays whose rows differ in length. */
export type Nested<T> = readonly (T | Nested<T>)[];

/**
 * An array. Without an encoder it is nested as the value is; with one it has the depth
 * `dimensions`, 1 by default, so that an array can be an element too (of `jsonb[]`, by `bindJson`).
 * @param delimiter `;` for box, `,` for every other built-in type.
 * @throws ValueError where a value is nested less deep at one place than at another.
 */
export function bindArray(values: Nested<PlainPart> | null | undefined, element?: undefined, delimiter?: string): string | null;
export function bindArray<T>(
  values: readonly (T | null | undefined)[] | null | undefined,
  element: PartEncoder<T>,
  delimiter?: string,
  dimensions?: 1,
): string | null;
export function bindArray<T>(
  values: Nested<T | null | undefined> | null | undefined,
  element: PartEncoder<T>,
  delimiter: string,
  dimensions: number,
): string | null;
export function bindArray<T>(
  values: Nested<T | PlainPart> | null | undefined,
  element?: PartEncoder<T>,
  delimiter = ',',
  dimensions = 1,
): string | null {
  if (values == null) return null;
  if (element !== undefined) return list(values, element, dimensions, delimiter);
  return list<PlainPart>(values as Nested<PlainPart>, itself, depthOf(values), delimiter);
}

/** A range; a bound of `null` is no bound. The encoder is for bounds without an obvious text. */
export function bindRange(value: Range<PlainPart> | null | undefined): string | null;
export function bindRange<T>(value: Range<T> | null | undefined, bound: PartEncoder<T>): string | null;
export function bindRange<T>(value: Range<T | PlainPart> | null | undefined, bound?: PartEncoder<T>): string | null {
  if (value == null) return null;
  return bound === undefined ? rangeText(value as Range<PlainPart>, itself) : rangeText(value as Range<T>, bound);
}

/** A multirange; the server sorts and merges the ranges. */
export function bindMultirange(value: readonly Range<PlainPart>[] | null | undefined): string | null;
export function bindMultirange<T>(value: readonly Range<T>[] | null | undefined, bound: PartEncoder<T>): string | null;
export function bindMultirange<T>(value: readonly Range<T | PlainPart>[] | null | undefined, bound?: PartEncoder<T>): string | null {
  if (value == null) return null;
  const ranges = value.map((range) =>
    bound === undefined ? rangeText(range as Range<PlainPart>, itself) : rangeText(range as Range<T>, bound),
  );
  return `{${ranges.join(',')}}`;
}

/** A composite from its attributes in order, each encoded by its own type already. */
export function bindComposite(attributes: readonly PlainPart[] | null | undefined): string | null {
  return attributes == null ? null : `(${attributes.map((part) => (part == null ? '' : partText(part))).join(',')})`;
}

/** bytea; the bytes are sent as they are. */
export function bindBytea(value: Uint8Array | null | undefined): Uint8Array | null {
  return value ?? null;
}

const NOT_EQUALLY_DEEP = 'an array whose rows are not equally deep';

function itself(value: PlainPart): PlainPart {
  return value;
}

function depthOf(values: readonly unknown[]): number {
  const [first] = values;
  return Array.isArray(first) ? 1 + depthOf(first) : 1;
}

function list<T>(values: Nested<T | PlainPart>, element: PartEncoder<T>, depth: number, delimiter: string): string {
  const items = values.map((value) => {
    if (depth > 1) {
      if (Array.isArray(value)) return list<T>(value as Nested<T>, element, depth - 1, delimiter);
      throw new ValueError(NOT_EQUALLY_DEEP);
    }
    const part = value == null ? null : element(value as T);
    return part == null ? 'NULL' : partText(part);
  });
  return `{${items.join(delimiter)}}`;
}

function rangeText<T>(range: Range<T>, bound: PartEncoder<T>): string {
  if (range.empty === true) return 'empty';
  const lower = range.lower === null ? null : bound(range.lower);
  const upper = range.upper === null ? null : bound(range.upper);
  const open = range.lowerInclusive ? '[' : '(';
  const close = range.upperInclusive ? ']' : ')';
  return `${open}${lower == null ? '' : partText(lower)},${upper == null ? '' : partText(upper)}${close}`;
}

/** One part of a structure; every structure reads a backslash in quotes as the escape of the next character. */
function partText(part: NonNullable<PlainPart>): string {
  if (typeof part === 'string') return quoteElement(part);
  if (part instanceof Uint8Array) return quoteElement(encodeBytes(part));
  if (typeof part !== 'object') return Object.is(part, -0) ? '-0' : String(part);
  // Beyond the types: an array that is deeper here than elsewhere, or what needs an encoder.
  throw new ValueError(Array.isArray(part) ? NOT_EQUALLY_DEEP : 'an object that has no text of its own');
}
