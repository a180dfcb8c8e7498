/** The drivers of node-postgres's own client, and of its own pool. */
import { inTransaction, onLentClient } from '../connection.js';
import type { BoundValue, ClientPool, Database, RawRow } from '../database.js';
import { DriverHandle, UnsupportedError, type BatchSink, type Completion, type Driver, type RowSink, type Statement } from '../driver.js';
import { BatchQuery } from './batch.js';
import type { Callback, PgClient, PgPool } from './client.js';
import { copyOver } from './copy.js';
import { CallQuery } from './call.js';
import type { PgQuery } from './query.js';

/** One connection. */
export class ClientDriver implements Driver {
  readonly pooled = false;

  constructor(
    readonly client: PgClient & Database,
    readonly naming: boolean,
  ) {}

  call(statement: Statement, values: readonly BoundValue[], sink: RowSink): CallQuery {
    return new CallQuery(statement, values, sink, this.client, this.naming);
  }

  submit(query: PgQuery<unknown>, done: Callback): void {
    this.client.query(query, done);
  }

  query(statement: Statement, values: readonly BoundValue[], sink: RowSink): Promise<Completion> {
    return new Promise((resolve, reject) => {
      const query = this.call(statement, values, sink);
      this.submit(query, (error) => query.settle(error, resolve, reject));
    });
  }

  batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink): Promise<void> {
    return new Promise((resolve, reject) => {
      const query = new BatchQuery(statement, valueSets, sink);
      this.submit(query, (error) => query.settle(error, resolve, reject));
    });
  }

  stream(): AsyncIterable<readonly RawRow[]> {
    throw new UnsupportedError('streams');
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number> {
    return copyOver(this.client, statement.text, chunks);
  }

  connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    return work(this.naming ? new DriverHandle(this) : this.client);
  }
}

/** A pool: each call takes a connection for as long as it lasts. */
export class PoolDriver implements Driver {
  readonly pooled = true;

  constructor(
    readonly pool: PgPool & ClientPool,
    readonly driverOf: (client: Database) => Driver,
  ) {}

  query(statement: Statement, values: readonly BoundValue[], sink: RowSink): Promise<Completion> {
    return new Promise((resolve, reject) => {
      this.pool.connect((error, client, release) => {
        if (client === undefined) {
          reject(error);
          return;
        }
        const done = (failure: unknown): void => {
          client.off('error', ignore);
          release(failure);
        };
        client.on('error', ignore);
        const driver = this.driverOf(client);
        if (!(driver instanceof ClientDriver)) {
          // Somebody watches this client's `query`.
          const call = driver.query(statement, values, sink);
          call.then(() => done(undefined), done);
          resolve(call);
          return;
        }
        const query = driver.call(statement, values, sink);
        driver.submit(query, (failure) => {
          done(failure);
          query.settle(failure, resolve, reject);
        });
      });
    });
  }

  /** A batch without a transaction is one of its own; only a sink that may throw must be waited for before the COMMIT. */
  batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink): Promise<void> {
    return this.connection((client) => {
      const driver = this.driverOf(client);
      const run = (): Promise<void> => driver.batch(statement, valueSets, sink);
      return driver instanceof ClientDriver && !sink.readsRows ? run() : inTransaction(driver, statement.identity, run);
    });
  }

  stream(): AsyncIterable<readonly RawRow[]> {
    throw new UnsupportedError('streams');
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number> {
    return this.connection((client) => this.driverOf(client).copy(statement, chunks));
  }

  connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    return onLentClient(this.pool, (client) => this.driverOf(client).connection(work));
  }
}

/**
 * A lent client's `error` event, as when the server ends the connection, would end the process; the
 * statement that is under way is told of it too.
 */
function ignore(): void {}
