/**
 * `:copyfrom`: rows stream into a table through COPY, in its text format.
 *
 * Invariant: what arrives is what was bound, exactly: NULL is `\N`, which no escaped text can be,
 * and every backslash, tab, line feed and carriage return in a value is escaped.
 */
import { binder, describe, isIterable, signalOf } from './arguments.js';
import type { BoundValue, Database } from './database.js';
import type { CopyDefinition } from './definition.js';
import type { CallOptions } from './driver.js';
import { driverOf } from './driver-of.js';
import { encodeBytes } from './encode.js';
import { BindError, ValueError } from './errors.js';
import { asCallersError, statementOf } from './run.js';

/** A generated function of a `:copyfrom`; resolves to how many rows were copied. */
export type CopyFunction<Row> = (db: Database, rows: Iterable<Row> | AsyncIterable<Row>, options?: CallOptions) => Promise<number>;

/** Characters gathered before they are handed to the connection. */
const CHUNK = 1 << 16;

/**
 * `:copyfrom`: all rows or, if any is refused, none. The rows are read as fast as the server takes
 * them, so that an endless source needs no memory. A pool lends a client for as long as it takes.
 *
 * A client made with `pipeline: true` cannot copy.
 */
export function copyFrom<Row>(definition: CopyDefinition<Row>): CopyFunction<Row> {
  const columns = definition.columns.map(quoteIdentifier).join(', ');
  const table = definition.table.map(quoteIdentifier).join('.');
  const statement = statementOf({ ...definition, text: `\nCOPY ${table} (${columns}) FROM STDIN (ENCODING 'UTF8')` });
  const bind = binder(definition);
  return async (db, rows, options) => {
    const signal = signalOf(options);
    if (!isIterable(rows, true)) throw new BindError(definition, new ValueError(`the rows are ${describe(rows)}, and no list`));
    try {
      return await driverOf(db).copy(
        statement,
        chunks(rows, (row) => line(bind(row))),
        signal,
      );
    } catch (error) {
      throw asCallersError(definition, error, signal);
    }
  };
}

/** Rows that are there already are not awaited one by one, which would take longer than to write them. */
function chunks<Row>(rows: Iterable<Row> | AsyncIterable<Row>, lineOf: (row: Row) => string): Iterable<Buffer> | AsyncIterable<Buffer> {
  const gathered = new Gathered(lineOf);
  return Symbol.asyncIterator in rows ? asyncChunks(gathered, rows) : syncChunks(gathered, rows);
}

function* syncChunks<Row>(gathered: Gathered<Row>, rows: Iterable<Row>): Generator<Buffer> {
  for (const row of rows) if (gathered.add(row)) yield gathered.take();
  yield gathered.take();
}

async function* asyncChunks<Row>(gathered: Gathered<Row>, rows: AsyncIterable<Row>): AsyncGenerator<Buffer> {
  for await (const row of rows) if (gathered.add(row)) yield gathered.take();
  yield gathered.take();
}

/** Lines on their way to the connection. */
class Gathered<Row> {
  #text = '';

  constructor(private readonly lineOf: (row: Row) => string) {}

  /** Whether there is enough for a chunk. */
  add(row: Row): boolean {
    this.#text += this.lineOf(row);
    return this.#text.length >= CHUNK;
  }

  take(): Buffer {
    const chunk = Buffer.from(this.#text);
    this.#text = '';
    return chunk;
  }
}

/** One row of COPY's text format. */
export function line(values: readonly BoundValue[]): string {
  return `${values.map(field).join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function field(value: BoundValue): string {
  if (value == null) return '\\N';
  const text = value instanceof Uint8Array ? encodeBytes(value) : String(value);
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (mark) => ESCAPES[mark] ?? mark) : text;
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
