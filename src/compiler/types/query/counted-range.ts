import { rangeOf, type Range, type Source } from '../scope.js';
import { TYPE } from '../pg-types.js';
import { notNull, type Fields, type Value } from '../value.js';

/** A range over columns that are counted from 1. */
export function countedRange(source: Source, columns: readonly Value[]): Range {
  const fields: Fields = new Map(columns.map((value, index) => [index + 1, value]));
  return rangeOf(source, (number) => (number === 0 ? { ...notNull(TYPE.record), fields } : fields.get(number)));
}
