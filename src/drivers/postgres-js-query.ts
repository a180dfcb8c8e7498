/**
 * One query of postgres.js, and what it answers.
 *
 * The library calls a query's own `resolve` and `reject`, which its cursors replace; so does this, where
 * the promise alone does not tell enough.
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkRaw, type RawResult, type RawRow } from '../runtime/index.js';

/** What is used of the library's `Query`. */
export interface Query extends Promise<QueryRows> {
  /** Whether the server is at it. */
  readonly active: boolean;
  /** Ends what is active; resolves when the server has taken the request. */
  readonly canceller: (query: Query) => Promise<unknown>;
  /** Set by the driver: whoever made the connection is not told of a failure. */
  hidden?: boolean;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  execute(): this;
  raw(): this;
  cursor(rows: number): AsyncIterable<QueryRows>;
}

interface QueryRows extends ReadonlyArray<readonly (Buffer | null)[]> {
  readonly command: string | null;
  readonly count: number | null;
}

/** The rows as text, and the command's end. */
export async function answered(query: Query): Promise<RawResult> {
  const rows = await settled(query.raw());
  return checkRaw({ rows: rows.map(texts), command: /^\w+/.exec(rows.command ?? '')?.[0] ?? '', rowCount: rows.count });
}

/** A failure that is hidden ends the library's promise well. */
function settled(query: Query): Promise<QueryRows> {
  return new Promise((resolve, reject) => {
    if (query.hidden === true) {
      query.reject = (error) => {
        reject(error);
        query.resolve(undefined);
      };
    }
    query.then(resolve, reject);
  });
}

/** A `transform` of rows may have made something else of them, which the check finds. */
function texts(row: readonly unknown[]): RawRow {
  if (!Array.isArray(row)) return row as RawRow;
  return row.map((value: unknown) => (Buffer.isBuffer(value) ? value.toString() : (value as null)));
}

/** The rows as they are asked for. The portal is closed, and the connection free, when this is over. */
export async function* pieces(
  query: Query,
  rows: number,
  within: <Result>(piece: Promise<Result>) => Promise<Result>,
): AsyncGenerator<readonly RawRow[], void> {
  const cursor = query.raw().cursor(rows)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(cursor.next());
      if (next.done === true) return;
      const { value } = next;
      if (value.length > 0) yield checkRaw({ rows: value.map(texts), command: '', rowCount: null }).rows;
    }
  } finally {
    if (query.active) {
      await new Promise<void>((resolve) => {
        query.resolve = query.reject = () => resolve();
        void cursor.return?.();
      });
    }
  }
}

/** Fills a COPY; resolves to how many rows were copied. The connection is free when this is over. */
export async function copied(
  query: Query,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<number> {
  let failure: { readonly cause: unknown } | undefined;
  // The server, and its log, are not told what it was.
  async function* source(): AsyncGenerator<Buffer> {
    try {
      yield* chunks;
    } catch (cause) {
      failure = { cause };
      throw new Error('the source of the rows failed');
    }
  }
  const reject = query.reject.bind(query);
  let open: (stream: Writable) => void = () => undefined;
  const opened = new Promise<Writable>((resolve) => (open = resolve));
  const ended = new Promise<QueryRows>((resolve, fail) => {
    query.resolve = (answer) => (isWritable(answer) ? open(answer) : resolve(answer as QueryRows));
    query.reject = (error) => {
      fail(error);
      if (query.hidden !== true) reject(error);
    };
  });
  query.execute().catch(() => undefined);
  ended.catch(() => undefined);
  const stream = await Promise.race([opened, ended]);
  if (isWritable(stream)) {
    // The library forgets a stream whose end it has sent.
    ended.catch((error: Error) => stream.destroy(error));
    await pipeline(source, stream, { signal: signal ?? new AbortController().signal }).catch(async (error: unknown) => {
      await ended.catch(() => undefined);
      throw failure === undefined ? error : failure.cause;
    });
  }
  return (await ended).count ?? 0;
}

function isWritable(answer: unknown): answer is Writable {
  return typeof answer === 'object' && answer !== null && 'write' in answer;
}
