/**
 * json and jsonb from their text.
 *
 * Invariant: a reader that is called exact rounds no number; `json`, which is JavaScript's own, can.
 */
import { heldNumber } from './decimal.js';
import { missing, type RawValue } from './scalar.js';

/** Any value of JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Any value of JSON, without loss: an integer beyond ±(2^53 − 1) is a `bigint`, and any other number
 * that JavaScript would round is a string of its digits.
 */
export type ExactJsonValue = string | number | bigint | boolean | null | ExactJsonValue[] | { [key: string]: ExactJsonValue };

/** By `JSON.parse`, which rounds numbers. SQL NULL and JSON's `null` are both `null` in a nullable column. */
export function json<T = JsonValue>(value: RawValue): T;
export function json(value: RawValue): unknown {
  if (value == null) throw missing();
  const parsed: unknown = JSON.parse(value);
  return parsed;
}

/** Sixteen digits, or an exponent: without either, no number is rounded. */
const MAY_ROUND = /[\d.]{16}|\d[eE][+-]?\d+\s*(?:[,\]}]|$)/;

/** As `json`, but numbers are as `ExactJsonValue` says. */
export function exactJson<T = ExactJsonValue>(value: RawValue): T;
export function exactJson(value: RawValue): unknown {
  if (value == null) throw missing();
  return MAY_ROUND.test(value) ? readJson(value, exactNumber) : json(value);
}

/** A number that JavaScript holds, a bigint, or the digits. */
export function exactNumber(decimal: string): number | bigint | string {
  const number = heldNumber(decimal);
  if (/^-?\d+$/.test(decimal) && !Number.isSafeInteger(number)) return BigInt(decimal);
  return number ?? decimal;
}

/** A string, a bracket, or a number or word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|[^\s,:"[\]{}]+/g;

/** Reads JSON with a reader of one's own for its numbers, which is given each as it is written. */
export function readJson(text: string, numberOf: (decimal: string) => unknown): unknown {
  // Throws where it is no JSON, so that the tokens need no check.
  JSON.parse(text);
  const tokens = text.match(TOKEN) ?? [];
  let at = 0;
  const next = (): unknown => {
    const token = tokens[at++] ?? '';
    if (token === '[') {
      const list: unknown[] = [];
      while (tokens[at] !== ']') list.push(next());
      at++;
      return list;
    }
    if (token === '{') {
      const object: Record<string, unknown> = {};
      while (tokens[at] !== '}') {
        const key = String(next());
        const value = next();
        // As a definition, because assigning to `__proto__` is something else.
        if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
        else object[key] = value;
      }
      at++;
      return object;
    }
    if (token.startsWith('"') && !token.includes('\\')) return token.slice(1, -1);
    return /^["tfn]/.test(token) ? (JSON.parse(token) as unknown) : numberOf(token);
  };
  return next();
}
