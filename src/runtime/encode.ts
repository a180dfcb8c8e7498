/**
 * JavaScript values in PostgreSQL's text form.
 *
 * Invariant: nothing is guessed. A value without one clear text (undefined, NaN in JSON, an
 * instance of some class, a symbol) throws a TypeError, so that a forgotten value never reaches
 * the server as NULL or as an empty object, and no result depends on the process's time zone.
 */
import { className, filterJson, isPlainObject } from './exact-json.js';

/** What reaches the wire: text, or bytes for a bytea, or NULL. */
export type EncodedValue = string | Uint8Array | null;

/** The minute of the last date, since 1970, and its text: most dates that a service binds are near to one another. */
let lastMinute = NaN;
let lastMinuteText = '';

/**
 * A date as ISO 8601 in UTC, with PostgreSQL's spelling of the years that JavaScript spells with
 * a sign: `10000-01-01T00:00:00.000Z`, `0044-03-15T00:00:00.000Z BC`. Throws TypeError for an
 * invalid date.
 */
export function encodeDate(date: Date): string {
  const time = date.getTime();
  if (Number.isNaN(time)) throw new TypeError('an invalid Date cannot be bound');
  const minute = Math.floor(time / 60_000);
  if (minute !== lastMinute) {
    const iso = date.toISOString();
    if (iso.length !== PLAIN.length || iso.startsWith('0000')) return encodeIso(iso);
    lastMinute = minute;
    lastMinuteText = iso.slice(0, PLAIN.indexOf('00.'));
  }
  const milliseconds = time - minute * 60_000;
  return `${lastMinuteText}${String(Math.floor(milliseconds / 1000)).padStart(2, '0')}.${String(milliseconds % 1000).padStart(3, '0')}Z`;
}

const PLAIN = '1970-01-01T00:00:00.000Z';

/** A text of ISO 8601 with PostgreSQL's spelling of its year; JavaScript's are `+012345-01-01…`, `-000043-03-15…`, `0000-…`. */
export function encodeIso(iso: string): string {
  if (iso.charCodeAt(0) >= 48 && !iso.startsWith('0000')) return iso;
  const [, years, rest = ''] = /^([+-]\d{6}|0000)(-.*)$/.exec(iso) ?? [];
  if (years === undefined) return iso;
  const year = Number(years);
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

/**
 * An array literal, `{"a",NULL,{"b"}}`. Inner arrays become dimensions; `encodeElement` gives an
 * element's text, or null for NULL. Every element is quoted, so none can be read as NULL, as a
 * brace or as a delimiter. Throws TypeError for an undefined element.
 */
export function encodeArray(value: readonly unknown[], encodeElement: (element: unknown) => string | null, delimiter = ','): string {
  let text = '{';
  for (let i = 0; i < value.length; i++) {
    if (i > 0) text += delimiter;
    const element = value[i];
    if (element === undefined) throw new TypeError(`element ${i} of an array is undefined; NULL is written as null`);
    if (Array.isArray(element)) {
      text += encodeArray(element, encodeElement, delimiter);
      continue;
    }
    const encoded = element === null ? null : encodeElement(element);
    text += encoded === null ? 'NULL' : quoteElement(encoded);
  }
  return text + '}';
}

/** A bytea's text form, `\x1f`. */
export function encodeBytes(bytes: Uint8Array): string {
  return '\\x' + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * A value whose PostgreSQL type is not known: the text that the server reads as the type that the
 * statement's context gives. Arrays become array literals, plain objects JSON, dates ISO in UTC;
 * bytes stay bytes. Throws TypeError for what has no clear text.
 */
export function encodeUnknown(value: unknown): EncodedValue {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('a text has half of a surrogate pair, which PostgreSQL cannot hold');
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return encodeArray(value, encodeUnknownElement);
      if (value instanceof Date) return encodeDate(value);
      // A copy: what is bound is what was there when it was passed.
      if (value instanceof Uint8Array) return Uint8Array.from(value);
      if (isPlainObject(value)) return filterJson(value);
      throw new TypeError(`an instance of ${className(value)} has no PostgreSQL text; convert it first`);
    case 'undefined':
      throw new TypeError('a value is undefined; NULL is written as null');
    default:
      throw new TypeError(`a ${typeof value} cannot be bound`);
  }
}

function encodeUnknownElement(element: unknown): string | null {
  const encoded = encodeUnknown(element);
  return encoded instanceof Uint8Array ? encodeBytes(encoded) : encoded;
}

/** A text within a structure: in double quotes, its quotes and backslashes escaped. */
export function quoteElement(text: string): string {
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
