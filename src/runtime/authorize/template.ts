/**
 * The tag `authorize.sql`.
 *
 * Invariant: what stands in `${…}` reaches the statement as one bound value, as one filter in
 * parentheses of its own, or as one quoted name, and never touches the text beside it. To hold
 * that, a template is checked with a placeholder at each `${…}`, and every placeholder must come
 * out as a token of its own exactly there: inside a string or a comment, or glued to a name, it
 * does not. A call site is checked once.
 */
import { checkText } from './check.js';
import { AuthorizeFilterError } from './error.js';
import { encodeFilterValue, isFilter, makeFilter, refuseLoneValue, shapeOf, valuesOf, type AuthorizeFilter } from './filter.js';
import { Shape } from './shape.js';
import { identifierText, isIdentifier, type AuthorizeIdentifier } from './identifier.js';
import type { EncodedValue } from '../encode.js';

/** What a placeholder of a filter may be bound to. An array is a PostgreSQL array, an object JSON. */
export type FilterValue =
  string | number | bigint | boolean | null | Date | Uint8Array | readonly FilterValue[] | { readonly [key: string]: unknown };

/** A checked template. */
interface Template {
  readonly parts: readonly string[];
  /** Which `${…}` is the whole condition, if one is. */
  readonly lone: number | undefined;
  /** The shape where every `${…}` is a value. */
  readonly shape: Shape;
}

const templates = new WeakMap<TemplateStringsArray, Template>();

export function sql(
  strings: TemplateStringsArray,
  ...values: readonly (FilterValue | AuthorizeFilter | AuthorizeIdentifier)[]
): AuthorizeFilter {
  const { parts, lone, shape } = templates.get(strings) ?? compile(strings);
  if (values.length !== parts.length - 1) throw new AuthorizeFilterError('authorize.sql is a template tag: authorize.sql`…${value}…`');
  if (lone !== undefined) {
    const value = values[lone];
    if (!isFilter(value) && !isIdentifier(value)) refuseLoneValue(value);
  }
  if (!values.some((value) => isFilter(value) || isIdentifier(value))) {
    return makeFilter(
      shape,
      values.map((value, index) => encodeFilterValue(value, `value ${index + 1} of authorize.sql`)),
    );
  }
  const builder = new ShapeBuilder(parts[0] ?? '');
  for (const [index, value] of values.entries()) {
    if (isFilter(value)) builder.filter(value);
    else if (isIdentifier(value)) builder.text(` ${identifierText(value)} `);
    else builder.value(encodeFilterValue(value, `value ${index + 1} of authorize.sql`));
    builder.text(parts[index + 1] ?? '');
  }
  return builder.build();
}

/** Puts a shape together from checked texts. */
export class ShapeBuilder {
  readonly #parts: string[] = [];
  readonly #indexes: number[] = [];
  readonly #values: EncodedValue[] = [];
  #part: string;

  constructor(text = '') {
    this.#part = text;
  }

  text(text: string): void {
    this.#part += text;
  }

  value(value: EncodedValue): void {
    this.#cut(this.#values.length);
    this.#values.push(value);
  }

  /** A filter in its parentheses, its values after those before it. */
  filter(filter: AuthorizeFilter): void {
    const { parts, indexes } = shapeOf(filter);
    const before = this.#values.length;
    this.#part += `(\n${parts[0] ?? ''}`;
    for (const [position, index] of indexes.entries()) {
      this.#cut(before + index);
      this.#part = parts[position + 1] ?? '';
    }
    this.#part += '\n)';
    // Not spread into push, which would put a long list of values on the stack.
    for (const value of valuesOf(filter)) this.#values.push(value);
  }

  build(): AuthorizeFilter {
    return makeFilter(new Shape([...this.#parts, this.#part], this.#indexes), this.#values);
  }

  #cut(index: number): void {
    this.#parts.push(this.#part);
    this.#indexes.push(index);
    this.#part = '';
  }
}

function compile(strings: TemplateStringsArray): Template {
  if (!Array.isArray(strings) || !Array.isArray(strings.raw)) {
    throw new AuthorizeFilterError('authorize.sql is a template tag; authorize.fromText takes SQL in a string');
  }
  let text = '';
  const offsets: number[] = [];
  for (const [index, part] of strings.entries()) {
    if (typeof part !== 'string')
      throw new AuthorizeFilterError('the filter is refused: an escape in the template that JavaScript does not know');
    text += part;
    if (index < strings.length - 1) {
      offsets.push(text.length);
      text += `$${index + 1}`;
    }
  }
  const checked = checkText(text);
  for (let i = 0; i < Math.max(offsets.length, checked.offsets.length); i++) {
    if (offsets[i] === checked.offsets[i] && checked.numbers[i] === i + 1) continue;
    const found = offsets[i] === undefined ? undefined : checked.numbers[checked.offsets.indexOf(offsets[i] ?? -1)];
    const misplaced = offsets[i] !== undefined && found !== i + 1;
    throw new AuthorizeFilterError(
      misplaced
        ? `the filter is refused: value ${i + 1} stands inside a string, a name, a number or a comment`
        : 'the filter is refused: a placeholder in a template is written as ${value}',
      { fragment: text, offset: offsets[i] ?? checked.offsets[i] },
    );
  }
  const template: Template = {
    parts: checked.parts,
    lone: checked.lone === undefined ? undefined : checked.lone - 1,
    shape: new Shape(
      checked.parts,
      checked.numbers.map((number) => number - 1),
    ),
  };
  // An array that can still change is not a call site's.
  if (Object.isFrozen(strings)) templates.set(strings, template);
  return template;
}
