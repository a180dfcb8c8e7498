/**
 * A transaction around a function, on whatever handle the caller has.
 *
 * Invariant: when the function has resolved and the call resolves, everything in it is committed;
 * when the call rejects, nothing is. Where the connection is lost during the COMMIT nobody knows,
 * and the error's `retryable` is false.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { command } from './connection.js';
import type { BoundValue, Database, RawRow } from './database.js';
import { DriverHandle, type BatchSink, type Completion, type Driver, type RowSink, type Statement } from './driver.js';
import { driverOf } from './driver-of.js';
import { QueryError, sqlStateOf, ValueError } from './errors.js';
import { asCallersError } from './run.js';

/** What `transaction` takes beside the work. */
export interface TransactionOptions {
  /** The server's default, which is read committed, where it is left out. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable' | undefined;
  readonly readOnly?: boolean | undefined;
  /** With serializable and read only: waits for a snapshot that cannot fail. */
  readonly deferrable?: boolean | undefined;
  /** How often the whole function is run again after a serialization failure or a deadlock; 3 by default. */
  readonly retries?: number | undefined;
  /** Settings for the transaction only, such as those that row-level security reads. */
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Ends the statement that is under way, and the transaction. */
  readonly signal?: AbortSignal | undefined;
}

const IDENTITY = { name: 'transaction', command: 'exec', source: 'transaction()' };

const ISOLATION: Readonly<Record<string, string>> = {
  'read committed': ' ISOLATION LEVEL READ COMMITTED',
  'repeatable read': ' ISOLATION LEVEL REPEATABLE READ',
  serializable: ' ISOLATION LEVEL SERIALIZABLE',
};

/** A serialization failure and a deadlock: nothing was done, and the same may succeed next time. */
const AGAIN = new Set(['40001', '40P01']);

const RETRIES = 3;
const LONGEST_PAUSE = 1000;

/**
 * Runs the function in a transaction: BEGIN, COMMIT, and ROLLBACK if it rejects. On a pool it takes
 * one connection; on a transaction's own handle, or on a client that is in a transaction already, it is
 * a savepoint, and of the options only the settings and the signal count.
 *
 * The function gets the handle to use, `tx`, and must await what it does with it; on a serialization
 * failure or a deadlock it is run again from its beginning, so it must have no effects elsewhere that
 * may not happen twice (`retries: 0` forbids that).
 */
export async function transaction<Result>(
  db: Database,
  work: (tx: Transaction) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  if (db instanceof Transaction) return savepoint(db, work, options);
  const driver = driverOf(db);
  if (driver.hasTransaction?.() === true) return savepoint(new Transaction(new TransactionDriver(driver, undefined), 0), work, options);
  const begin = beginning(options);
  const retries = options.retries ?? RETRIES;
  const { signal } = options;
  for (let attempt = 0; ; attempt++) {
    const outcome = await attempted(db, begin, work, options);
    if (!outcome.failed) return outcome.result;
    signal?.throwIfAborted();
    if (attempt >= retries || !AGAIN.has(sqlStateOf(outcome.error) ?? '')) throw outcome.error;
    await delay(Math.random() * Math.min(LONGEST_PAUSE, 10 * 2 ** attempt), undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

/** A handle whose calls are one transaction; it is of no use once that is over. */
export class Transaction extends DriverHandle<false> {
  /**
   * Whether a savepoint is open, whose own handle must be used as long as it is.
   * @internal
   */
  nested = false;
  /** @internal */
  readonly driver: TransactionDriver;
  /** @internal */
  readonly depth: number;

  /** @internal */
  constructor(driver: TransactionDriver, depth: number) {
    super(driver);
    this.driver = driver;
    this.depth = depth;
  }
}

type Outcome<Result> = { readonly failed: false; readonly result: Result } | { readonly failed: true; readonly error: unknown };

/** Once through. After a ROLLBACK the connection is as good as before; without one it is closed. */
async function attempted<Result>(
  db: Database,
  begin: string,
  work: (tx: Transaction) => Promise<Result>,
  { signal, settings }: TransactionOptions,
): Promise<Outcome<Result>> {
  let failure: { readonly failed: true; readonly error: unknown } | undefined;
  try {
    return await driverOf(db).connection(async (connection): Promise<Outcome<Result>> => {
      const inner = driverOf(connection);
      const driver = new TransactionDriver(inner, signal);
      await command(inner, IDENTITY, begin);
      try {
        await configure(inner, settings);
        const result = await work(new Transaction(driver, 0));
        signal?.throwIfAborted();
        driver.over = true;
        await commit(inner);
        return { failed: false, result };
      } catch (error) {
        failure = { failed: true, error };
        const isEnded = driver.over && isAnswered(error);
        driver.over = true;
        if (!isEnded) await command(inner, IDENTITY, 'ROLLBACK');
        // An error comes before the server is ready again, and until then the client takes the transaction for open.
        else if (inner.hasTransaction?.() === true) await command(inner, IDENTITY, 'SELECT');
        return failure;
      }
    }, signal);
  } catch (error) {
    return failure ?? { failed: true, error: asCallersError(IDENTITY, error, signal) };
  }
}

/** A COMMIT of a transaction in which a statement has failed is answered by ROLLBACK. */
async function commit(driver: Driver): Promise<void> {
  const statement: Statement = { identity: IDENTITY, text: 'COMMIT', onePlan: false };
  const { command: answer } = await told(driver.query(statement, [], IGNORE));
  if (answer === 'ROLLBACK') {
    throw new QueryError(
      IDENTITY,
      new ValueError('it was rolled back: a statement in it had failed, and its error was caught; use a savepoint'),
    );
  }
}

/** Whether the server has answered a COMMIT, which ends the transaction whatever the answer. */
function isAnswered(error: unknown): boolean {
  if (!(error instanceof QueryError)) return false;
  return error.code === undefined ? error.cause instanceof ValueError : !/^(?:08|57P)/.test(error.code);
}

const IGNORE: RowSink = { row: () => undefined };

/** What a driver says of a command of the transaction's own. */
async function told<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw asCallersError(IDENTITY, error);
  }
}

/** @throws ValueError for options that are none. */
function beginning({ isolation, readOnly, deferrable, retries }: TransactionOptions): string {
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0))
    throw new ValueError(`retries is ${retries}, and no number from 0 on`);
  const level = isolation === undefined ? '' : ISOLATION[isolation];
  if (level === undefined)
    throw new ValueError(`there is no isolation ${JSON.stringify(isolation)}; there are ${Object.keys(ISOLATION).join(', ')}`);
  const access = readOnly === undefined ? '' : readOnly ? ' READ ONLY' : ' READ WRITE';
  return `BEGIN${level}${access}${deferrable === undefined ? '' : deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE'}`;
}

