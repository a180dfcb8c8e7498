/**
 * What a handle can do: the seam between generated functions and whatever talks to PostgreSQL.
 *
 * A driver carries text. It decodes nothing, knows no row type and wraps no error: rows leave as
 * PostgreSQL's own text, in order, and a failure rejects with the error as it came. Everything above
 * (binding, filters, decoding, errors, transactions, tracing) is written once over this interface,
 * so that a new kind of handle is one object with these five methods.
 *
 * A `signal` ends what it was passed to: the call rejects with the signal's reason, and the statement
 * is cancelled on the server as far as the handle can do that.
 *
 * A handle says which driver it has by the property `DRIVER`; what has none is node-postgres's, or
 * something with its `query` (see `driver-of.ts`).
 */
import type { BoundValue, Database, RawQuery, RawResult, RawRow } from './database.js';
import type { QueryIdentity } from './definition.js';

/** A statement to send. It is made once for each text and kept, so that a driver can keep what it makes of it. */
export interface Statement {
  readonly identity: QueryIdentity;
  /** As it is sent, the annotation's line included. */
  readonly text: string;
  /** Whether PostgreSQL has one plan for it, whatever the values: only then may it be named. */
  readonly onePlan: boolean;
  /** Whether it is proven to only read, the filter in it included: only then may a standby answer it. */
  readonly readOnly?: boolean;
  /** What the caller's filter is, for those who observe the call; absent where the query has no hook. */
  readonly filter?: 'condition' | 'unrestricted' | 'none';
}

/** What the server says at a statement's end. */
export interface Completion {
  /** The command tag's first word, such as `INSERT`. */
  readonly command: string;
  /** Rows affected or returned; null for commands that count none. */
  readonly rowCount: number | null;
}

/**
 * Takes a statement's rows as they arrive. If it throws, no further row is handed over, and the call
 * rejects with what was thrown once the statement is over.
 */
export interface RowSink {
  row(fields: RawRow): void;
}

/** As `RowSink`, for a batch: `set` counts the sets from 0. */
export interface BatchSink {
  /** Whether the sink may throw; otherwise a driver need not wait for the rows before it commits. */
  readonly readsRows: boolean;
  row(set: number, fields: RawRow): void;
  done(set: number, completion: Completion): void;
}

/** What a caller can say of one call. */
export interface CallOptions {
  /** Ends the call: the statement is cancelled on the server, and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** As a signal that aborts after so many milliseconds; the reason is a `TimeoutError`. */
  readonly timeout?: number | undefined;
}

/** What a caller can say of a stream. */
export interface StreamOptions extends CallOptions {
  /** How many rows are fetched at a time, 500 by default; two such pieces are in memory at most. */
  readonly rows?: number | undefined;
}

export interface Driver {
  /** Whether each call may get another connection, so that work that needs one must ask for it. */
  readonly pooled: boolean;

  /** Whether the connection is in a transaction; left out, or undefined, where that cannot be known. */
  hasTransaction?(): boolean | undefined;

  /** One statement. */
  query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion>;

  /**
   * One statement with each set of values in turn, until one fails; then it rejects with a
   * `SetFailure`. On a pooled driver the batch is one transaction, and a sink that throws undoes it.
   */
  batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void>;

  /**
   * The rows in pieces of about so many, read as fast as they are asked for. Leaving the iteration
   * ends the statement, and gives a pool's connection back. A driver that cannot stream throws an
   * `UnsupportedError` before anything is sent.
   */
  stream(statement: Statement, values: readonly BoundValue[], rows: number, signal?: AbortSignal): AsyncIterable<readonly RawRow[]>;

  /** COPY … FROM STDIN; resolves to how many rows were copied. */
  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number>;

  /**
   * Runs the work with a handle of one connection, which is the work's alone until it ends; a driver
   * that is not pooled passes a handle of itself. After a failure the connection is not used again.
   */
  connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

/** The property of a handle that holds its driver; the same for every copy of this package. */
export const DRIVER: unique symbol = Symbol.for('sqlward.driver');

export function isDriven(handle: object): handle is { readonly [DRIVER]: Driver } {
  return DRIVER in handle;
}

/** A handle that brings its own driver. Its `query` is there for those who send a statement by hand. */
export class DriverHandle<Pooled extends boolean = boolean> implements Database {
  /** @internal */
  readonly [DRIVER]: Driver;

  /** Whether each call may get another connection. */
  readonly pooled: Pooled;

  /** @internal */
  constructor(driver: Driver & { readonly pooled: Pooled }) {
    this[DRIVER] = driver;
    this.pooled = driver.pooled;
  }

  async query({ text, values }: RawQuery): Promise<RawResult> {
    const rows: RawRow[] = [];
    const identity: QueryIdentity = { name: 'query', command: 'many', source: 'by hand' };
    const completion = await this[DRIVER].query({ identity, text, onePlan: false }, values, { row: (fields) => rows.push(fields) });
    return { rows, ...completion };
  }
}

/** The failure of a batch, and the set at which it happened, from 0. */
export class SetFailure extends Error {
  constructor(
    readonly set: number,
    cause: unknown,
  ) {
    super('a set of the batch failed', { cause });
  }
}

/** A handle over something else than node-postgres, and whether it is one connection. */
export type Handle<Pooled extends boolean> = Database & { readonly pooled?: Pooled };

/** What a handle cannot do; nothing was sent. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
