/** From a raw row to the typed one, and from a failure to the column that it lies in. */
import type { RawRow } from './database.js';
import type { QueryDefinition } from './definition.js';
import { DecodeError, ValueError } from './errors.js';

/** What decoding needs of a definition. */
export type RowDefinition<Row> = Pick<QueryDefinition<never, Row>, 'name' | 'command' | 'source' | 'columns' | 'decode'>;

/**
 * The server is not asked which columns come, because the definition knows; so a row of another shape
 * must not pass.
 * @throws DecodeError at the first value that is not of its declared type.
 */
export function decodeRow<Row>(definition: RowDefinition<Row>, row: RawRow): Row {
  const expected = definition.columns.length;
  if (row.length !== expected && expected !== 0) throw otherFields(definition, row.length);
  try {
    return definition.decode(row);
  } catch (error) {
    throw decodeError(definition, row, error);
  }
}

function otherFields(definition: RowDefinition<unknown>, count: number): DecodeError {
  const problem = `the row has ${count} fields, and ${definition.columns.length} are declared; generate the code again`;
  return new DecodeError(definition, undefined, new ValueError(problem));
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