async function configure(driver: Driver, settings: TransactionOptions['settings']): Promise<void> {
  const entries = Object.entries(settings ?? {});
  if (entries.length === 0) return;
  const calls = entries.map((_, index) => `pg_catalog.set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`);
  const values = entries.flatMap(([name, value]) => [name, String(value)]);
  const statement: Statement = { identity: IDENTITY, text: `SELECT ${calls.join(', ')}`, onePlan: false };
  await told(driver.query(statement, values, IGNORE));
}

async function savepoint<Result>(
  outer: Transaction,
  work: (tx: Transaction) => Promise<Result>,
  { settings, signal }: TransactionOptions,
): Promise<Result> {
  if (outer.nested) throw new ValueError('a savepoint of this transaction is open; use its own handle, or await it first');
  const { driver } = outer;
  const name = `sqlward_${outer.depth + 1}`;
  outer.nested = true;
  const inner = new TransactionDriver(driver, signal);
  const run = (text: string): Promise<void> => told(command(driver, IDENTITY, text));
  try {
    await run(`SAVEPOINT ${name}`);
    try {
      await configure(driver, settings);
      const result = await work(new Transaction(inner, outer.depth + 1));
      signal?.throwIfAborted();
      inner.over = true;
      await run(`RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      inner.over = true;
      // Where the connection is lost, so is the transaction; what went wrong first is what matters.
      await run(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => undefined);
      await run(`RELEASE SAVEPOINT ${name}`).catch(() => undefined);
      signal?.throwIfAborted();
      throw error;
    }
  } finally {
    outer.nested = false;
  }
}

/** Passes everything on to the one connection, for as long as the transaction lasts. */
class TransactionDriver implements Driver {
  readonly pooled = false;
  over = false;

  constructor(
    readonly inner: Driver,
    readonly signal: AbortSignal | undefined,
  ) {}

  hasTransaction(): boolean {
    return true;
  }

  async query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    return this.#open().query(statement, values, sink, this.#either(signal));
  }

  async batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    return this.#open().batch(statement, valueSets, sink, this.#either(signal));
  }

  stream(statement: Statement, values: readonly BoundValue[], rows: number, signal?: AbortSignal): AsyncIterable<readonly RawRow[]> {
    return this.#open().stream(statement, values, rows, this.#either(signal));
  }

  async copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    return this.#open().copy(statement, chunks, this.#either(signal));
  }

  async connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    this.#open();
    return work(new DriverHandle(this));
  }

  #open(): Driver {
    if (this.over) throw new ValueError('the transaction is over; await what is done in it');
    return this.inner;
  }

  #either(signal: AbortSignal | undefined): AbortSignal | undefined {
    if (signal === undefined || this.signal === undefined) return signal ?? this.signal;
    return AbortSignal.any([signal, this.signal]);
  }
}
