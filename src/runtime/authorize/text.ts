/**
 * `authorize.fromText`: SQL that something else wrote, such as a policy engine.
 *
 * A service sees the same few texts again and again, so checked ones are kept. The cache is
 * bounded by count and by size: texts with literals in them are as many as there are users.
 */
import { checkText } from './check.js';
import { AuthorizeFilterError } from './error.js';
import { encodeFilterValue, makeFilter, refuseLoneValue, Shape, type AuthorizeFilter } from './filter.js';
import type { FilterValue } from './template.js';

interface KnownText {
  readonly shape: Shape;
  /** How many values the text takes. */
  readonly count: number;
  readonly lone: number | undefined;
}

/** A generation's bounds: two generations of texts are kept, the younger and the one before. */
const GENERATION_TEXTS = 1000;
const GENERATION_CHARACTERS = 1_000_000;

let young = new Map<string, KnownText>();
let old = new Map<string, KnownText>();
let youngCharacters = 0;

export function fromText(text: string, values: readonly FilterValue[] = []): AuthorizeFilter {
  if (typeof text !== 'string') throw new AuthorizeFilterError(`authorize.fromText takes SQL in a string, and not a ${typeof text}`);
  if (!Array.isArray(values)) throw new AuthorizeFilterError('the values of authorize.fromText are an array');
  const { shape, count, lone } = young.get(text) ?? know(text);
  if (values.length !== count) {
    throw new AuthorizeFilterError(`the filter is refused: it has ${plural(count, 'placeholder')}, and ${plural(values.length, 'value')} came with it`, {
      fragment: text,
    });
  }
  if (lone !== undefined) refuseLoneValue(values[lone]);
  return makeFilter(shape, Array.from(values, (value: unknown, index) => encodeFilterValue(value, `value $${index + 1}`)));
}

function know(text: string): KnownText {
  const known = old.get(text) ?? check(text);
  if (text.length > GENERATION_CHARACTERS) return known;
  if (young.size >= GENERATION_TEXTS || youngCharacters + text.length > GENERATION_CHARACTERS) {
    old = young;
    young = new Map();
    youngCharacters = 0;
  }
  young.set(text, known);
  youngCharacters += text.length;
  return known;
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
    shape: new Shape(parts, numbers.map((number) => number - 1)),
    count,
    lone: lone === undefined ? undefined : lone - 1,
  };
}

function plural(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
