/**
 * Ending a statement that is under way.
 *
 * Invariant: a connection is used again only when the server has answered both the statement and the
 * request to cancel it, so that the request cannot reach the statement after it; where that does not
 * come about, the connection is closed.
 */
import { connect, isIP, type Socket } from 'node:net';
import { queueOf, type Callback, type PgClient } from './client.js';
import * as messages from './messages.js';
import { send, type PgQuery } from './query.js';

/** How long a server may take over a request to cancel, in milliseconds. */
const PATIENCE = 5000;

const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

/**
 * Submits a query that the signal ends. The caller is told of an abort at once by `rejected`; `done`
 * is called when the connection is free again, or lost.
 */
export function submitCancellable(
  client: PgClient,
  query: PgQuery<unknown>,
  signal: AbortSignal,
  rejected: (reason: unknown) => void,
  done: Callback,
): void {
  if (signal.aborted) {
    rejected(signal.reason);
    done(null);
    return;
  }
  let cancelled: Promise<void> | undefined;
  const onAbort = (): void => {
    rejected(signal.reason);
    if (query.connection === undefined) withdraw(client, query);
    else {
      query.interrupt(query.connection);
      cancelled = cancel(client);
    }
  };
  signal.addEventListener('abort', onAbort, { once: true });
  client.query(query, (error) => {
    signal.removeEventListener('abort', onAbort);
    if (cancelled === undefined) {
      done(error);
      return;
    }
    queueOf(client)?.unshift(new Pause(cancelled));
    void cancelled.then(() => done(error));
  });
}

/** Takes a query back that has not been sent. */
function withdraw(client: PgClient, query: PgQuery<unknown>): void {
  query.withdrawn = true;
  const queue = queueOf(client);
  const index = queue?.indexOf(query) ?? -1;
  if (index < 0) return;
  queue?.splice(index, 1);
  query.callback?.(null, query);
}

/** Holds back the queries behind it, and sends nothing but a Sync, for which the client waits. */
class Pause {
  callback: Callback | undefined;

  constructor(readonly until: Promise<void>) {}

  submit(connection: PgClient['connection']): null {
    void this.until.then(() => {
      messages.begin();
      messages.sync();
      send(connection, messages.taken());
    });
    return null;
  }

  handleReadyForQuery(): void {}

  handleError(): void {}
}

/** Resolves when the server has taken the request, and always: where it does not, the connection is closed. */
function cancel(client: PgClient): Promise<void> {
  return new Promise((resolve) => {
    const { processID, secretKey, host, port } = client;
    if (processID === null || secretKey === null) {
      client.connection.stream.destroy();
      resolve();
      return;
    }
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    // The server closes the connection when it has sent the signal.
    let answered = false;
    const onFailure = (): void => {
      answered = false;
      socket.destroy();
    };
    socket.setTimeout(PATIENCE, onFailure);
    socket.on('error', onFailure);
    socket.once('connect', () => {
      void secured(socket, client).then((stream) => {
        stream.on('error', onFailure);
        stream.on('end', () => {
          answered = true;
        });
        stream.resume();
        // Half closed, a pooler would take it for given up.
        stream.write(cancelRequest(processID, secretKey));
      }, onFailure);
    });
    socket.once('close', () => {
      if (!answered) client.connection.stream.destroy();
      resolve();
    });
  });
}

function cancelRequest(processId: number, secretKey: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt16BE(1234, 4);
  request.writeInt16BE(5678, 6);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(secretKey, 12);
  return request;
}

/** The socket as it is or, where the client's own connection is encrypted, encrypted and verified in the same way. */
async function secured(socket: Socket, { ssl, sslNegotiation, host }: PgClient): Promise<Socket> {
  if (ssl === false) return socket;
  const { connect: connectSecurely } = await import('node:tls');
  const isDirect = sslNegotiation === 'direct';
  if (!isDirect) {
    const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.write(SSL_REQUEST);
    if ((await answer)[0] !== 'S'.charCodeAt(0)) throw new Error('the server does not take encrypted requests to cancel');
  }
  return connectSecurely({
    socket,
    host,
    ...(ssl === true ? {} : ssl),
    // node-postgres hides a private key from whoever lists its options.
    ...(ssl !== true && 'key' in ssl ? { key: ssl.key as string } : {}),
    ...(isDirect ? { ALPNProtocols: ['postgresql'] } : {}),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
}
