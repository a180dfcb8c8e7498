/** A filter's text, whose placeholders are numbered for the query that it joins. */
import { checkText } from './check.js';
import { AuthorizeFilterError } from './error.js';
import type { EncodedValue } from '../encode.js';
import type { FilterContent } from './registry.js';

/** How many renumbered texts a shape keeps: one for each number of parameters of the queries that use it. */
const KEPT_TEXTS = 16;

/** A checked text, cut at its placeholders, whose numbers follow from the query it joins. */
export class Shape {
  readonly parts: readonly string[];
  readonly indexes: readonly number[];
  readonly #texts = new Map<number, string>();

  /**
   * @param parts the text around the placeholders.
   * @param indexes which value stands between two parts, from 0; one fewer than there are parts.
   */
  constructor(parts: readonly string[], indexes: readonly number[]) {
    this.parts = Object.freeze(parts);
    this.indexes = Object.freeze(indexes);
  }

  text(offset: number): string {
    const kept = this.#texts.get(offset);
    if (kept !== undefined) return kept;
    let text = this.parts[0] ?? '';
    for (let i = 0; i < this.indexes.length; i++) text += `$${(this.indexes[i] ?? 0) + offset + 1}${this.parts[i + 1] ?? ''}`;
    if (this.#texts.size >= KEPT_TEXTS) this.#texts.clear();
    this.#texts.set(offset, text);
    return text;
  }
}

/** The shapes of contents from another copy of this library, which are as good as the check finds them. */
const adopted = new WeakMap<readonly string[], Shape>();

/** The shape of a filter's content from another copy. Throws where the text or a value is not one of a filter. */
export function shapeOfContent({ parts, indexes, values }: FilterContent): Shape {
  for (const value of values)
    if (!isEncoded(value)) throw new AuthorizeFilterError('the filter is refused: a value is neither text nor bytes');
  const known = adopted.get(parts);
  if (known !== undefined) return known;
  const shape = new Shape(Array.from(parts, String), Array.from(indexes, Number));
  const { numbers, lone } = checkText(shape.text(0));
  const isSame = numbers.length === shape.indexes.length && numbers.every((number, at) => number === (shape.indexes[at] ?? 0) + 1);
  if (!isSame || shape.parts.length !== numbers.length + 1 || numbers.some((number) => number > values.length)) {
    throw new AuthorizeFilterError('the filter is refused: its placeholders are not those of its values');
  }
  const value = lone === undefined ? 'true' : values[lone - 1];
  if (value !== null && value !== 'true' && value !== 'false') {
    throw new AuthorizeFilterError('the filter is refused: it is one value and nothing else, and the value is no boolean');
  }
  // A lone value is looked at each time.
  if (lone === undefined && Object.isFrozen(parts)) adopted.set(parts, shape);
  return shape;
}

function isEncoded(value: unknown): value is EncodedValue {
  return value === null || typeof value === 'string' || value instanceof Uint8Array;
}
