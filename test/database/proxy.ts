/** A server in front of a PostgreSQL: other addresses, TLS, and lines that go dead. */
import { createServer, connect as connectTo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Transform } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { NoticeFilter } from '../../src/database/notices.js';

export interface Proxy {
  readonly port: number;
  /** From now on nothing is passed on, in either direction, and nothing is closed. */
  freeze(): void;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** A Unix socket to listen on, in place of a port. */
  readonly path?: string;
  /** Takes connections and never answers. */
  readonly silent?: boolean;
  /** Passes the server's answers on in pieces of so many bytes, as a slow line may. */
  readonly pieces?: number;
  /** Keeps the server's notices back, as some poolers do. */
  readonly withoutNotices?: boolean;
  /** Answers a request for TLS with this certificate. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
}

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

export async function startProxy(target: URL, options: ProxyOptions = {}): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connectTo(Number(target.port || '5432'), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.once('data', (first) => {
      if (options.silent) return;
      if (options.tls && SSL_REQUEST.equals(Buffer.from(first))) {
        client.write('S');
        const secure = new TLSSocket(client, { isServer: true, ...options.tls });
        secure.on('error', () => {});
        secure.pipe(upstream).pipe(secure);
      } else if (options.withoutNotices) {
        const filter = new NoticeFilter(() => {});
        upstream.write(first);
        client
          .pipe(upstream)
          .pipe(
            new Transform({
              transform(chunk: Buffer, _encoding, done) {
                done(null, filter.take(chunk));
              },
            }),
          )
          .pipe(client);
      } else if (options.pieces !== undefined) {
        const size = options.pieces;
        upstream.write(first);
        client
          .setNoDelay(true)
          .pipe(upstream)
          .pipe(
            new Transform({
              transform(chunk: Buffer, _encoding, done) {
                void inPieces(chunk, size, (piece) => this.push(piece)).then(() => done());
              },
            }),
          )
          .pipe(client);
      } else {
        upstream.write(first);
        client.pipe(upstream).pipe(client);
      }
    });
  });
  server.listen(options.path ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function inPieces(chunk: Buffer, size: number, pass: (piece: Buffer) => void): Promise<void> {
  for (let at = 0; at < chunk.length; at += size) {
    pass(chunk.subarray(at, at + size));
    // Each goes out in a packet of its own.
    await setImmediate();
    await setImmediate();
  }
}
