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

/** Asks a handle once, in front of the first statement that reads floats; what it does not say is no problem. */
export class FloatCheck {
  #asked = false;
  #digits: string | null | undefined;

  constructor(readonly ask: (text: string) => Promise<{ readonly rows: readonly RawRow[] }>) {}

  async check(identity: QueryIdentity): Promise<void> {
    if (identity.floats !== true) return;
    if (!this.#asked) this.#digits = (await this.ask(`SELECT ${FLOAT_DIGITS}`)).rows[0]?.[0];
    this.#asked = true;
    const problem = floatProblem(identity, this.#digits);
    if (problem !== undefined) throw problem;
  }
}
