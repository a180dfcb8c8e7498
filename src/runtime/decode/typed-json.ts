/**
 * JSON whose shape is known when code is generated.
 *
 * Invariant: a number whose type JavaScript's numbers cannot hold is read from its own digits.
 */
import { ValueError } from '../errors.js';
import { exactNumber, readJson } from './json.js';
import { malformed, missing, type RawValue } from './scalar.js';

/**
 * What of a JSON value is more than `JSON.parse` gives: a decoder of a scalar's text, `0` for any
 * scalar as it is, `[part]` for each member of an array or object, and named members. `[part, 1]`
 * has no NULL among its members. Of a value of several kinds: what a number, a text, an object, an array is.
 */
export type JsonParts = ((text: string) => unknown) | 0 | readonly [JsonParts, 1?] | JsonKinds | { readonly [key: string]: JsonParts };

/** What is more of a number, of a text, of an object and of an array, in this order. */
export type JsonKinds = readonly [JsonParts | undefined, JsonParts | undefined, JsonParts | undefined, JsonParts | undefined];

/** A number's digits, where JavaScript might read them otherwise. */
class Digits {
  constructor(readonly text: string) {}
}

/** An integer that a number may not hold, if it is one and no part of a text. */
const LONG = /\d{16}/;

/**
 * @param mode 1 where digits behind a point count, as those of a numeric; 2 where they count in all numbers
 * @throws ValueError where a part is not what its decoder reads
 */
export function typedJson<T>(value: RawValue, parts: JsonParts, mode?: 1 | 2): T;
export function typedJson(value: RawValue, parts: JsonParts, mode: 0 | 1 | 2 = 0): unknown {
  if (value == null) throw missing();
  if (mode === 0 && !LONG.test(value)) return typed(JSON.parse(value), parts);
  return typed(
    readJson(value, (decimal) => new Digits(decimal)),
    parts,
    mode === 2 ? exactNumber : Number,
  );
}

/** `rest` reads the numbers that no part names; without it they are read. */
function typed(value: unknown, parts: JsonParts | undefined, rest?: (decimal: string) => unknown): unknown {
  if (value === null) return null;
  if (isKinds(parts)) return typed(value, typeof value === 'boolean' ? undefined : parts[kindOf(value)], rest);
  if (typeof parts === 'function') return parts(scalarText(value));
  if (typeof value !== 'object' || value instanceof Digits) {
    if (parts !== undefined && parts !== 0) throw malformed(scalarText(value), 'an array or object');
    return value instanceof Digits ? rest?.(value.text) : value;
  }
  if (parts === 0) throw malformed(JSON.stringify(value), 'a single value; is an array of another depth than it is declared with?');
  const members = value as Record<string, unknown>;
  const each = isEach(parts);
  for (const key of Object.keys(parts === undefined || each || rest ? members : parts)) {
    if (!Object.hasOwn(members, key)) continue;
    if (each && parts[1] === 1 && members[key] === null) throw new ValueError('NULL element, but elements are declared not null');
    const part = each ? parts[0] : parts !== undefined && Object.hasOwn(parts, key) ? parts[key] : undefined;
    members[key] = typed(members[key], part, rest);
  }
  return value;
}

function isKinds(parts: JsonParts | undefined): parts is JsonKinds {
  return Array.isArray(parts) && parts.length === 4;
}

/** Which of the four kinds a value is. */
function kindOf(value: unknown): 0 | 1 | 2 | 3 {
  if (typeof value !== 'object' || value instanceof Digits) return typeof value === 'string' ? 1 : 0;
  return Array.isArray(value) ? 3 : 2;
}

function isEach(parts: Exclude<JsonParts, 0 | JsonKinds | ((text: string) => unknown)> | undefined): parts is readonly [JsonParts, 1?] {
  return Array.isArray(parts);
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Digits) return value.text;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  throw malformed(String(JSON.stringify(value)), 'a number or text');
}
