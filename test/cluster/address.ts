/** An address that can lead to another server, as a service's own host name does after a failover. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Address {
  readonly url: string;
  /** From now on it leads there; connections to where it led before end. */
  moveTo(url: string): void;
  close(): Promise<void>;
}

export async function startAddress(url: string): Promise<Address> {
  const sockets = new Set<Socket>();
  let target = new URL(url);
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = new URL(url);
  own.port = String(typeof address === 'object' && address ? address.port : 0);
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: own.href,
    moveTo(next) {
      target = new URL(next);
      cut();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
