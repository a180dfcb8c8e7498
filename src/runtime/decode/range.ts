/**
 * Ranges and multiranges from the text that `range_out` and `multirange_out` write: `[1,5)`,
 * `("2024-01-01 00:00:00+00",]`, `empty`, `{[1,2),[4,)}`.
 *
 * Invariant: bounds are exactly the server's, which writes discrete ranges (int4range, int8range,
 * daterange) in the form `[lower,upper)` whatever was stored.
 */
import { malformed, missing, type RawValue } from './scalar.js';

/** A range that holds no value at all. */
export interface EmptyRange {
  readonly empty: true;
}

/** A range with values in it; null stands for no bound. */
export interface BoundedRange<T> {
  readonly empty?: false;
  /** `null`: unbounded. A bound of `infinity` is a value of its own, and not `null`. */
  readonly lower: T | null;
  readonly upper: T | null;
  /** False where `lower` is `null`. */
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}

/** A value of a range type. */
export type Range<T> = EmptyRange | BoundedRange<T>;

/** Decodes one bound from its text. */
export type BoundDecoder<T> = (text: string) => T;

/** The decoder of a range, from that of its bounds. */
export function range<T>(value: RawValue, bound: BoundDecoder<T>): Range<T> {
  if (value == null) throw missing();
  if (value === 'empty') return { empty: true };
  const cursor = { at: 0 };
  const result = bounded(value, cursor, bound);
  if (cursor.at !== value.length) throw malformed(value, 'a range');
  return result;
}

/** The ranges in ascending order, none empty, none adjacent to the next. */
export function multirange<T>(value: RawValue, bound: BoundDecoder<T>): Range<T>[] {
  if (value == null) throw missing();
  const ranges: Range<T>[] = [];
  if (value === '{}') return ranges;
  if (!value.startsWith('{')) throw malformed(value, 'a multirange');
  const cursor = { at: 0 };
  do {
    cursor.at++;
    ranges.push(bounded(value, cursor, bound));
  } while (value[cursor.at] === ',');
  if (value[cursor.at] !== '}' || cursor.at + 1 !== value.length) throw malformed(value, 'a multirange');
  return ranges;
}

function bounded<T>(value: string, cursor: { at: number }, bound: BoundDecoder<T>): BoundedRange<T> {
  const open = value[cursor.at++];
  const lower = boundText(value, cursor);
  const comma = value[cursor.at++];
  const upper = boundText(value, cursor);
  const close = value[cursor.at++];
  if ((open !== '[' && open !== '(') || comma !== ',' || (close !== ']' && close !== ')')) throw malformed(value, 'a range');
  return {
    empty: false,
    lower: lower === null ? null : bound(lower),
    upper: upper === null ? null : bound(upper),
    lowerInclusive: open === '[',
    upperInclusive: close === ']',
  };
}

/** A bound up to its delimiter; nothing at all is no bound, and `""` an empty one. */
function boundText(value: string, cursor: { at: number }): string | null {
  const start = cursor.at;
  if (value[start] !== '"') {
    let end = start;
    while (end < value.length && !',)]'.includes(value.charAt(end))) end++;
    cursor.at = end;
    return end === start ? null : value.slice(start, end);
  }
  return quotedText(value, cursor);
}

/**
 * A text in double quotes, from the opening one on, as `range_out` and `record_out` write it: quotes
 * and backslashes are doubled. A backslash before another character, which both read, is taken too.
 */
export function quotedText(value: string, cursor: { at: number }): string {
  let result = '';
  let start = cursor.at + 1;
  for (let at = start; at < value.length; at++) {
    const mark = value[at];
    if (mark === '\\') {
      result += value.slice(start, at);
      start = ++at;
    } else if (mark === '"') {
      if (value[at + 1] !== '"') {
        cursor.at = at + 1;
        return result + value.slice(start, at);
      }
      result += value.slice(start, at);
      start = ++at;
    }
  }
  throw malformed(value, 'closed by a quote');
}
