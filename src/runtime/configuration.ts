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
import { UnsupportedError, type BatchSink, type Completion, type Driver, type RowSink, type Statement } from './driver.js';
import { checkRaw, eachSet } from './each-set.js';
import { ValueError } from './errors.js';
import { checkFloats } from './float-digits.js';
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
    if (statement.identity.floats === true) await this.#checkFloats(statement);
    const result = checkRaw(await unlessAborted(this.handle.query(rawQuery(statement, values)), signal, () => undefined));
    for (const row of result.rows) sink.row(row);
    return result;
  }

  async batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    if (!this.pooled) {
      await this.#checkFloats(statement);
      const window = isPipelined(this.handle) ? WINDOW : 1;
      const call = async (values: readonly BoundValue[]): Promise<RawResult> =>
        checkRaw(await this.handle.query(rawQuery(statement, values)));
      return eachSet(valueSets, window, call, sink, signal);
    }
    return this.connection((client) => {
      const driver = this.driverOf(client);
      return inTransaction(driver, statement.identity, () => driver.batch(statement, valueSets, sink, signal));
    }, signal);
  }

  #checkFloats({ identity }: Statement): Promise<void> {
    return checkFloats(identity, this.handle, (text) => this.handle.query(rawQuery({ text }, [])));
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

function rawQuery({ text }: Pick<Statement, 'text'>, values: readonly BoundValue[]): RawQuery {
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
