/** From raw rows to the typed ones, and from a failure to the column that it lies in. */
import type { RawRow } from './database.js';
import type { QueryDefinition } from './definition.js';
import { DecodeError } from './errors.js';

/** What decoding needs of a definition. */
export type RowDefinition<Row> = Pick<QueryDefinition<never, Row>, 'name' | 'command' | 'source' | 'columns' | 'decode'>;

/** @throws DecodeError at the first value that is not of its declared type. */
export function decodeRows<Row>(definition: RowDefinition<Row>, rows: readonly RawRow[]): Row[] {
  const { decode } = definition;
  const decoded: Row[] = [];
  for (const row of rows) {
    try {
      decoded.push(decode(row));
    } catch (error) {
      throw decodeError(definition, row, error);
    }
  }
  return decoded;
}

/** @throws DecodeError as `decodeRows`. */
export function decodeRow<Row>(definition: RowDefinition<Row>, row: RawRow): Row {
  try {
    return definition.decode(row);
  } catch (error) {
    throw decodeError(definition, row, error);
  }
}

/**
 * Decodes once more, over a row that keeps which column was read last: that is where decoding
 * stopped. So the column costs nothing as long as nothing fails.
 */
function decodeError<Row>(definition: RowDefinition<Row>, row: RawRow, cause: unknown): DecodeError {
  let last: string | undefined;
  const recording = new Proxy(row, {
    get(target, property, receiver): unknown {
      if (typeof property === 'string' && /^\d+$/.test(property)) last = definition.columns[Number(property)];
      return Reflect.get(target, property, receiver);
    },
  });
  try {
    definition.decode(recording);
  } catch {
    return new DecodeError(definition, last, cause);
  }
  return new DecodeError(definition, undefined, cause);
}
