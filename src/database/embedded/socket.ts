/**
 * PGlite behind a socket of the loopback interface, for any number of clients that take turns. The package
 * `@electric-sql/pglite-socket` gives PGlite one message after the other, and sends each part of an answer
 * on its own: four calls and as many packets for each query that is described.
 *
 * Invariant: what a client sends runs whole, up to a message that asks for an answer, and the answer goes
 * back whole. All clients share PGlite's one session, so while a transaction is open its client alone has turns.
 */
import type { PGlite } from '@electric-sql/pglite';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Messages that ask for no answer: Parse, Bind, Describe, Execute, Close; and Terminate, with which PGlite never returns. */
const UNANSWERED: ReadonlySet<number> = new Set([...'PBDECX'].map((kind) => kind.charCodeAt(0)));
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

export interface Listener {
  /** `host:port`. */
  readonly address: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface Turn {
  readonly socket: Socket;
  readonly bytes: Buffer;
}

export async function listen(database: PGlite): Promise<Listener> {
  const sockets = new Set<Socket>();
  const turns = new Turns(database);
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    serve(socket, turns);
    socket.once('close', () => {
      sockets.delete(socket);
      turns.leave(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address: `${address}:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await turns.end();
    },
  };
}

function serve(socket: Socket, turns: Turns): void {
  let started = false;
  let rest: Buffer = Buffer.alloc(0);
  // A client that is gone needs no answer.
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (!started && rest.length >= 8 && rest.length >= rest.readUInt32BE(0)) {
      const end = rest.readUInt32BE(0);
      const code = rest.readUInt32BE(4);
      if (code === SSL_REQUEST || code === GSS_REQUEST) socket.write('N');
      else if (code === CANCEL_REQUEST) socket.end();
      else {
        started = true;
        turns.take({ socket, bytes: rest.subarray(0, end) });
      }
      rest = rest.subarray(end);
    }
    if (!started) return;
    const end = endOfQuestions(rest);
    if (end > 0) turns.take({ socket, bytes: rest.subarray(0, end) });
    rest = rest.subarray(end);
  });
}

/** Behind the last whole message that asks for an answer. */
function endOfQuestions(bytes: Buffer): number {
  let end = 0;
  for (let at = 0; at + 5 <= bytes.length;) {
    const kind = bytes[at] ?? 0;
    at += 1 + bytes.readUInt32BE(at + 1);
    if (at <= bytes.length && !UNANSWERED.has(kind)) end = at;
  }
  return end;
}

class Turns {
  private waiting: Turn[] = [];
  private isRunning = false;
  private isEnded = false;
  private done: Promise<void> = Promise.resolve();
  /** Whose turn was the last: an open transaction is its. */
  private last: Socket | undefined;

  constructor(private readonly database: PGlite) {}

  take(turn: Turn): void {
    this.waiting.push(turn);
    this.run();
  }

  /** A client that leaves takes its open transaction with it. */
  leave(socket: Socket): void {
    this.waiting = this.waiting.filter((turn) => turn.socket !== socket);
    this.run();
  }

  /** No turn is taken any more; resolves when the last one is over. */
  end(): Promise<void> {
    this.waiting = [];
    this.isEnded = true;
    return this.done;
  }

  private run(): void {
    if (this.isRunning || this.isEnded) return;
    this.isRunning = true;
    this.done = this.runAll();
  }

  private async runAll(): Promise<void> {
    await this.endLeft();
    for (let turn = this.next(); turn !== undefined; turn = this.next()) {
      this.last = turn.socket;
      await this.answer(turn);
      await this.endLeft();
    }
    this.isRunning = false;
  }

  private next(): Turn | undefined {
    const index = this.database.isInTransaction() ? this.waiting.findIndex(({ socket }) => socket === this.last) : 0;
    return index < 0 ? undefined : this.waiting.splice(index, 1)[0];
  }

  private async answer({ socket, bytes }: Turn): Promise<void> {
    const answer: Buffer[] = [];
    try {
      await this.database.runExclusive(() =>
        this.database.execProtocolRawStream(bytes, { syncToFs: false, onRawData: (data) => answer.push(Buffer.from(data)) }),
      );
      if (socket.writable && answer.length > 0) socket.write(Buffer.concat(answer));
    } catch {
      // PostgreSQL itself has stopped: to a client, the connection is lost.
      socket.destroy();
    }
  }

  private async endLeft(): Promise<void> {
    if (this.last?.destroyed === true && this.database.isInTransaction()) await this.database.exec('ROLLBACK').catch(() => {});
  }
}
