/** JavaScript values to the text of json and jsonb. */
import type { JsonValue } from '../decode/scalar.js';
import { ValueError } from '../errors.js';

/**
 * JSON's `null`, as a value to send: `bindJson(null)` is SQL NULL, and so is `undefined`. It can
 * also stand inside of an object or array, where a plain `null` does the same.
 */
export const jsonNull: JsonValue = Object.freeze(Object.create({ toJSON: () => null }));

/**
 * json and jsonb, by `JSON.stringify`; an array becomes a JSON array. `null` and `undefined` are SQL
 * NULL; for JSON's `null` send `jsonNull`.
 * @throws ValueError for what JSON cannot hold (a function, a symbol, a bigint, a cycle).
 */
export function bindJson(value: unknown): string | null {
  if (value == null) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new ValueError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (text === undefined) throw new ValueError(`a ${typeof value} has no JSON`);
  return text;
}
