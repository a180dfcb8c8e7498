/**
 * The casts that a refusal itself suggests, for a parameter that PostgreSQL took for text because nothing
 * around it said more, as in a CTE that collects parameters, and that later meets another type.
 */
import { type DescribeFailure, isFailure } from '../../database/index.js';
import { withCasts, type Asker, type Cast } from './trial.js';

/** Messages that name two types, one of which may be a parameter's and wrong. */
const MISMATCHES: readonly RegExp[] = [
  /^operator does not exist: (.+?) [-+*/<>=~!@#%^&|`?]+ (.+)$/,
  /^column ".*" is of type (.+) but expression is of type (.+)$/,
  /^\S+ types (.+) and (.+) cannot be matched$/,
  /^argument of .+ must be (?:type )?(.+), not (?:type )?(.+)$/,
];

/** The most parameters of one statement for which casts are tried together. */
const DEEPEST = 4;

/**
 * The casts to types that refusals name that make PostgreSQL accept the statement; undefined unless there is exactly one such way.
 * And the cast with which it refuses the statement only for `other`, which no parameter's type is to blame for.
 */
export async function searchCasts(asker: Asker, failure: DescribeFailure, other: DescribeFailure) {
  const found = new Map<string, readonly Cast[]>();
  let partial: Cast | undefined;
  const search = async (casts: readonly Cast[], refusal: DescribeFailure): Promise<void> => {
    for (const cast of candidates(asker, casts, refusal)) {
      const all = [...casts, cast];
      const answer = await asker.describe(withCasts(asker, all).text);
      // Among equivalent ways the first has a column's own type; see `candidates`.
      if (!isFailure(answer)) found.set(keyOf(all), found.get(keyOf(all)) ?? all);
      else {
        if (casts.length === 0 && answer.message === other.message && answer.message !== failure.message) partial ??= cast;
        if (all.length < DEEPEST && keyOfRefusal(asker, all, answer) !== keyOfRefusal(asker, casts, refusal)) await search(all, answer);
      }
    }
  };
  await search([], failure);
  const [only, ...others] = [...found.values()];
  return { casts: others.length === 0 ? only : undefined, partial };
}

/** Casts of each parameter that the author did not cast, at its first use. */
function candidates({ rewritten }: Asker, casts: readonly Cast[], { message, detail }: DescribeFailure): readonly Cast[] {
  const { text, parameters } = rewritten;
  const torn = /^inconsistent types deduced for parameter \$(\d+)$/.exec(message)?.[1];
  const types =
    torn === undefined
      ? MISMATCHES.flatMap((pattern) => pattern.exec(message)?.slice(1) ?? [])
      : (detail?.split(' versus ') ?? []).sort((a, b) => Number(a === 'text') - Number(b === 'text'));
  return parameters.flatMap(({ number, uses }) => {
    const [use] = uses;
    if (torn !== undefined && number !== Number(torn)) return [];
    const isCast = casts.some((cast) => cast.use === use) || uses.some(({ until }) => /^\s*::/.test(text.slice(until)));
    return use === undefined || isCast ? [] : types.map((type) => ({ use, type }));
  });
}

/** Text and varchar hold the same values and need no conversion, so they count as one. */
function keyOf(casts: readonly Cast[]): string {
  return casts
    .map(({ use: { number }, type }) => `${number} ${type === 'character varying' ? 'text' : type}`)
    .sort()
    .join(', ');
}

/** A refusal with its place in the text without casts. */
function keyOfRefusal(asker: Asker, casts: readonly Cast[], { message, position = 0 }: DescribeFailure): string {
  return `${withCasts(asker, casts).origin(position - 1)} ${message}`;
}
