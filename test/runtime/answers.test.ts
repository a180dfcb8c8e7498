/** However the server's bytes arrive, and whoever else uses the connection, each call gets its own answer. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { batchMany, exec, many, prepared, text, transaction } from '../../src/runtime/index.js';
import { definition } from './server.js';

const echo = many(
  definition<{ texts: readonly string[] }>({
    text: `SELECT t, NULL, length(t) FROM unnest($1::text[]) t`,
    bind: ({ texts }) => [`{${texts.map((one) => `"${one}"`).join(',')}}`],
    decode: (row) => row,
  }),
);
const series = many(
  definition<{ upTo: number }>({
    text: `SELECT n, 'é' || n FROM generate_series(1, $1::int) n`,
    bind: ({ upTo }) => [upTo],
    decode: (row) => row,
  }),
);
const doubled = batchMany(
  definition<number, string>({ command: 'batchmany', text: 'SELECT $1::int * 2', bind: (n) => [n], decode: (row) => text(row[0]) }),
);

const refer = exec(definition<void, void>({ text: 'INSERT INTO referring VALUES (1)', decode: () => undefined }));

const TEXTS = ['', 'plain', 'é', '日本語', '😀', 'Z\u0005I', 'x'.repeat(200_000)];
const ECHOED = TEXTS.map((one) => [one, null, String([...one].length)]);

/** How many bytes the proxy hands on at a time. */
let size = Infinity;
let proxy: Server;
let port: number;
let client: pg.Client;
beforeAll(async () => {
  const { hostname, port: serverPort } = new URL(inject('databaseUrl'));
  proxy = createServer((near) => {
    const far = connect(Number(serverPort), hostname);
    near.setNoDelay(true);
    near.pipe(far);
    void (async () => {
      for await (const chunk of far as AsyncIterable<Buffer>) {
        for (let rest = chunk; rest.length > 0;) {
          const piece = rest.subarray(0, size);
          rest = rest.subarray(size);
          near.write(piece);
          // A piece goes by itself; those of a large answer may go together.
          if (chunk.length / size < 5000) await new Promise(setImmediate);
        }
      }
      near.end();
    })().catch(() => near.destroy());
    near.on('error', () => far.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  ({ port } = proxy.address() as AddressInfo);
});
afterAll(() => proxy.close());
afterEach(() => {
  size = Infinity;
  return client.end();
});

async function open(): Promise<pg.Client> {
  const url = new URL(inject('databaseUrl'));
  url.host = `127.0.0.1:${port}`;
  client = new pg.Client(url.href);
  await client.connect();
  return client;
}

async function rowsOf<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe.each([1, 2, 3, 5, 6, 7, 64, 4096, Infinity])('in pieces of %d bytes', (pieces) => {
  test('a transaction after one whose COMMIT fails', async () => {
    const db = await open();
    await db.query('CREATE TEMP TABLE referred (id int PRIMARY KEY)');
    await db.query('CREATE TEMP TABLE referring (id int REFERENCES referred DEFERRABLE INITIALLY DEFERRED)');
    size = pieces;
    await expect(transaction(db, (tx) => refer(tx))).rejects.toMatchObject({ code: '23503' });
    expect(await transaction(db, (tx) => series(tx, { upTo: 1 }))).toEqual([['1', 'é1']]);
  });

  test('calls, streams and batches', async () => {
    await open();
    size = pieces;
    const texts = pieces < 64 ? TEXTS.slice(0, -1) : TEXTS;
    for (const db of [client, prepared(client)]) {
      for (let turn = 0; turn < 3; turn++) expect(await echo(db, { texts })).toEqual(ECHOED.slice(0, texts.length));
      expect(await rowsOf(series.stream(db, { upTo: 25 }, { rows: 10 }))).toEqual(
        Array.from({ length: 25 }, (_, n) => [`${n + 1}`, `é${n + 1}`]),
      );
      expect(await doubled(db, [1, 2, 3])).toEqual([['2'], ['4'], ['6']]);
      await expect(echo(db, { texts: ['\u0000'] })).rejects.toThrow();
    }
  });
});

describe('others on the connection', () => {
  test('queries of node-postgres’s own in between, and a queue of both', async () => {
    await open();
    const raw = async (n: number): Promise<unknown> => (await client.query<{ n: number }>('SELECT $1::int AS n', [n])).rows[0]?.n;
    const own = async (n: number): Promise<unknown> => Number((await series(client, { upTo: n })).at(-1)?.[0]);
    const queue = Array.from({ length: 60 }, (_, n) => (n % 7 < 4 ? own(n + 1) : raw(n + 1)));
    expect(await Promise.all(queue)).toEqual(queue.map((_, n) => n + 1));
    for (let n = 1; n < 10; n++) expect([await raw(n), await own(n), await own(n)]).toEqual([n, n, n]);
  });

  test.each([1, 7, Infinity])('notifications between calls, in pieces of %d bytes', async (pieces) => {
    await open();
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('LISTEN answers');
    size = pieces;
    const other = new pg.Client(inject('databaseUrl'));
    await other.connect();
    const expected: string[] = [];
    for (let n = 0; n < 40; n++) {
      const payload = `${n} é ${'x'.repeat(n * 7)}`;
      expected.push(payload);
      // Both are under way at once, so that the notification comes before, after, or with half of it in between.
      const notified = other.query('SELECT pg_notify($1, $2)', ['answers', payload]);
      expect(await series(client, { upTo: 2 })).toHaveLength(2);
      await notified;
    }
    await other.end();
    await expect.poll(() => heard).toEqual(expected);
  });

  test('who begins to watch the messages sees every one', async () => {
    await open();
    for (let n = 0; n < 3; n++) await series(client, { upTo: 2 });
    const names: string[] = [];
    const { connection } = client as pg.Client & { readonly connection: NodeJS.EventEmitter };
    connection.on('message', ({ name }: { name: string }) => names.push(name));
    await series(client, { upTo: 2 });
    expect(names).toEqual(['parseComplete', 'bindComplete', 'dataRow', 'dataRow', 'commandComplete', 'readyForQuery']);
  });

  test('who reads the socket meanwhile, and gives it back, changes nothing', async () => {
    await open();
    await series(client, { upTo: 2 });
    const { stream } = (client as pg.Client & { readonly connection: { readonly stream: NodeJS.EventEmitter } }).connection;
    const [listener, ...others] = stream.listeners('data') as ((chunk: Buffer) => void)[];
    expect(others).toEqual([]);
    stream.removeAllListeners('data');
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      listener?.(chunk);
    });
    expect(await series(client, { upTo: 3 })).toHaveLength(3);
    expect(bytes).toBeGreaterThan(0);
  });
});
