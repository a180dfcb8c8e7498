/** JavaScript values to the text of json and jsonb. */
import { ValueError } from '../errors.js';
import { parameterJson } from '../exact-json.js';

/**
 * What a json or jsonb parameter takes. An object type declared as `interface` is not assignable,
 * because TypeScript gives it no index signature; declare it as `type`, or name it as the column's
 * type in the configuration.
 */
export type JsonInput =
  | string
  | number
  | bigint
  | boolean
  | { toJSON(): unknown }
  | readonly (JsonInput | null)[]
  | { readonly [key: string]: JsonInput | null | undefined };

/**
 * JSON's `null` as a value of its own, because `null` is SQL NULL: `bindJson(jsonNull)` is `'null'`.
 * Inside of an object or array, a plain `null` does.
 */
export const jsonNull: { toJSON(): null } = Object.freeze({ toJSON: () => null });

/**
 * json and jsonb, as by `JSON.stringify`: an array becomes a JSON array, a `Date` its ISO text, and a
 * property of `undefined` is left out; a bigint is its digits. `null` and `undefined` are SQL NULL; for
 * JSON's `null` send `jsonNull`.
 * @throws ValueError for what JSON would lose or change: NaN and the infinities, half of a surrogate
 * pair, an invalid `Date`, a function, a symbol, a `Map` and its like, undefined in an array, a cycle.
 */
export function bindJson(value: unknown): string | null {
  if (value == null) return null;
  try {
    return parameterJson(value);
  } catch (error) {
    throw new ValueError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
