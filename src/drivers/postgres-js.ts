/**
 * postgres.js: `postgres()`, what `sql.begin` passes on, and what `sql.reserve` resolves to.
 *
 * Invariant: values go in and come out as PostgreSQL's own text. Every parameter is of type `unknown`,
 * for which the library has no serializer, and rows are taken as they came, before any parser.
 *
 * On one connection the calls of a handle take turns, because the library cannot cancel a statement
 * that waits behind another one.
 */
import {
  checkFloats,
  connectionState,
  DriverHandle,
  eachSet,
  encodeBytes,
  inTransaction,
  LendingDriver,
  sqlStateOf,
  unlessAborted,
  UnsupportedError,
  type BatchSink,
  type BoundValue,
  type Completion,
  type Database,
  type Driver,
  type Handle,
  type Lent,
  type RawResult,
  type RawRow,
  type RowSink,
  type Statement,
} from '../runtime/index.js';
import { answered, copied, pieces, type Query } from './postgres-js-query.js';

/** `TransactionSql`, or what any of the library's handles has. */
export interface PostgresJs {
  unsafe(text: string, values?: never[], options?: object): object;
  typed(value: string | null, type: number): unknown;
}

/** `ReservedSql`. */
export interface PostgresJsReserved extends PostgresJs {
  release(): void;
}

/** `Sql`. */
export interface PostgresJsPool extends PostgresJs {
  reserve(): Promise<PostgresJsReserved>;
  readonly options: object;
}

/** Statements of one plan that are under way at once in a batch; the library sends them without a wait. */
const WINDOW = 100;

/** The type `unknown`: PostgreSQL finds out what the value is, and the library sends it as it is. */
const UNKNOWN = 705;

/** A handle over postgres.js. */
export function fromPostgresJs<Sql extends PostgresJs>(
  sql: Sql,
): Handle<Sql extends { release(): void } ? false : Sql extends PostgresJsPool ? true : false>;
export function fromPostgresJs(sql: PostgresJs | PostgresJsReserved | PostgresJsPool): Handle<boolean> {
  if ('release' in sql) return new DriverHandle(new SessionDriver(sql, undefined));
  return new DriverHandle('reserve' in sql ? new PoolDriver(sql) : new SessionDriver(sql, true));
}

class PoolDriver extends LendingDriver {
  constructor(readonly sql: PostgresJsPool) {
    super();
  }

  /** What may have to be cancelled has a connection of its own. */
  override async query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    if (signal === undefined) await floatsChecked(statement, this.sql, this.sql);
    return signal === undefined ? told(start(this.sql, statement, values), sink) : super.query(statement, values, sink, signal);
  }

  protected override async lend(): Promise<Lent> {
    const sql = await this.sql.reserve();
    const driver = new SessionDriver(sql, false, this.sql);
    const giveBack = (): void => {
      // One that was lost has gone back by itself.
      if (driver.lost === undefined) sql.release();
    };
    return { client: new DriverHandle(driver), giveBack };
  }
}

function floatsChecked({ identity }: Statement, pool: object, sql: PostgresJs): Promise<void> | void {
  if (identity.floats === true) return checkFloats(identity, pool, (text) => answered(start(sql, { identity, text, onePlan: false }, [])));
}

async function told(query: Query, sink: RowSink): Promise<Completion> {
  const result = await answered(query);
  for (const row of result.rows) sink.row(row);
  return result;
}

function start(sql: PostgresJs, { text, onePlan }: Statement, values: readonly BoundValue[], options?: object): Query {
  const typed = values.map((value) => sql.typed(textOf(value), UNKNOWN) as never);
  return sql.unsafe(text, typed, { prepare: onePlan, simple: false, ...options }) as Query;
}

function textOf(value: BoundValue): string | null {
  return value == null ? null : value instanceof Uint8Array ? encodeBytes(value) : String(value);
}

/** One connection. */
class SessionDriver implements Driver {
  readonly pooled = false;
  /** Why there is no connection any more; the library would crash over the next statement. */
  lost: Error | undefined;
  #watched = false;
  #tail: Promise<unknown> = Promise.resolve();
  /** How many savepoints of `transaction` are open: a failure in them is theirs, and `sql.begin` is not told of it. */
  #savepoints = 0;

  constructor(
    readonly sql: PostgresJs,
    /** Undefined where that is to be found out, on a connection that the caller has reserved. */
    readonly begun: boolean | undefined,
    /** Whose settings its session has. */
    readonly pool: object = sql,
  ) {}

