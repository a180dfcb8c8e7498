/** The drivers of node-postgres's own client, and of its own pool. */
import { lent, type Lent } from '../connection.js';
import type { BoundValue, ClientPool, Database, RawRow } from '../database.js';
import { DriverHandle, type BatchSink, type Completion, type Driver, type RowSink, type Statement } from '../driver.js';
import { LendingDriver } from '../lending.js';
import { BatchQuery } from './batch.js';
import { CallQuery } from './call.js';
import { submitCancellable } from './cancel.js';
import type { Callback, PgClient, PgPool } from './client.js';
import { copyOver } from './copy.js';
import type { PgQuery } from './query.js';
import { StreamQuery } from './stream.js';

/** Runs query objects on one connection, however they get there. */
export abstract class SubmittingDriver implements Driver {
  readonly pooled = false;

  /** `rejected` is told of an abort at once, `done` of the end. */
  abstract submit(query: PgQuery<unknown>, signal: AbortSignal | undefined, rejected: (reason: unknown) => void, done: Callback): void;
  abstract call(statement: Statement, values: readonly BoundValue[], sink: RowSink): CallQuery;
  abstract copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number>;
  abstract connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result>;

  query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    return this.#perform(this.call(statement, values, sink), signal);
  }

  batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    return this.#perform(new BatchQuery(statement, valueSets, sink), signal);
  }

  stream(statement: Statement, values: readonly BoundValue[], rows: number, signal?: AbortSignal): AsyncIterable<readonly RawRow[]> {
    return {
      [Symbol.asyncIterator]: () => {
        const query = new StreamQuery(statement, values, rows);
        const finished = (error: unknown): void => query.finished(error);
        this.submit(query, signal, finished, finished);
        return query;
      },
    };
  }

  #perform<Outcome>(query: PgQuery<Outcome>, signal: AbortSignal | undefined): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.submit(query, signal, reject, (error) => query.settle(error, resolve, reject));
    });
  }
}

/** A client. */
export class ClientDriver extends SubmittingDriver {
  constructor(
    readonly client: PgClient & Database,
    readonly naming: boolean,
  ) {
    super();
  }

  /** Older versions of node-postgres keep no status. */
  hasTransaction(): boolean | undefined {
    const status: unknown = this.client.getTransactionStatus?.();
    return status === undefined ? undefined : status === 'T' || status === 'E';
  }

  call(statement: Statement, values: readonly BoundValue[], sink: RowSink): CallQuery {
    return new CallQuery(statement, values, sink, this.client, this.naming);
  }

  submit(query: PgQuery<unknown>, signal: AbortSignal | undefined, rejected: (reason: unknown) => void, done: Callback): void {
    if (signal === undefined) this.client.query(query, done);
    else submitCancellable(this.client, query, signal, rejected, done);
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    return copyOver(this.client, statement, chunks, signal);
  }

  connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    return work(this.naming ? new DriverHandle(this) : this.client);
  }
}

/** A pool: each call takes a connection for as long as it lasts. */
export class PoolDriver extends LendingDriver {
  constructor(
    readonly pool: PgPool & ClientPool,
    driverOf: (client: Database) => Driver,
  ) {
    super(driverOf);
  }

  /** By callbacks, because a promise more would be seen in the time of a small call. */
  override query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    return new Promise((resolve, reject) => {
      this.#borrow(signal, reject, (client, release) => {
        const done = (failure: unknown): void => {
          client.off('error', ignore);
          release(failure);
        };
        client.on('error', ignore);
        const driver = this.driverOf(client);
        if (!(driver instanceof ClientDriver)) {
          // Somebody watches this client's `query`.
          const call = driver.query(statement, values, sink, signal);
          call.then(() => done(undefined), done);
          resolve(call);
          return;
        }
        const query = driver.call(statement, values, sink);
        driver.submit(query, signal, reject, (failure) => {
          done(failure);
          query.settle(failure, resolve, reject);
        });
      });
    });
  }

  /** A batch without a transaction is one of its own; only a sink that may throw must be waited for before the COMMIT. */
  protected override commitsBatch(driver: Driver, sink: BatchSink): boolean {
    return driver instanceof ClientDriver && !sink.readsRows;
  }

  /** By the callback: a connection can be lost in the same breath in which it is made, before a promise is heard of. */
  protected override lend(): Promise<Lent> {
    return new Promise((resolve, reject) => {
      this.pool.connect((error, client) => {
        if (client === undefined) reject(error);
        else resolve(lent(client));
      });
    });
  }

  #borrow(
    signal: AbortSignal | undefined,
    reject: (reason: unknown) => void,
    work: (client: Parameters<Parameters<PgPool['connect']>[0]>[1] & object, release: (error?: unknown) => void) => void,
  ): void {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.pool.connect((error, client, release) => {
      signal?.removeEventListener('abort', onAbort);
      if (client === undefined) reject(error);
      else if (signal?.aborted === true) release();
      else work(client, release);
    });
  }
}

/**
 * A lent client's `error` event, as when the server ends the connection, would end the process; the
 * statement that is under way is told of it too.
 */
function ignore(): void {}
