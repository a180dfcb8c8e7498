/**
 * Whether an `@` that stands right before a word begins a parameter, as in `id=@id`, or ends an
 * operator, as in `a <@b`.
 *
 * Invariant: an operator that PostgreSQL or one of its contrib modules has is read as that
 * operator, and every other `@` before a word begins a parameter.
 */
import { type Token, tokenAt } from '../../sql/index.js';

/**
 * The operators of `pg_operator` that end in `@`, contrib modules included. Not among them is `@`
 * itself (the absolute value; write `@ x`), and not `@@@` (an old spelling of `@@`), because
 * `@@@q` is more likely `@@ @q`.
 */
const OPERATORS = new Set(['<@', '@@', '^@', '@-@', '?@', '^<@', '?<@']);

/** The word of the parameter that begins with the last character of an operator, if one does. */
export function parameterWord(text: string, operator: Token): Token | undefined {
  if (text[operator.end - 1] !== '@' || operator.end >= text.length) return undefined;
  if (OPERATORS.has(text.slice(operator.start, operator.end))) return undefined;
  const word = tokenAt(text, operator.end);
  return word.kind === 'word' ? word : undefined;
}
