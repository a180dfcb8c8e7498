/**
 * Kysely on `pg`: its transaction, shared with generated functions.
 *
 * Invariant: Kysely's connection passes on what it is told to run, so that a query object of this
 * package goes through it to node-postgres's client, which it speaks with as on a client of one's own.
 * A connection of another kind would make a text of it: that is refused, and nothing is sent.
 */
import {
  CallQuery,
  copyOver,
  DriverHandle,
  LendingDriver,
  SubmittingDriver,
  UnsupportedError,
  type BatchSink,
  type BoundValue,
  type Callback,
  type Database,
  type Driver,
  type Handle,
  type Lent,
  type PgQuery,
  type RowSink,
  type Statement,
} from '../runtime/index.js';

/** A `Kysely`, `Transaction` or `ControlledTransaction`. */
export interface KyselyLike {
  readonly isTransaction: boolean;
  getExecutor(): { provideConnection<Result>(work: (connection: KyselyConnection) => Promise<Result>): Promise<Result> };
}

/** What a connection of Kysely's is asked for. */
export interface KyselyConnection {
  executeQuery(query: never): Promise<unknown>;
}

/**
 * A handle over Kysely's transaction, or over all of its pool. A signal ends the wait for a call, and
 * not the statement.
 */
export function fromKysely<Db extends KyselyLike>(db: Db): Handle<Db extends { readonly isTransaction: true } ? false : boolean>;
export function fromKysely(db: KyselyLike): Handle<boolean> {
  return new DriverHandle(new KyselyDriver(db));
}

class KyselyDriver extends LendingDriver {
  override readonly pooled: boolean;

  constructor(readonly db: KyselyLike) {
    super();
    this.pooled = !db.isTransaction;
  }

  hasTransaction(): true | undefined {
    return this.db.isTransaction || undefined;
  }

  protected override commitsBatch(_driver: Driver, sink: BatchSink): boolean {
    return !this.pooled || !sink.readsRows;
  }

  protected override lend(): Promise<Lent> {
    return new Promise((resolve, reject) => {
      const lent = async (connection: KyselyConnection): Promise<void> => {
        const client = new DriverHandle(new ConnectionDriver(connection));
        await new Promise<void>((over) => resolve({ client, giveBack: () => over() }));
      };
      this.db.getExecutor().provideConnection(lent).catch(reject);
    });
  }
}

/** What Kysely lends. */
class ConnectionDriver extends SubmittingDriver {
  constructor(readonly inner: KyselyConnection) {
    super();
  }

  call(statement: Statement, values: readonly BoundValue[], sink: RowSink): CallQuery {
    return new CallQuery(statement, values, sink, undefined, false);
  }

  submit(query: PgQuery<unknown>, signal: AbortSignal | undefined, rejected: (reason: unknown) => void, done: Callback): void {
    if (signal?.aborted === true) {
      rejected(signal.reason);
      done(null);
      return;
    }
    const onAbort = (): void => rejected(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    query.callback = (error) => {
      signal?.removeEventListener('abort', onAbort);
      done(error);
    };
    this.#pass(query);
  }
  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    return copyOver({ query: (query: PgQuery<unknown>) => this.#pass(query) }, statement, chunks, signal);
  }

  connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    return work(new DriverHandle(this));
  }

  /** node-postgres looks for `submit`, everything else for a text; once it was taken, Kysely's log may have that. */
  #pass(query: PgQuery<unknown>): void {
    const submit = query.submit.bind(query);
    let taken = false;
    const text = (): string => {
      if (taken) return query.text;
      throw new UnsupportedError(
        'fromKysely needs Kysely’s PostgresDialect over node-postgres; make the handle from what its dialect is over',
      );
    };
    const take = (): PgQuery<unknown>['submit'] => {
      taken = true;
      return submit;
    };
    Object.defineProperties(query, { submit: { get: take }, toString: { value: text }, toJSON: { value: text } });
    this.inner.executeQuery({ sql: query, parameters: [] } as never).catch((error: unknown) => query.callback?.(error));
  }
}
