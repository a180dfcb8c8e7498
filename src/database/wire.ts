/**
 * pgtyped's message queue on a connection that `pg` has opened.
 *
 * Invariant: once the connection is lost, everything that waits on the queue is rejected, and so
 * is everything asked of it later.
 */
import { AsyncQueue, messages } from '@pgtyped/wire';
import { Socket } from 'node:net';
import pg from 'pg';
import { connectionLost } from './connect.js';
import { NoticeFilter, type Notice } from './notices.js';

/** pgtyped's own type of a message, which it does not export. */
interface ClientMessage<Params> {
  name: string;
  type: 'CLIENT';
  indicator: string | null;
  pattern: (params: Params) => Buffer[];
}

export class WireQueue extends AsyncQueue {
  /**
   * The fields of the last ErrorResponse by their letters; pgtyped passes on only some, and a C
   * routine's name in place of the SQLSTATE.
   */
  serverError: Readonly<Record<string, string>> | undefined;
  /** What the server said by the way in the last exchange that ended. */
  notices: readonly Notice[] = [];
  private loss: Error | undefined;
  private rejectWork: ((error: Error) => void) | undefined;

  constructor(stream: Socket, server: string) {
    super();
    this.socket = stream;
    // pgtyped leaves Nagle's algorithm on, which costs 40 ms a query.
    stream.setNoDelay(true);
    // pgtyped throws notices away.
    const filter = new NoticeFilter((notices) => (this.notices = notices));
    stream.on('data', (chunk: Buffer) => {
      const messages = filter.take(chunk);
      if (messages.length === 0) return;
      this.buffer = this.buffer.length === 0 ? messages : Buffer.concat([this.buffer, messages]);
      this.processQueue();
    });
    stream.on('error', (error) => this.lose(connectionLost(server, error.message)));
    stream.on('close', () => this.lose(connectionLost(server, this.lastWords() ?? 'the server closed the connection')));
  }

  /** Rejects what is under way, and all that is asked later. */
  lose(error: Error): void {
    this.loss ??= error;
    this.rejectWork?.(this.loss);
    this.socket.destroy();
  }

  /**
   * What the work resolves to, unless the connection is lost before; one work at a time. A race with a
   * promise of the loss would keep every answer for as long as the connection lasts.
   */
  whileConnected<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.rejectWork = reject;
      if (this.loss === undefined) work().then(resolve, reject);
      else reject(this.loss);
    });
  }

  /**
   * pgtyped waits until each message is written, asks for the answers with a Flush, and ends with a Sync
   * once it has one. Here all that it asks goes out at once: the Sync in place of the Flush asks for the
   * same answers, and the server passes over the rest by itself where it refuses one.
   */
  override send<Params extends object>(message: ClientMessage<Params>, params: Params): Promise<void> {
    if (message.name === messages.sync.name) return Promise.resolve();
    const isFlush = message.name === messages.flush.name;
    this.socket.cork();
    void (isFlush ? super.send(messages.sync, {}) : super.send(message, params));
    if (isFlush) while (this.socket.writableCorked > 0) this.socket.uncork();
    return Promise.resolve();
  }

  override async reply(...expected: Parameters<AsyncQueue['reply']>): ReturnType<AsyncQueue['reply']> {
    let message: unknown;
    try {
      message = await super.reply(...expected);
    } finally {
      // pgtyped leaves its last expectation standing: what arrives before the next one is set, as it
      // does over TLS or a slow line, would be held against the old one and thrown away.
      this.replyPending = null;
    }
    if (typeof message === 'object' && message !== null && 'fields' in message && !Array.isArray(message.fields)) {
      this.serverError = Object.fromEntries(Object.entries(message.fields ?? {}));
    }
    return message;
  }

  /** Why the server ended the session, where it said so: in answer to a text, or while nothing was asked. */
  private lastWords(): string | undefined {
    if (this.serverError?.['S'] === 'FATAL') return this.serverError['M'];
    const unread = this.buffer.subarray(this.bufferOffset);
    if (unread[0] !== 'E'.charCodeAt(0)) return undefined;
    // Behind the message's letter and length: fields, each a letter and a text that ends in a NUL.
    const fields = unread.toString('utf8', 5).split('\0');
    return fields.find((field) => field.startsWith('M'))?.slice(1);
  }
}

/** Takes the socket of a connected and idle client; the client may afterwards only be ended. */
export function handOver(client: pg.Client): WireQueue {
  const connection: unknown = Reflect.get(client, 'connection');
  if (!(connection instanceof pg.Connection) || !(connection.stream instanceof Socket)) {
    throw new TypeError('the installed version of pg keeps its socket elsewhere');
  }
  connection.stream.removeAllListeners('data');
  return new WireQueue(connection.stream, `${client.host}:${client.port}`);
}
