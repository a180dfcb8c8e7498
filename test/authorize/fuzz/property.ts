/** What must hold for every fragment; the short run and the long one share it. */
import { authorize, AuthorizeFilterError, filterText, type AuthorizeFilter } from '../../../src/runtime/authorize/index.js';
import { tokenize } from '../../../src/sql/lexer.js';
import { holdsApart, HOSTS, judge, judgeText, meansTheSame, parses, probe } from './judge.js';

export type Outcome = 'contained' | 'invalid' | 'refused';

/** Refusals of texts that would stay in their parentheses for this parser, and are refused all the same. */
const MEANT = [
  // Other servers, other settings.
  /backslash in a plain string/,
  /vertical tab/,
  /half of a surrogate/,
  /whose dollar tag is not ASCII/,
  // Not a condition, or one by accident.
  /lone literal/,
  /no boolean/,
  /NUL/,
  // `$2` without `$1`; `$1x` and `1$1`, which libpg-query takes for two tokens.
  /without a gap/,
  /directly after a (?:placeholder|number)/,
];

/**
 * Throws where a fragment that the check accepts escapes from any host or is sent with another
 * meaning, and where it refuses one without a reason.
 */
export function judgeFragment(text: string, choice = 0): Outcome {
  let filter: AuthorizeFilter;
  const numbers = tokenize(text).flatMap(({ kind, start, end }) => (kind === 'placeholder' ? [Number(text.slice(start + 1, end))] : []));
  const values = Math.min(Math.max(0, ...numbers), 9);
  try {
    filter = authorize.fromText(
      text,
      Array.from({ length: values }, () => true),
    );
  } catch (error) {
    if (!(error instanceof AuthorizeFilterError)) throw error;
    if (!MEANT.some((reason) => reason.test(error.message))) refuteContained(text, values, error);
    return 'refused';
  }
  const sent = filterText(filter, 0);
  if (!isAscii(sent)) throw new Error(`sent is what a client encoding may change:\n${sent}`);
  // A server refuses a digit of a bit string that is none, whichever it is.
  const hasBadBits = tokenize(text).some(({ kind, start, end }) => kind === 'bitString' && !isAscii(text.slice(start, end)));
  if (sent !== text && !hasBadBits && !meansTheSame(text, sent)) throw new Error(`sent is what means something else:\n${text}\n${sent}`);
  return judgeFilter(filter, choice);
}

/** Throws where a filter escapes from the host that `choice` selects. */
export function judgeFilter(filter: AuthorizeFilter, choice = 0): Outcome {
  const host = HOSTS[choice % HOSTS.length];
  if (host === undefined) throw new Error('there is no host');
  const verdict = judge(filter, host);
  if (verdict.kind === 'escaped') throw new Error(`escaped: ${verdict.why}:\n${verdict.statement}`);
  return verdict.kind;
}

/**
 * A template cut out of a text: each hole takes the place of a token, or stands anywhere where
 * `places` is odd, and holds a value, a filter or a name, as `kinds` says. Throws where the
 * template escapes, or where a filter in it does not keep to itself.
 */
export function judgeTemplate(text: string, places: readonly number[], kinds: readonly number[], choice: number): Outcome {
  const inner = authorize.fromText("b = 'x' OR c -- nested");
  const outer = templateFilter(text, places, kinds, inner);
  if (outer === undefined) return 'refused';
  const probed = templateFilter(text, places, kinds, probe());
  if (probed === undefined || holdsApart(outer, probed, inner) === false)
    throw new Error(`a nested filter does not keep to itself:\n${filterText(outer, 0)}`);
  return judgeFilter(outer, choice);
}

function templateFilter(
  text: string,
  places: readonly number[],
  kinds: readonly number[],
  nested: AuthorizeFilter,
): AuthorizeFilter | undefined {
  const tokens = tokenize(text);
  const holes = places
    .map((place) => {
      const anywhere = (place >> 1) % (text.length + 1);
      const token = place % 2 === 0 ? tokens[(place >> 1) % tokens.length] : undefined;
      return token ?? { start: anywhere, end: anywhere };
    })
    .sort((a, b) => a.start - b.start)
    .filter((hole, index, all) => hole.start >= (all[index - 1]?.end ?? 0));
  const strings = [...holes, { start: text.length }].map((hole, index) => text.slice(holes[index - 1]?.end ?? 0, hole.start));
  const values = holes.map((_, index) => [true, nested, authorize.ident('w"eird', 'x)\\')][(kinds[index] ?? 0) % 3] ?? true);
  try {
    return authorize.sql(Object.assign(strings, { raw: strings }), ...values);
  } catch (error) {
    if (error instanceof AuthorizeFilterError) return undefined;
    throw error;
  }
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- what is not ASCII is what is looked for
  return !/[^\x00-\x7f]/.test(text);
}

/**
 * `a, b) < ROW(c` makes one conjunct out of the hook's parentheses and its own, so a text must also
 * be an expression without parentheses around it.
 */
function refuteContained(text: string, values: number, refusal: AuthorizeFilterError): void {
  const host = { pieces: ['SELECT a FROM t WHERE b ', ''], parameters: 0 };
  if (parses(`SELECT a FROM t WHERE\n${text}\n`) && judgeText(text, values, host).kind === 'contained')
    throw new Error(`refused without need: ${refusal.message}\n${text}`);
}
