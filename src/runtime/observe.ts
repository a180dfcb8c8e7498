/**
 * Each call, told to whoever listens on `node:diagnostics_channel`, without wrapping a handle.
 *
 * Invariant: a trace holds no value: no argument, no row, and none of the server's words, which may
 * quote either. `details()` gives them to a listener that asks. Where nobody listens, a call costs
 * one comparison.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import type { BoundValue, Database, RawRow } from './database.js';
import type { BatchSink, Completion, Driver, RowSink, Statement } from './driver.js';

/** What is published of a call, on every channel of `tracingChannel('sqlward:query')`. Its last properties are there when it has ended. */
export interface QueryTrace {
  /** As annotated, such as `GetAuthorizedThings`. */
  readonly name: string;
  /** As annotated, without the colon, such as `many`. */
  readonly command: string;
  /** Where the annotation stands, such as `queries/things.sql:1`. */
  readonly source: string;
  /** The SQL as it is sent. Values are never in it, but the author's own literals. */
  readonly text: string;
  /** Tables and views, as `table` in schema `public` and `schema.table` elsewhere. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** The kind of the caller's filter, where the query is guarded. */
  readonly filter: 'condition' | 'unrestricted' | 'none' | undefined;
  /** How many sets of arguments a batch has. */
  readonly sets: number | undefined;
  /** How many rows were returned, and how many the server says were affected. */
  rows: number;
  affected: number | undefined;
  /** Milliseconds, from the call to its end. */
  duration: number | undefined;
  /** The class of what was thrown, and its SQLSTATE or system error code. */
  error: { readonly type: string; readonly code: string | undefined } | undefined;
  /** The values that were bound, and the error itself: they may hold secrets. */
  details(): { readonly values: readonly (readonly BoundValue[])[]; readonly error: unknown };
}

/** A function around a call: it must call `call` once, and return what that returns. */
export type Around = <Result>(trace: QueryTrace, call: () => Result) => Result;

const channel = tracingChannel<string, QueryTrace>('sqlward:query');
const { start, end, asyncStart, asyncEnd, error: failed } = channel;
const arounds = new Set<{ readonly around: Around; readonly ended: (trace: QueryTrace) => void }>();

/**
 * Runs each call within a function, as tracers need that set a context for what happens below, and
 * tells when the call is over; a stream runs within it piece by piece. Most observers want the
 * channel instead. Returns how to end it.
 */
export function aroundCalls(around: Around, ended: (trace: QueryTrace) => void): () => void {
  const entry = { around, ended };
  arounds.add(entry);
  return () => void arounds.delete(entry);
}

export function isObserved(): boolean {
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    failed.hasSubscribers ||
    arounds.size > 0
  );
}

/** A driver whose calls are told. */
export class ObservedDriver implements Driver {
  readonly pooled: boolean;

  constructor(readonly inner: Driver) {
    this.pooled = inner.pooled;
  }

  hasTransaction(): boolean | undefined {
    return this.inner.hasTransaction?.();
  }

  query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    const call = new Call(statement, [values], undefined);
    const counting: RowSink = {
      row: (fields) => {
        call.trace.rows++;
        sink.row(fields);
      },
    };
    return call.run(async () => {
      const completion = await this.inner.query(statement, values, counting, signal);
      call.trace.affected = completion.rowCount ?? undefined;
      return completion;
    });
  }

  batch(statement: Statement, valueSets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    const call = new Call(statement, valueSets, valueSets.length);
    let affected = 0;
    const counting: BatchSink = {
      readsRows: sink.readsRows,
      row: (set, fields) => {
        call.trace.rows++;
        sink.row(set, fields);
      },
      done: (set, completion) => {
        affected += completion.rowCount ?? 0;
        sink.done(set, completion);
      },
    };
    return call.run(async () => {
      await this.inner.batch(statement, valueSets, counting, signal);
      call.trace.affected = affected;
    });
  }

  async *stream(
    statement: Statement,
    values: readonly BoundValue[],
    rows: number,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly RawRow[]> {
    const call = new Call(statement, [values], undefined);
    const pieces = call.start(() => this.inner.stream(statement, values, rows, signal)[Symbol.asyncIterator]());
    try {
      for (;;) {
        const next = await call.within(() => pieces.next());
        if (next.done === true) break;
        const piece: readonly RawRow[] = next.value;
        call.trace.rows += piece.length;
        yield piece;
      }
    } catch (error) {
      call.fail(error);
      throw error;
    } finally {
      await pieces.return?.();
      call.end();
    }
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    const call = new Call(statement, [], undefined);
    return call.run(async () => {
      const copied = await this.inner.copy(statement, chunks, signal);
      call.trace.affected = copied;
      return copied;
    });
  }

  connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.inner.connection(work, signal);
  }
}

/** One call's trace, published in the order of `TracingChannel.tracePromise`. */
class Call {
  readonly trace: QueryTrace;
  readonly #started = performance.now();
  #error: unknown;

  constructor(statement: Statement, values: readonly (readonly BoundValue[])[], sets: number | undefined) {
    const { name, command, source, reads = [], writes = [] } = statement.identity;
    this.trace = {
      name,
      command,
      source,
      text: statement.text,
      reads,
      writes,
      filter: statement.filter,
      sets,
      rows: 0,
      affected: undefined,
      duration: undefined,
      error: undefined,
      details: () => ({ values, error: this.#error }),
    };
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.start(work);
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.end();
    }
  }

  /** The part of the call that runs before it first waits. */
  start<Result>(work: () => Result): Result {
    try {
      return channel.start.runStores(this.trace, () => this.within(work));
    } finally {
      channel.end.publish(this.trace);
    }
  }

  within<Result>(work: () => Result): Result {
    let call = work;
    for (const { around } of arounds) {
      const inner = call;
      call = () => around(this.trace, inner);
    }
    return call();
  }

  fail(error: unknown): void {
    this.#error = error;
    this.trace.error = { type: typeOf(error), code: codeOf(error) };
    channel.error.publish(this.trace);
  }

  end(): void {
    this.trace.duration = performance.now() - this.#started;
    channel.asyncStart.publish(this.trace);
    channel.asyncEnd.publish(this.trace);
    for (const { ended } of arounds) ended(this.trace);
  }
}

function typeOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error && !('code' in error) ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
