/** How many digits a session writes of a float: with `extra_float_digits` below 1 they say another number. */
import type { RawRow } from './database.js';
import type { QueryIdentity } from './definition.js';
import { DecodeError, ValueError } from './errors.js';

/** The question, as an expression. */
export const FLOAT_DIGITS = "pg_catalog.current_setting('extra_float_digits')";

export function floatProblem(identity: QueryIdentity, digits: string | null | undefined): DecodeError | undefined {
  if (identity.floats !== true || !(Number(digits ?? 1) <= 0)) return undefined;
  const problem = `the session rounds floats, with extra_float_digits = ${digits}; set extra_float_digits to 1`;
  return new DecodeError(identity, undefined, new ValueError(problem));
}

const known = new WeakMap<object, string | null>();

/**
 * Asks once for each key, such as a pool, in front of the first statement that reads floats; what is not
 * answered is no problem.
 * @throws DecodeError where the session rounds floats
 */
export async function checkFloats(
  identity: QueryIdentity,
  key: object,
  ask: (text: string) => Promise<{ readonly rows: readonly RawRow[] }>,
): Promise<void> {
  if (identity.floats !== true) return;
  let digits = known.get(key);
  if (digits === undefined) {
    digits = (await ask(`SELECT ${FLOAT_DIGITS}`)).rows[0]?.[0] ?? null;
    known.set(key, digits);
  }
  const problem = floatProblem(identity, digits);
  if (problem !== undefined) throw problem;
}
