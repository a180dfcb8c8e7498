/**
 * COPY … FROM STDIN over node-postgres, as a query object of its own.
 *
 * Invariant: the source is read no faster than the connection takes its chunks, and no further once
 * the call is over, whatever ended it. What went wrong first is what the caller is told: the source's
 * own error, not the server's answer to it.
 */
import type { Statement } from '../driver.js';
import type { PgConnection } from './client.js';
import { completionOf, PgQuery, send } from './query.js';

type Chunks = Iterable<Buffer> | AsyncIterable<Buffer>;

interface CopyConnection extends PgConnection {
  query(text: string): void;
  endCopyFrom(): void;
}

/**
 * Streams the chunks into the statement; resolves to how many rows were copied. An abort is told at
 * once, and the connection is free again when the server has answered. A client in pipeline mode
 * cannot copy.
 */
export function copyOver(
  client: { query(config: never): unknown },
  statement: Statement,
  chunks: Chunks,
  signal?: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const query = new CopyQuery(statement, chunks);
    const abort = (): void => {
      const reason: unknown = signal?.reason;
      query.stop(reason);
      reject(reason);
    };
    query.callback = (error) => {
      signal?.removeEventListener('abort', abort);
      query.end();
      query.settle(error, resolve, reject);
    };
    signal?.addEventListener('abort', abort, { once: true });
    submit(client, query);
  });
}

/** node-postgres takes a query of its own making by the same method; the structural handle does not say so. */
function submit(client: { query(config: never): unknown }, query: CopyQuery): void {
  client.query(query as never);
}

class CopyQuery extends PgQuery<number> {
  #started = false;
  #over = false;
  #rowCount = 0;
  /** Ends the wait for a connection that takes no more. */
  #wake: (() => void) | undefined;

  constructor(
    statement: Statement,
    private readonly chunks: Chunks,
  ) {
    super(statement);
  }

  start(connection: PgConnection): void {
    (connection as CopyConnection).query(this.text);
  }

  override handleCopyInResponse(connection: PgConnection): void {
    // What was stopped before the server was ready is told so now.
    if (this.failure === undefined) void this.#pump(connection as CopyConnection);
    else connection.sendCopyFail(FAILED);
  }

  completed(tag: string): void {
    this.#rowCount = completionOf(tag).rowCount ?? 0;
  }

  row(): void {}

  outcome(): number {
    return this.#rowCount;
  }

  /** The source is read no more; the server keeps none of the rows. */
  stop(cause: unknown): void {
    if (this.#over || this.failure !== undefined) return;
    this.failure = { cause };
    if (this.connection === undefined) this.withdrawn = true;
    else if (this.#started) this.connection.sendCopyFail(FAILED);
    this.#wake?.();
  }

  end(): void {
    this.#over = true;
    this.#wake?.();
  }

  async #pump(connection: CopyConnection): Promise<void> {
    this.#started = true;
    try {
      // Rows that are there already are not awaited one by one.
      if (Symbol.asyncIterator in this.chunks) {
        for await (const chunk of this.chunks) if (!(await this.#write(connection, chunk))) return;
      } else {
        for (const chunk of this.chunks) if (!(await this.#write(connection, chunk))) return;
      }
      if (!this.#isOver) connection.endCopyFrom();
    } catch (error) {
      this.stop(error);
    }
  }

  get #isOver(): boolean {
    return this.#over || this.failure !== undefined;
  }

  /** Whether more is wanted, once there is room for it. */
  async #write(connection: CopyConnection, chunk: Buffer): Promise<boolean> {
    if (this.#isOver) return false;
    const header = Buffer.allocUnsafe(5);
    header[0] = COPY_DATA;
    header.writeInt32BE(chunk.length + 4, 1);
    send(connection, header);
    if (!send(connection, chunk)) await this.#drained(connection);
    return !this.#isOver;
  }

  #drained({ stream }: CopyConnection): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        stream.off('drain', wake);
        stream.off('close', wake);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = wake;
      stream.once('drain', wake);
      stream.once('close', wake);
    });
  }
}

const COPY_DATA = 'd'.charCodeAt(0);
/** The reason that the server's log gives. */
const FAILED = 'the source of the rows failed';
