/** OPA's SQL, cut into columns, values and words, as a filter. */
import { authorize, type AuthorizeFilter, type AuthorizeFilterError } from '../runtime/authorize/index.js';
import type { Scalar } from './column-type.js';
import type { Column } from './columns.js';
import { compare, compareColumns, isAnyOf, isNotNull, isNull, isTrue, matchPattern, scalar, type Comparison } from './condition.js';

export type Item =
  /** A keyword in capitals, an operator or a bracket. */
  | { readonly kind: 'word'; readonly text: string; readonly offset: number }
  | { readonly kind: 'column'; readonly column: Column; readonly offset: number }
  /** A number as it is written, or the content of a string; OPA writes numbers either way. */
  | { readonly kind: 'value'; readonly value: string; readonly isString: boolean; readonly offset: number };

type Refuse = (problem: string, offset?: number) => AuthorizeFilterError;

const MIRRORED: Readonly<Record<string, Comparison>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Throws what `refuse` makes for a text that is not one condition. */
export function readCondition(items: readonly Item[], refuse: Refuse): AuthorizeFilter {
  const reader = new Reader(items, refuse);
  if (items.length === 0) throw refuse('it is empty');
  const condition = reader.any();
  reader.end();
  return condition;
}

class Reader {
  #at = 0;

  constructor(
    private readonly items: readonly Item[],
    private readonly refuse: Refuse,
  ) {}

  any(): AuthorizeFilter {
    const operands = [this.#all()];
    while (this.#takes('OR')) operands.push(this.#all());
    return operands.length === 1 && operands[0] !== undefined ? operands[0] : authorize.or(...operands);
  }

  end(): void {
    const item = this.items[this.#at];
    if (item === undefined) return;
    throw this.refuse(
      item.kind === 'word' && item.text === ')' ? 'a ")" that closes nothing' : 'it holds what OPA does not write',
      item.offset,
    );
  }

  #all(): AuthorizeFilter {
    const operands = [this.#one()];
    while (this.#takes('AND')) operands.push(this.#one());
    return operands.length === 1 && operands[0] !== undefined ? operands[0] : authorize.and(...operands);
  }

  #one(): AuthorizeFilter {
    if (this.#takes('NOT')) return authorize.not(this.#one());
    if (this.#takes('TRUE')) return authorize.fromText('true');
    if (this.#takes('FALSE')) return authorize.none();
    if (this.#takes('(')) {
      const condition = this.any();
      if (!this.#takes(')')) throw this.refuse('a bracket that is not closed', this.items[this.#at]?.offset);
      return condition;
    }
    const item = this.items[this.#at++];
    if (item?.kind === 'column') return this.#ofColumn(item.column);
    if (item?.kind === 'value') return this.#ofValue(item);
    throw this.refuse(item === undefined ? 'a bracket that is not closed' : 'it holds what OPA does not write', item?.offset);
  }

  #ofColumn(column: Column): AuthorizeFilter {
    if (column.array) throw this.refuse(`${JSON.stringify(column.field)} is mapped to an array, which no OPA operator takes`);
    if (this.#takes('IS')) {
      const negated = this.#takes('NOT');
      if (!this.#takes('NULL')) throw this.#unexpected();
      return negated ? isNotNull(column) : isNull(column);
    }
    const negated = this.#takes('NOT');
    if (this.#takes('IN')) {
      const found = isAnyOf(column, this.#list(column));
      return negated ? authorize.and(isNotNull(column), authorize.not(found)) : found;
    }
    if (this.#takes('LIKE')) {
      const pattern = this.items[this.#at++];
      if (pattern?.kind !== 'value' || !pattern.isString) throw this.#unexpected();
      const found = matchPattern(column, pattern.value, 'LIKE');
      return negated ? authorize.not(found) : found;
    }
    if (negated) throw this.#unexpected();
    const comparison = this.#comparison();
    if (comparison === undefined) return isTrue(column);
    const right = this.items[this.#at++];
    if (right?.kind === 'column') return compareColumns(column, comparison, right.column);
    return compare(column, comparison, this.#value(column, right, comparison));
  }

  #ofValue(left: Item & { readonly kind: 'value' }): AuthorizeFilter {
    const comparison = this.#comparison();
    if (comparison === undefined) throw this.refuse('it is one value and nothing else, and the value is no boolean', left.offset);
    const right = this.items[this.#at++];
    if (right?.kind === 'column') {
      const mirrored = MIRRORED[comparison] ?? comparison;
      return compare(right.column, mirrored, this.#value(right.column, left, mirrored));
    }
    // `0 = 1` is how OPA writes that nothing is in an empty list.
    if (comparison !== '=' || right?.kind !== 'value' || left.isString || right.isString) throw this.#unexpected();
    return Number(left.value) === Number(right.value) ? authorize.fromText('true') : authorize.none();
  }

  #list(column: Column): readonly Scalar[] {
    if (!this.#takes('(')) throw this.#unexpected();
    const values = [this.#value(column, this.items[this.#at++], 'IN')];
    while (this.#takes(',')) values.push(this.#value(column, this.items[this.#at++], 'IN'));
    if (!this.#takes(')')) throw this.refuse('a bracket that is not closed', this.items[this.#at]?.offset);
    return values;
  }

  /** A value of the column's kind: a number's text is a number beside a column of numbers. */
  #value(column: Column, item: Item | undefined, operator: string): Scalar {
    const { kind } = column.type;
    if (item?.kind === 'word' && (item.text === 'TRUE' || item.text === 'FALSE')) return scalar(item.text === 'TRUE', column, operator);
    if (item?.kind !== 'value') throw this.#unexpected();
    const { value, isString } = item;
    const isNumber = !isString || /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value);
    if (isNumber && kind === 'bigint' && /^-?\d+$/.test(value)) return scalar(BigInt(value), column, operator);
    if ((isNumber && kind === 'number') || !isString) {
      // A double would stand for its neighbours as well.
      if (/^-?\d+$/.test(value) && !Number.isSafeInteger(Number(value)))
        throw this.refuse('it holds an integer that no number of JavaScript is', item.offset);
      return scalar(Number(value), column, operator);
    }
    return scalar(value, column, operator);
  }

  #comparison(): Comparison | undefined {
    const item = this.items[this.#at];
    const comparison = item?.kind === 'word' ? COMPARISONS.get(item.text) : undefined;
    if (comparison !== undefined) this.#at++;
    return comparison;
  }

  #takes(text: string): boolean {
    const item = this.items[this.#at];
    if (item?.kind !== 'word' || item.text !== text) return false;
    this.#at++;
    return true;
  }

  #unexpected(): AuthorizeFilterError {
    return this.refuse('it holds what OPA does not write', this.items[this.#at]?.offset ?? this.items.at(-1)?.offset);
  }
}

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map((['=', '<>', '<', '<=', '>', '>='] as const).map((each) => [each, each]));
