/** Where a connection is encrypted, so is the request to cancel: it names a backend, and holds the secret that ends its statements. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:tls';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { exec, one } from '../../src/runtime/index.js';
import { selfSigned, type Certificate } from '../support/certificate.js';
import { definition } from './server.js';

const sleep = exec(definition({ command: 'exec', text: 'SELECT pg_sleep(60)', required: [], optional: [], decode: () => undefined }));
const seven = one(
  definition({ command: 'one', text: 'SELECT 7', columns: ['n'], required: [], optional: [], decode: (row) => row[0] ?? '' }),
);

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** What came, and how. */
let seen: string[] = [];
let server: Certificate;
let caller: Certificate;
let secure: SecureServer;
let front: Server;
let port: number;

/** A front that speaks TLS, and hands on what it hears to the server in the clear. */
beforeAll(async () => {
  server = selfSigned();
  caller = selfSigned();
  const { hostname, port: serverPort } = new URL(inject('databaseUrl'));
  const handOn = (near: Socket, how: string): void => {
    const far = connect(Number(serverPort), hostname);
    near.once('data', (first: Buffer) => {
      seen.push(`${first.readInt32BE(4) === CANCEL_REQUEST ? 'cancel' : 'start'} ${how}`);
      far.write(first);
      near.pipe(far).pipe(near);
    });
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  };
  secure = createSecureServer(
    { ...server, requestCert: true, ca: caller.cert, rejectUnauthorized: true, ALPNProtocols: ['postgresql'] },
    (near) => handOn(near, near.authorized ? 'encrypted' : 'by a stranger'),
  );
  secure.on('tlsClientError', () => undefined);
  front = createServer((near) => {
    near.on('error', () => undefined);
    near.once('data', (first: Buffer) => {
      const isRequest = first.length === 8 && first.readInt32BE(4) === SSL_REQUEST;
      const isDirect = first[0] === 22;
      near.pause();
      if (isRequest) near.write('S');
      else near.unshift(first);
      if (isRequest || isDirect) secure.emit('connection', near);
      else handOn(near, 'in the clear');
    });
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  ({ port } = front.address() as AddressInfo);
});
afterAll(() => front.close());
beforeEach(() => {
  seen = [];
  secure.setSecureContext({ ...server, ca: caller.cert });
});

function open(host: string, options: object): pg.Client {
  const url = new URL(inject('databaseUrl'));
  url.host = `${host}:${port}`;
  return new pg.Client({ connectionString: url.href, ssl: { ca: server.cert, ...caller }, ...options });
}

async function aborted(client: pg.Client): Promise<unknown> {
  const controller = new AbortController();
  const work = sleep(client, { signal: controller.signal });
  const { processID } = client as pg.Client & { readonly processID: number };
  const admin = new pg.Client(inject('databaseUrl'));
  await admin.connect();
  const sleeping = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`;
  await expect.poll(async () => (await admin.query(sleeping, [processID])).rowCount).toBe(1);
  controller.abort('enough');
  const reason: unknown = await work.catch((error: unknown) => error);
  await expect.poll(async () => (await admin.query(sleeping, [processID])).rowCount).toBe(0);
  await admin.end();
  return reason;
}

describe.each([
  ['localhost', {}],
  ['127.0.0.1', {}],
  ['localhost', { sslnegotiation: 'direct' }],
])('to %s, %o', (host, options) => {
  test('the request is encrypted, by the same certificate and key', async () => {
    const client = open(host, options);
    await client.connect();
    expect(await aborted(client)).toBe('enough');
    expect(await seven(client)).toBe('7');
    expect(seen).toEqual(['start encrypted', 'cancel encrypted']);
    await client.end();
  });
});

test('a server that is another one is not told the secret, and the connection goes', async () => {
  const client = open('localhost', {});
  const lost = new Promise((resolve) => client.once('error', resolve));
  await client.connect();
  secure.setSecureContext({ ...selfSigned(), ca: caller.cert });
  const controller = new AbortController();
  const work = sleep(client, { signal: controller.signal }).catch((error: unknown) => error);
  await expect.poll(() => seen).toEqual(['start encrypted']);
  controller.abort('enough');
  expect(await work).toBe('enough');
  await lost;
  expect(seen).toEqual(['start encrypted']);
});
