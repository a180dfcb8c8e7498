/**
 * What a query takes as its filter.
 *
 * Invariant: an AuthorizeFilter exists only if its text passed `checkText`, or was put together
 * from texts that did, each within its own parentheses. The brand is a private field, which no
 * plain object, string or copy can have; other copies of this library ask the one that made the
 * filter, and check its text again.
 */
import { encodeUnknown, type EncodedValue } from '../encode.js';
import { AuthorizeFilterError } from './error.js';
import { sharedMaker, type FilterContent, type FilterMaker } from './registry.js';
import { shapeOfContent, type Shape } from './shape.js';

/** The bind message counts its parameters in 16 bits; more would wrap around. */
const MAX_VALUES = 65535;

const KEY = Symbol('sqlward.filter');
/** Says what an object of another copy is meant to be, for messages only. */
const MARK = Symbol.for('sqlward.filter');

let construct: (shape: Shape, values: readonly EncodedValue[], reason: string | undefined) => AuthorizeFilter;
let isOwn: (value: unknown) => value is AuthorizeFilter;
let ownShape: (filter: AuthorizeFilter) => Shape;
let ownValues: (filter: AuthorizeFilter) => readonly EncodedValue[];

/**
 * A condition with its values. Only `authorize` makes one; an instance never changes, and may be
 * kept and used for any number of queries.
 */
export class AuthorizeFilter {
  readonly #shape: Shape;
  readonly #values: readonly EncodedValue[];
  /** Why every row is allowed, where `authorize.unrestricted` made the filter. */
  readonly reason: string | undefined;

  private constructor(key: symbol, shape: Shape, values: readonly EncodedValue[], reason: string | undefined) {
    // The constructor is reachable from an instance; its key is not.
    if (key !== KEY) throw new AuthorizeFilterError('only authorize makes a filter');
    this.#shape = shape;
    this.#values = Object.freeze(values);
    this.reason = reason;
    Object.freeze(this);
  }

  static {
    Object.defineProperty(this.prototype, MARK, { value: true });
    construct = (shape, values, reason) => new AuthorizeFilter(KEY, shape, values, reason);
    isOwn = (value): value is AuthorizeFilter => typeof value === 'object' && value !== null && #shape in value;
    ownShape = (filter) => filter.#shape;
    ownValues = (filter) => filter.#values;
  }
}

const own: FilterMaker = {
  make: (content) =>
    construct(shapeOfContent(content), Array.from(content.values), content.reason === undefined ? undefined : String(content.reason)),
  read: (value) => {
    if (!isOwn(value)) return undefined;
    const { parts, indexes } = ownShape(value);
    return Object.freeze({ parts, indexes, values: ownValues(value), reason: value.reason });
  },
};
const maker = sharedMaker(own);
const isFirst = maker === own;

/** The library's own way to a filter: `values` belong to it from then on. */
export function makeFilter(shape: Shape, values: readonly EncodedValue[], reason?: string): AuthorizeFilter {
  if (values.length > MAX_VALUES) {
    throw new AuthorizeFilterError(`a filter has ${values.length} values, and PostgreSQL takes ${MAX_VALUES}; pass a list as one array`);
  }
  if (isFirst) return construct(shape, values, reason);
  try {
    return requireFilter(maker.make({ parts: shape.parts, indexes: shape.indexes, values, reason }));
  } catch (cause) {
    throw new AuthorizeFilterError('the copy of sqlward that was loaded first does not take the filter; install one version for all', {
      cause,
    });
  }
}

export function isFilter(value: unknown): value is AuthorizeFilter {
  return isOwn(value) || (!isFirst && maker.read(value) !== undefined);
}

/** The filter's text and values apart, for those who put filters together. */
export function shapeOf(filter: AuthorizeFilter): Shape {
  return isOwn(filter) ? ownShape(filter) : shapeOfContent(foreign(filter));
}

export function valuesOf(filter: AuthorizeFilter): readonly EncodedValue[] {
  return isOwn(filter) ? ownValues(filter) : foreign(filter).values;
}

function foreign(filter: AuthorizeFilter): FilterContent {
  const content = maker.read(filter);
  if (content === undefined) throw new AuthorizeFilterError('only authorize makes a filter');
  return content;
}

/** Throws AuthorizeFilterError for anything but a filter, and says what it got. */
export function requireFilter(value: unknown): AuthorizeFilter {
  if (isFilter(value)) return value;
  if (isOfAnotherCopy(value)) {
    throw new AuthorizeFilterError(
      'the filter is of another copy of sqlward, of a version that this one does not know; install one version for all (`npm ls sqlward` lists them)',
    );
  }
  throw new AuthorizeFilterError(`expected a filter made by authorize, and got ${describe(value)}`);
}

function isOfAnotherCopy(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof AuthorizeFilter) && MARK in value;
}

/**
 * The filter's text for a statement that has `offset` parameters of its own: its placeholders are
 * `$offset+1` and so on. It may end in a comment, so a line feed must stand before whatever
 * follows. Throws AuthorizeFilterError for anything but a filter.
 */
export function filterText(filter: AuthorizeFilter, offset: number): string {
  return shapeOf(requireFilter(filter)).text(offset);
}

/** The values of the filter's placeholders in order, as text or bytes. Throws as `filterText` does. */
export function filterValues(filter: AuthorizeFilter): readonly EncodedValue[] {
  return valuesOf(requireFilter(filter));
}

/** A value as it is bound; `place` names it in the error, an AuthorizeFilterError. */
export function encodeFilterValue(value: unknown, place: string): EncodedValue {
  if (isFilter(value)) {
    throw new AuthorizeFilterError(`${place} is a filter; authorize.sql and authorize.and nest filters`);
  }
  try {
    return encodeUnknown(value);
  } catch (cause) {
    throw new AuthorizeFilterError(`${place} cannot be bound: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Throws where a placeholder that is the whole condition has a value that is no boolean: `'yes'` would be true. */
export function refuseLoneValue(value: unknown): void {
  if (typeof value === 'boolean' || value === null) return;
  throw new AuthorizeFilterError('the filter is refused: it is one value and nothing else, and the value is no boolean');
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  return typeof value === 'object' ? 'an object' : typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