  hasTransaction(): true | undefined {
    return this.begun === true ? true : undefined;
  }

  query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    return this.#inTurn(async () => {
      await floatsChecked(statement, this.pool, this.sql);
      const query = this.#start(statement, values);
      const completion = await this.#ending(query, told(query, sink), signal);
      if (statement.text.startsWith('SAVEPOINT ')) this.#savepoints++;
      if (statement.text.startsWith('RELEASE SAVEPOINT ')) this.#savepoints--;
      return completion;
    }, signal);
  }

  async batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    const call = (values: readonly BoundValue[]): Promise<RawResult> => answered(this.#start(statement, values));
    const sets = async (): Promise<void> => {
      await floatsChecked(statement, this.pool, this.sql);
      await eachSet(valueSets, statement.onePlan ? WINDOW : 1, call, sink, signal);
    };
    const run = (): Promise<void> => this.#inTurn(sets, signal);
    return this.begun === undefined && !(await this.#isBegun()) ? inTransaction(this, statement.identity, run) : run();
  }

  async *stream(
    statement: Statement,
    values: readonly BoundValue[],
    rows: number,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly RawRow[], void> {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    await new Promise<void>((resolve, reject) => {
      this.#inTurn(async () => {
        resolve();
        await over;
      }, signal).catch(reject);
    });
    try {
      await floatsChecked(statement, this.pool, this.sql);
      const query = this.#start(statement, values);
      yield* pieces(query, rows, (piece) => this.#ending(query, piece, signal));
    } finally {
      end();
    }
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    return this.#inTurn(() => {
      const query = this.#marked(this.sql.unsafe(statement.text, [], { simple: true }) as Query);
      return this.#ending(query, copied(query, chunks, signal), signal);
    }, signal);
  }

  async connection<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    if (this.begun === undefined && (await this.#isBegun())) {
      throw new UnsupportedError(
        'the reserved connection is in a transaction already; pass what sql.begin passes on, or reserve another one',
      );
    }
    return work(new DriverHandle(this));
  }

  #start(statement: Statement, values: readonly BoundValue[]): Query {
    return this.#marked(start(this.sql, statement, values, { onexecute: this.#watch }));
  }

  #marked(query: Query): Query {
    if (this.#savepoints > 0) query.hidden = true;
    return query;
  }

  /** The library shows the connection to `onexecute`, and says by `onclose` that it is lost. */
  readonly #watch = (connection: { onclose?: ((error: Error) => void) | null }): true => {
    if (!this.#watched) {
      this.#watched = true;
      const { onclose } = connection;
      connection.onclose = (error) => {
        this.lost = error;
        onclose?.(error);
      };
    }
    return true;
  };

  /** Only in a transaction there can be a savepoint. */
  async #isBegun(): Promise<boolean> {
    const command = (text: string): Promise<RawResult> =>
      this.#inTurn(() => answered(start(this.sql, { identity: PROBE, text, onePlan: false }, [])));
    try {
      await command('SAVEPOINT sqlward_probe');
    } catch (error) {
      if (sqlStateOf(error) === '25P01') return false;
      throw error;
    }
    await command('RELEASE SAVEPOINT sqlward_probe');
    return true;
  }

  /** After those before it; the caller is told of an abort at once, and what is behind it waits for its real end. */
  #inTurn<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const turn = this.#tail.then(async () => {
      signal?.throwIfAborted();
      if (this.lost !== undefined) throw this.lost;
      try {
        return await work();
      } catch (error) {
        if (error instanceof Error && connectionState(error) !== undefined) this.lost ??= error;
        throw error;
      }
    });
    this.#tail = turn.catch(() => undefined);
    return unlessAborted(turn, signal, () => undefined);
  }

  /** What the query comes to; an abort cancels it, and both are over before this is. */
  async #ending<Result>(query: Query, work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    if (signal === undefined) return work;
    let cancelled: Promise<unknown> | undefined;
    const onAbort = (): void => {
      // One that waits behind the caller's own statements would be confused with them.
      if (query.active) cancelled = query.canceller(query).catch(() => undefined);
    };
    try {
      void query.execute();
      await Promise.resolve();
      await Promise.resolve();
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      return await work;
    } catch (error) {
      // The reason, and not the server's answer to it.
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      await cancelled;
    }
  }
}

const PROBE = { name: 'connection', command: 'exec', source: 'fromPostgresJs()' };
