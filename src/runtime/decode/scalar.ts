/**
 * Decoders of single values from PostgreSQL's text format.
 *
 * Invariant of every decoder: what it returns is the value that the server sent, exactly, or it
 * throws a `ValueError`. None looks at an OID, at `pg.types`, or at the process's time zone.
 */
import { ValueError } from '../errors.js';

/** A raw value as a row holds it. */
export type RawValue = string | null | undefined;

/** The error for a NULL where the column is declared not null. */
export function missing(): ValueError {
  return new ValueError('NULL, but it is declared not null');
}

/** The error for a text that is not of the expected type; long texts are cut. */
export function malformed(text: string, expected: string): ValueError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new ValueError(`${JSON.stringify(shown)} is not ${expected}`);
}

/** Any type in its text form. */
export function text(value: RawValue): string {
  if (value == null) throw missing();
  return value;
}

/**
 * An enum's label. With its labels, one that the type did not have when the code was generated is
 * refused; without, it passes, so that `ALTER TYPE … ADD VALUE` breaks no running service.
 */
export function label<Label extends string>(value: RawValue, labels: readonly Label[]): Label;
export function label<Label extends string>(value: RawValue): Label;
export function label(value: RawValue, labels?: readonly string[]): string {
  if (value == null) throw missing();
  // The list's own string, so that a row does not keep a copy of it.
  const known = labels?.[labels.indexOf(value)];
  if (known !== undefined) return known;
  if (labels === undefined) return value;
  throw malformed(value, `one of the labels ${labels.join(', ')}; generate the code again, or set unknown_labels to pass`);
}

/** A float of PostgreSQL's is written in 15 characters, or it may have come to be of another type. */
const SURELY_FLOAT = 15;

/** The digits of any float8, which writes no more than 17, and none of 10^15 and beyond without an exponent. */
const FLOAT = /^-?(?:\d{1,15}(?:\.\d+)?|\d(?:\.\d+)?e[+-]\d+|Infinity|NaN)$/;

/** float4 and float8; `NaN` and the infinities are numbers too. @throws ValueError where the text has more digits than a float. */
export function number(value: RawValue): number {
  if (value == null) throw missing();
  const result = +value;
  if ((result !== result && value !== 'NaN') || !looksDecimal(value)) throw malformed(value, 'a number');
  if (value.length > SURELY_FLOAT && (!FLOAT.test(value) || significantDigits(value) > 17))
    throw malformed(value, 'a float; it would be rounded');
  // What the largest are rounded to is beyond them.
  if (value.length > 9 && !Number.isFinite(result)) throw malformed(value, 'a float as it was; set extra_float_digits to 1');
  return result;
}

/** What JavaScript takes for numbers besides: spaces, and digits of other bases. */
function looksDecimal(value: string): boolean {
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(value.length - 1);
  return first > 44 && last > 44 && (first !== 48 || value.length === 1 || value.charCodeAt(1) === 46);
}

function significantDigits(value: string): number {
  return value.replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '').length;
}

/** Digits of which any number is exact. */
const SAFE_DIGITS = 15;

/** int2, int4, oid, and int8 as a `number`. @throws ValueError beyond ±(2^53 − 1), instead of rounding. */
export function safeInteger(value: RawValue): number {
  if (value == null) throw missing();
  const start = value.charCodeAt(0) === 45 ? 1 : 0;
  if (value.length - start > SAFE_DIGITS || value.length === start) return largeInteger(value);
  let result = 0;
  for (let at = start; at < value.length; at++) {
    const digit = value.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) throw malformed(value, INTEGER);
    result = result * 10 + digit;
  }
  return start === 0 ? result : 0 - result;
}

const INTEGER = 'an integer within ±(2^53 − 1)';

function largeInteger(value: string): number {
  const result = Number(value);
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(result)) throw malformed(value, INTEGER);
  return result;
}

/** int8 as a `bigint`. */
export function bigint(value: RawValue): bigint {
  if (value == null) throw missing();
  if (!/^-?\d+$/.test(value)) throw malformed(value, 'an integer');
  return BigInt(value);
}

/** `t` and `f`. */
export function boolean(value: RawValue): boolean {
  if (value === 't') return true;
  if (value === 'f') return false;
  if (value == null) throw missing();
  throw malformed(value, 'a boolean');
}

/** bytea, in either of the server's formats (`bytea_output`). */
export function bytea(value: RawValue): Buffer {
  if (value == null) throw missing();
  if (value.startsWith('\\x')) {
    const bytes = Buffer.from(value.slice(2), 'hex');
    // Buffer stops at the first pair that is not hexadecimal, so that only the length can tell.
    if (bytes.length * 2 !== value.length - 2) throw malformed(value, 'a bytea');
    return bytes;
  }
  return escapedBytes(value);
}

/** `bytea_output = escape`: printable ASCII as it is, `\\` for a backslash, and `\ooo` for the rest. */
function escapedBytes(value: string): Buffer {
  const bytes = Buffer.allocUnsafe(value.length);
  let length = 0;
  for (let at = 0; at < value.length;) {
    const code = value.charCodeAt(at);
    if (code !== 92) {
      if (code > 126) throw malformed(value, 'a bytea');
      bytes[length++] = code;
      at++;
    } else if (value.charCodeAt(at + 1) === 92) {
      bytes[length++] = 92;
      at += 2;
    } else {
      const octal = value.slice(at + 1, at + 4);
      if (!/^[0-3][0-7]{2}$/.test(octal)) throw malformed(value, 'a bytea');
      bytes[length++] = parseInt(octal, 8);
      at += 4;
    }
  }
  return bytes.subarray(0, length);
}
