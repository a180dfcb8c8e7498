/**
 * PGlite, which is PostgreSQL within the process: tests without a server.
 *
 * Invariant: values go in and come out as PostgreSQL's own text, whatever parsers and serializers the
 * instance has.
 *
 * What it cannot do: a statement runs in the caller's own thread, where nothing can end it, and its
 * rows come all at once, so that a stream of them is in memory whole.
 */
import {
  checkFloats,
  DriverHandle,
  eachSet,
  UnsupportedError,
  type BatchSink,
  type BoundValue,
  type Completion,
  type Database,
  type Driver,
  type Handle,
  type RawRow,
  type RowSink,
  type Statement,
} from '../runtime/index.js';

/** A `Transaction` of `@electric-sql/pglite`, from version 0.5.5 on; what it has in common with an instance. */
export interface PGliteTransaction {
  query<Row>(text: string, values?: unknown[], options?: PGliteOptions): Promise<PGliteResult<Row>>;
}

/** A `PGlite` instance. */
export interface PGliteInstance extends PGliteTransaction {
  readonly parsers?: object;
  transaction<Result>(work: (tx: PGliteTransaction) => Promise<Result>): Promise<Result>;
}

interface PGliteOptions {
  readonly rowMode?: 'array';
  readonly parsers?: Parsers;
  readonly serializers?: Readonly<Record<number, (value: string | Uint8Array) => string>>;
  readonly blob?: Blob;
}

interface PGliteResult<Row> {
  readonly rows: Row[];
  readonly command?: string;
  readonly rowCount?: number;
}

/** What `fromPGlite` takes beside the instance. */
export interface FromPGliteOptions {
  /** Takes a signal or a timeout for what it is here: it ends a call only until its statement begins. By default it is refused. */
  readonly withoutCancel?: boolean;
}

type Parsers = Record<string, (text: string) => string>;

const asItIs = (text: string): string => text;

/** A text is sent as text, bytes as bytes, whatever the parameter's type. */
const SERIALIZERS = new Proxy({}, { get: () => (value: unknown) => (value instanceof Uint8Array ? value : String(value)) });

/** A handle over a PGlite instance, or over the transaction that it passes to the function of `transaction`. */
export function fromPGlite(db: PGliteInstance | PGliteTransaction, { withoutCancel = false }: FromPGliteOptions = {}): Handle<false> {
  return new DriverHandle('transaction' in db ? new InstanceDriver(db, withoutCancel) : new SessionDriver(db, withoutCancel));
}

/** A transaction. */
class SessionDriver implements Driver {
  readonly pooled = false;
  #parsers: Promise<Parsers> | undefined;

  constructor(
    readonly session: PGliteTransaction,
    readonly withoutCancel: boolean,
    /** Those of the instance, where that is known. */
    readonly parsed?: object,
  ) {}

  hasTransaction(): boolean | undefined {
    return true;
  }

  async query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    await this.#checkFloats(statement, signal);
    const { rows, command, rowCount } = await this.#run(statement.text, values, signal);
    for (const row of rows) sink.row(row);
    return { command, rowCount };
  }

  async batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    this.heed(signal);
    await this.#checkFloats(statement, signal);
    await eachSet(valueSets, 1, (values) => this.#run(statement.text, values, signal), sink, signal);
  }

  async *stream(
    statement: Statement,
    values: readonly BoundValue[],
    rows: number,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly RawRow[], void> {
    await this.#checkFloats(statement, signal);
    const result = await this.#run(statement.text, values, signal);
    for (let at = 0; at < result.rows.length; at += rows) {
      signal?.throwIfAborted();
      yield result.rows.slice(at, at + rows);
    }
  }

  /** From the file that PGlite makes of a blob, which is the one way in that it has. */
  async copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    this.heed(signal);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
    const text = statement.text.replace(/ FROM STDIN(?= \([^()]*\)$|$)/, " FROM '/dev/blob'");
    // PGlite would wait for rows that nobody can send.
    if (text === statement.text) throw new UnsupportedError('PGlite copies from a file only');
    const { rowCount } = await this.#run(text, [], signal, new Blob(parts));
    return rowCount ?? 0;
  }

  async connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    this.heed(signal);
    return work(new DriverHandle(this));
  }

  protected heed(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    if (!this.withoutCancel) throw new UnsupportedError(NO_CANCEL);
    signal.throwIfAborted();
  }

  /** An instance has one session, and its parsers are the same in a transaction. */
  #checkFloats({ identity }: Statement, signal: AbortSignal | undefined): Promise<void> {
    return checkFloats(identity, this.#own() ?? this.session, (text) => this.#run(text, [], signal));
  }

  #own(): object | undefined {
    const parsers = this.parsed ?? ('parsers' in this.session ? this.session.parsers : undefined);
    return typeof parsers === 'object' && parsers !== null ? parsers : undefined;
  }

  async #run(text: string, values: readonly BoundValue[], signal?: AbortSignal, blob?: Blob): Promise<Raw> {
    this.heed(signal);
    const parsers = await this.#raw();
    const options = { rowMode: 'array', parsers, serializers: SERIALIZERS, ...(blob && { blob }) } as const;
    try {
      const { rows, command = '', rowCount = null } = await this.session.query<RawRow>(text, [...values], options);
      return { rows, command, rowCount };
    } catch (error) {
      // Values do not belong into logs.
      if (error instanceof Error) Object.assign(error, { params: undefined, queryOptions: undefined });
      throw error;
    }
  }

  /** For every type that may have a parser, one that leaves the text alone. */
  #raw(): Promise<Parsers> | Parsers {
    const parsers = this.#own();
    if (parsers !== undefined) return raw(Object.keys(parsers));
    this.#parsers ??= this.session
      .query<readonly [number]>('SELECT oid FROM pg_catalog.pg_type', [], { rowMode: 'array' })
      .then(({ rows }) => raw(rows.map(([oid]) => String(oid))));
    return this.#parsers;
  }
}

interface Raw extends Completion {
  readonly rows: RawRow[];
}

function raw(types: readonly string[]): Parsers {
  return Object.fromEntries(types.map((type) => [type, asItIs]));
}

/** An instance: one connection, which everybody's calls take in turn. */
class InstanceDriver extends SessionDriver {
  constructor(
    readonly instance: PGliteInstance,
    withoutCancel: boolean,
  ) {
    super(instance, withoutCancel);
  }

  override hasTransaction(): undefined {
    return undefined;
  }

  override batch(
    statement: Statement,
    valueSets: readonly (readonly BoundValue[])[],
    sink: BatchSink,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#alone((driver) => driver.batch(statement, valueSets, sink, signal), signal);
  }

  /** Within a transaction of PGlite's own, where a BEGIN only says what kind of one it is. */
  override connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#alone((driver) => driver.connection(work), signal);
  }

  async #alone<Result>(work: (driver: SessionDriver) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    this.heed(signal);
    return this.instance.transaction((tx) => work(new SessionDriver(tx, this.withoutCancel, this.instance.parsers)));
  }
}

const NO_CANCEL =
  'PGlite runs a statement in the caller’s own thread, where no signal and no timeout can end it; leave them out, or make the handle with { withoutCancel: true }';
