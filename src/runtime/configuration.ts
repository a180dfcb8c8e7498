/**
 * The driver of everything that has node-postgres's `query` and is not its own client or pool: a
 * pipelining client, the native binding, a wrapper, a test double. It hands over configurations only.
 *
 * Invariant: every statement goes by the extended protocol, which takes one statement only, so that
 * no text can carry a second one; and every value comes back as PostgreSQL's text, untouched by the
 * type parsers that a process or a client may have set.
 */
import { inTransaction, lendBy, onLentClient, unlessAborted } from './connection.js';
import { isPool, type BoundValue, type Database, type RawQuery, type RawResult, type RawRow } from './database.js';
import { SetFailure, UnsupportedError, type BatchSink, type Completion, type Driver, type RowSink, type Statement } from './driver.js';
import { ValueError } from './errors.js';
import { isPipelined } from './node-postgres/client.js';
import { copyOver } from './node-postgres/copy.js';

/** How many statements a pipelining client has under way at once. */
const WINDOW = 500;

export class ConfigurationDriver implements Driver {
  readonly pooled: boolean;

  constructor(
    readonly handle: Database,
    readonly driverOf: (client: Database) => Driver,
  ) {
    this.pooled = isPool(handle);
  }

  /** There is no way to reach the backend: a call that is ended is not waited for any longer. */
  async query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    signal?.throwIfAborted();
    const result = await unlessAborted(this.handle.query(rawQuery(statement, values)), signal, () => undefined);
    if (!isRaw(result.rows[0])) throw new ValueError(NOT_RAW);
    for (const row of result.rows) sink.row(row);
    return result;
  }

  async batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    if (!this.pooled) return this.#each(statement, valueSets, sink, signal);
    return this.connection((client) => {
      const driver = this.driverOf(client);
      return inTransaction(driver, statement.identity, () => driver.batch(statement, valueSets, sink, signal));
    }, signal);
  }

  async #each(
    statement: Statement,
    valueSets: readonly (readonly BoundValue[])[],
    sink: BatchSink,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const window = isPipelined(this.handle) ? WINDOW : 1;
    for (let start = 0; start < valueSets.length; start += window) {
      signal?.throwIfAborted();
      const started = valueSets.slice(start, start + window).map((values) => this.handle.query(rawQuery(statement, values)));
      // Every one is waited for, so that none is under way when this rejects. The first failure
      // tells the reason; in a transaction the later ones only say that it is aborted.
      for (const [index, outcome] of (await Promise.allSettled(started)).entries()) {
        const set = start + index;
        if (outcome.status === 'rejected') throw new SetFailure(set, outcome.reason);
        tell(sink, set, outcome.value);
      }
    }
  }

  stream(): AsyncIterable<readonly RawRow[]> {
    throw new UnsupportedError(
      'a stream needs node-postgres’s own client or pool, and not in pipeline mode; this handle takes one query at a time',
    );
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    if (!this.pooled) return copyOver(this.handle, statement, chunks, signal);
    return this.connection((client) => this.driverOf(client).copy(statement, chunks, signal), signal);
  }

  connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (!isPool(this.handle)) return work(this.handle);
    return onLentClient(lendBy(this.handle), (client) => this.driverOf(client).connection(work), signal);
  }
}

function tell(sink: BatchSink, set: number, result: RawResult): void {
  if (!isRaw(result.rows[0])) throw new SetFailure(set, new ValueError(NOT_RAW));
  try {
    for (const row of result.rows) sink.row(set, row);
    sink.done(set, result);
  } catch (error) {
    throw new SetFailure(set, error);
  }
}

const NOT_RAW = 'the database handle does not answer with rows as arrays of text; it must pass on the whole configuration that it is given';

/**
 * Whether the first row is as it was asked for. A wrapper around a client that drops `rowMode` or
 * `types` would otherwise turn every nullable column into NULL.
 */
function isRaw(row: RawRow | undefined): boolean {
  if (row === undefined) return true;
  if (!Array.isArray(row)) return false;
  for (const value of row as readonly unknown[]) {
    if (typeof value !== 'string' && value !== null) return false;
  }
  return true;
}

function rawQuery({ text }: Statement, values: readonly BoundValue[]): RawQuery {
  return { text, values, rowMode: 'array', queryMode: 'extended', types: RAW_TYPES };
}

const RAW_TYPES: RawQuery['types'] = {
  getTypeParser: (_oid, format) => (format === 'binary' ? refuseBinary : asItIs),
};

function asItIs(value: string): string {
  return value;
}

/** A parser's error rejects the query; one thrown while the parsers are chosen would end the process. */
function refuseBinary(): never {
  throw new ValueError('the client asks for results in binary format (`binary: true`); generated functions decode text');
}
