/**
 * `authorize.fromText`: SQL that something else wrote, such as a policy engine.
 *
 * A service sees the same few texts again and again, so checked ones are kept; and texts with
 * literals in them are as many as there are users, so no more than some are.
 */
import { TextCache } from './cache.js';
import { checkText } from './check.js';
import { AuthorizeFilterError } from './error.js';
import { encodeFilterValue, makeFilter, refuseLoneValue, type AuthorizeFilter } from './filter.js';
import { Shape } from './shape.js';
import type { FilterValue } from './template.js';

interface KnownText {
  readonly shape: Shape;
  /** How many values the text takes. */
  readonly count: number;
  readonly lone: number | undefined;
}

const known = new TextCache<KnownText>(1000, 1_000_000);

export function fromText(text: string, values: readonly FilterValue[] = []): AuthorizeFilter {
  if (typeof text !== 'string') throw new AuthorizeFilterError(`authorize.fromText takes SQL in a string, and not a ${typeof text}`);
  if (!Array.isArray(values)) throw new AuthorizeFilterError('the values of authorize.fromText are an array');
  const { shape, count, lone } = known.get(text, check);
  if (values.length !== count) {
    throw new AuthorizeFilterError(
      `the filter is refused: it has ${plural(count, 'placeholder')}, and ${plural(values.length, 'value')} came with it`,
      {
        fragment: text,
      },
    );
  }
  if (lone !== undefined) refuseLoneValue(values[lone]);
  return makeFilter(
    shape,
    Array.from(values, (value: unknown, index) => encodeFilterValue(value, `value $${index + 1}`)),
  );
}

function check(text: string): KnownText {
  const { parts, numbers, offsets, lone } = checkText(text);
  const used = new Set(numbers);
  const count = used.size;
  for (const [index, number] of numbers.entries()) {
    if (number >= 1 && number <= count) continue;
    throw new AuthorizeFilterError('the filter is refused: its placeholders are not $1, $2 and so on without a gap', {
      fragment: text,
      offset: offsets[index],
    });
  }
  return {
    shape: new Shape(
      parts,
      numbers.map((number) => number - 1),
    ),
    count,
    lone: lone === undefined ? undefined : lone - 1,
  };
}

function plural(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
