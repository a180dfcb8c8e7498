/**
 * Arrays from the text that `array_out` writes: `{1,2}`, `{"a b",NULL}`, `{{1,2},{3,4}}`,
 * `[0:1]={7,8}`.
 *
 * Invariant: a decoded array has exactly the declared depth (an empty array is `[]` at every
 * depth) unless any is declared, its elements in storage order; custom lower bounds are dropped, because a JavaScript array
 * begins at 0.
 *
 * Own code, because `postgres-array` takes any depth for any other, knows no delimiter but the
 * comma, and offers no place to refuse a NULL element.
 */
import { ValueError } from '../errors.js';
import { malformed, missing, type RawValue } from './scalar.js';

/** `T[]` for one dimension, `T[][]` for two, … and any of them for 0. PostgreSQL has at most six. */
export type ArrayOf<T, Dimensions extends number> = Dimensions extends 0
  ? Depths<T>[keyof Depths<T>]
  : Dimensions extends keyof Depths<T>
    ? Depths<T>[Dimensions]
    : never;

interface Depths<T> {
  1: T[];
  2: T[][];
  3: T[][][];
  4: T[][][][];
  5: T[][][][][];
  6: T[][][][][][];
}

/** Decodes one element from its text. */
export type ElementDecoder<T> = (text: string) => T;

/**
 * An array without NULL elements.
 * @param dimensions the depth that every non-empty value must have; 0 is any.
 * @param delimiter `;` for box, `,` for every other built-in type.
 * @throws ValueError at a NULL element, or at another depth.
 */
export function array<T, const Dimensions extends number = 1>(
  value: RawValue,
  element: ElementDecoder<T>,
  dimensions?: Dimensions,
  delimiter?: string,
): ArrayOf<T, Dimensions>;
export function array<T>(value: RawValue, element: ElementDecoder<T>, dimensions = 1, delimiter = ','): unknown[] {
  return decode<T, never>(value, element, refuseNull, dimensions, delimiter);
}

/** As `array`, but NULL elements are `null`. */
export function arrayOfNullable<T, const Dimensions extends number = 1>(
  value: RawValue,
  element: ElementDecoder<T>,
  dimensions?: Dimensions,
  delimiter?: string,
): ArrayOf<T | null, Dimensions>;
export function arrayOfNullable<T>(value: RawValue, element: ElementDecoder<T>, dimensions = 1, delimiter = ','): unknown[] {
  return decode<T, null>(value, element, allowNull, dimensions, delimiter);
}

function refuseNull(): never {
  throw new ValueError('NULL element, but elements are declared not null');
}

function allowNull(): null {
  return null;
}

function decode<T, Null>(
  value: RawValue,
  element: ElementDecoder<T>,
  onNull: () => Null,
  dimensions: number,
  delimiter: string,
): unknown[] {
  if (value == null) throw missing();
  if (value === '{}') return [];
  if (dimensions === 1 && value.charCodeAt(0) === Char.OpenBrace && isPlain(value)) {
    return plain(value, element, onNull, delimiter);
  }
  const start = value.charCodeAt(0) === Char.OpenBracket ? value.indexOf('=') + 1 : 0;
  const scanner = new Scanner(value, start, delimiter, element, onNull);
  const result = scanner.list(dimensions);
  if (scanner.at !== value.length) throw malformed(value, 'an array');
  return result;
}

const enum Char {
  DoubleQuote = 34,
  OpenBracket = 91,
  Backslash = 92,
  OpenBrace = 123,
  CloseBrace = 125,
}

/** Whether no element is quoted or nested; `array_out` quotes whatever needs it, so that a split is exact. */
function isPlain(value: string): boolean {
  return value.indexOf('"') < 0 && value.indexOf('{', 1) < 0 && value.indexOf('}') === value.length - 1;
}

function plain<T, Null>(value: string, element: ElementDecoder<T>, onNull: () => Null, delimiter: string): (T | Null)[] {
  const result: (T | Null)[] = [];
  for (let at = 1; at < value.length;) {
    let end = value.indexOf(delimiter, at);
    if (end < 0) end = value.length - 1;
    const text = value.slice(at, end);
    result.push(text === 'NULL' ? onNull() : element(text));
    at = end + 1;
  }
  return result;
}

/** Reads quoted and nested arrays; one for each value, because an element's decoder may itself read an array. */
class Scanner<T, Null> {
  constructor(
    private readonly value: string,
    /** The offset of the next character. */
    public at: number,
    private readonly delimiter: string,
    private readonly element: ElementDecoder<T>,
    private readonly onNull: () => Null,
  ) {}

  list(depth: number): unknown[] {
    const { value } = this;
    if (value.charCodeAt(this.at) !== Char.OpenBrace) throw this.wrongDepth();
    const result: unknown[] = [];
    do {
      this.at++;
      const nested = depth === 0 ? value.charCodeAt(this.at) === Char.OpenBrace : depth > 1;
      result.push(nested ? this.list(Math.max(0, depth - 1)) : this.item());
    } while (value.startsWith(this.delimiter, this.at));
    if (value.charCodeAt(this.at) !== Char.CloseBrace) throw malformed(value, 'an array');
    this.at++;
    return result;
  }

  private item(): T | Null {
    const { value } = this;
    const first = value.charCodeAt(this.at);
    if (first === Char.DoubleQuote) return this.element(this.quoted());
    if (first === Char.OpenBrace) throw this.wrongDepth();
    const start = this.at;
    let end = start;
    while (end < value.length && value.charCodeAt(end) !== Char.CloseBrace && !value.startsWith(this.delimiter, end)) end++;
    this.at = end;
    const text = value.slice(start, end);
    return text === 'NULL' ? this.onNull() : this.element(text);
  }

  /** In quotes a backslash stands before every quote and backslash. */
  private quoted(): string {
    const { value } = this;
    let result = '';
    let start = this.at + 1;
    for (let at = start; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code === Char.DoubleQuote) {
        this.at = at + 1;
        return result + value.slice(start, at);
      }
      if (code === Char.Backslash) {
        result += value.slice(start, at);
        start = ++at;
      }
    }
    throw malformed(value, 'an array');
  }

  private wrongDepth(): ValueError {
    return malformed(this.value, 'an array of the declared number of dimensions');
  }
}
