/**
 * What a query takes as its filter.
 *
 * Invariant: an AuthorizeFilter exists only if its text passed `checkText`, or was put together
 * from texts that did, each within its own parentheses. The brand is a private field, which no
 * plain object, string or copy can have.
 */
import { encodeUnknown, type EncodedValue } from '../encode.js';
import { AuthorizeFilterError } from './error.js';

/** The bind message counts its parameters in 16 bits; more would wrap around. */
const MAX_VALUES = 65535;
/** How many renumbered texts a shape keeps: one for each number of parameters of the queries that use it. */
const KEPT_TEXTS = 16;

const KEY = Symbol('sqlward.filter');

/**
 * A checked text, cut at its placeholders, whose numbers follow from the query it joins.
 */
export class Shape {
  readonly #texts = new Map<number, string>();

  /**
   * @param parts the text around the placeholders.
   * @param indexes which value stands between two parts, from 0; one fewer than there are parts.
   */
  constructor(
    readonly parts: readonly string[],
    readonly indexes: readonly number[],
  ) {}

  text(offset: number): string {
    const kept = this.#texts.get(offset);
    if (kept !== undefined) return kept;
    let text = this.parts[0] ?? '';
    for (let i = 0; i < this.indexes.length; i++) text += `$${(this.indexes[i] ?? 0) + offset + 1}${this.parts[i + 1] ?? ''}`;
    if (this.#texts.size >= KEPT_TEXTS) this.#texts.clear();
    this.#texts.set(offset, text);
    return text;
  }
}

/** The library's own way to a filter: `values` belong to it from then on. */
export let makeFilter: (shape: Shape, values: readonly EncodedValue[], reason?: string) => AuthorizeFilter;
export let isFilter: (value: unknown) => value is AuthorizeFilter;
/** The filter's text and values apart, for those who put filters together. */
export let shapeOf: (filter: AuthorizeFilter) => Shape;
export let valuesOf: (filter: AuthorizeFilter) => readonly EncodedValue[];

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
    if (values.length > MAX_VALUES) {
      throw new AuthorizeFilterError(`a filter has ${values.length} values, and PostgreSQL takes ${MAX_VALUES}; pass a list as one array`);
    }
    this.#shape = shape;
    this.#values = Object.freeze(values);
    this.reason = reason;
    Object.freeze(this);
  }

  static {
    makeFilter = (shape, values, reason) => new AuthorizeFilter(KEY, shape, values, reason);
    isFilter = (value) => typeof value === 'object' && value !== null && #shape in value;
    shapeOf = (filter) => filter.#shape;
    valuesOf = (filter) => filter.#values;
  }
}

/** Throws AuthorizeFilterError for anything but a filter, and says what it got. */
export function requireFilter(value: unknown): AuthorizeFilter {
  if (isFilter(value)) return value;
  throw new AuthorizeFilterError(`expected a filter made by authorize, and got ${describe(value)}`);
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
