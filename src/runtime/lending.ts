/**
 * What every pool has in common: each call borrows a connection for as long as it lasts, and gives it
 * back exactly once.
 */
import { borrow, inTransaction, onLentClient, type Lent } from './connection.js';
import type { BoundValue, Database, RawRow } from './database.js';
import { DRIVER, type BatchSink, type Completion, type Driver, type DriverHandle, type RowSink, type Statement } from './driver.js';

export abstract class LendingDriver implements Driver {
  readonly pooled: boolean = true;

  /** @param driverOf left out where what is lent brings its own driver. */
  constructor(readonly driverOf: (client: Database) => Driver = ownDriver) {}

  protected abstract lend(): Promise<Lent>;

  protected on<Result>(work: (driver: Driver, client: Database) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    return onLentClient(
      () => this.lend(),
      (client) => work(this.driverOf(client), client),
      signal,
    );
  }

  query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    return this.on((driver) => driver.query(statement, values, sink, signal), signal);
  }

  batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    return this.on((driver) => {
      const run = (): Promise<void> => driver.batch(statement, valueSets, sink, signal);
      return this.commitsBatch(driver, sink) ? run() : inTransaction(driver, statement.identity, run);
    }, signal);
  }

  /** Whether the batch is a transaction as it stands. */
  protected commitsBatch(_driver: Driver, _sink: BatchSink): boolean {
    return false;
  }

  async *stream(
    statement: Statement,
    values: readonly BoundValue[],
    rows: number,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly RawRow[], void> {
    const { client, giveBack } = await borrow(() => this.lend(), signal);
    let failed = false;
    try {
      yield* this.driverOf(client).stream(statement, values, rows, signal);
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      giveBack(failed);
    }
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    return this.on((driver) => driver.copy(statement, chunks, signal), signal);
  }

  connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.on((driver) => driver.connection(work), signal);
  }
}

function ownDriver(client: Database): Driver {
  return (client as DriverHandle)[DRIVER];
}
