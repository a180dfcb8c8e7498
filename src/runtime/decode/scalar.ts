/**
 * Decoders of single values from PostgreSQL's text format.
 *
 * Invariant of every decoder: what it returns is the value that the server sent, exactly, or it
 * throws a `ValueError`. None looks at an OID, at `pg.types`, or at the process's time zone.
 */
import { ValueError } from '../errors.js';

/** A raw value as a row holds it. */
export type RawValue = string | null | undefined;

/** Any value of JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

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
 * An enum's label. A label that the type did not have when the code was generated passes too, so
 * that `ALTER TYPE … ADD VALUE` breaks no running service.
 */
export function label<Label extends string>(value: RawValue): Label;
export function label(value: RawValue): string {
  return text(value);
}

/** int2, int4, oid, float4 and float8; `NaN` and the infinities are numbers too. */
export function number(value: RawValue): number {
  if (value == null) throw missing();
  const result = +value;
  if ((result !== result && value !== 'NaN') || value === '') throw malformed(value, 'a number');
  return result;
}

/** int8 as a `number`. @throws ValueError beyond ±(2^53 − 1), instead of rounding. */
export function safeInteger(value: RawValue): number {
  if (value == null) throw missing();
  const result = +value;
  if (!Number.isSafeInteger(result) || value === '') throw malformed(value, 'an integer within ±(2^53 − 1)');
  return result;
}

/** int8 as a `bigint`. */
export function bigint(value: RawValue): bigint {
  if (value == null) throw missing();
  if (!/^-?\d+$/.test(value)) throw malformed(value, 'an integer');
  return BigInt(value);
}

export function boolean(value: RawValue): boolean {
  if (value === 't') return true;
  if (value === 'f') return false;
  if (value == null) throw missing();
  throw malformed(value, 'a boolean');
}

/**
 * json and jsonb, by `JSON.parse`: a number beyond a double's precision is rounded, as everywhere
 * in JavaScript. SQL NULL and JSON's `null` are both `null` in a nullable column.
 */
export function json<T = JsonValue>(value: RawValue): T;
export function json(value: RawValue): unknown {
  if (value == null) throw missing();
  const parsed: unknown = JSON.parse(value);
  return parsed;
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
  for (let at = 0; at < value.length; ) {
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
