/** Cancelling where PostgreSQL itself speaks TLS, and nothing stands between; `test/runtime/cancel-tls.test.ts` looks into the bytes. */
import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exec } from '../../src/runtime/index.js';
import { definition } from '../runtime/server.js';
import { selfSigned } from '../support/certificate.js';
import { withClient } from '../support/database.js';
import { startNativeServer, type NativeServer } from '../support/native-server.js';
import { value } from './logs.js';

const sleep = exec(definition({ command: 'exec', text: 'SELECT pg_sleep(60)', required: [], optional: [], decode: () => undefined }));
const certificate = selfSigned();

let server: NativeServer;

beforeAll(async () => {
  server = await startNativeServer();
  const folder = String(await value(server.url, 'SHOW data_directory'));
  const { uid, gid } = await stat(folder);
  for (const [name, text] of [
    ['server.crt', certificate.cert],
    ['server.key', certificate.key],
  ] as const) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    await chown(join(folder, name), uid, gid);
  }
  await withClient(server.url, async (client) => {
    await client.query('ALTER SYSTEM SET ssl = on');
    await client.query('SELECT pg_reload_conf()');
  });
});
afterAll(() => server.stop());

describe.each(['postgres', 'direct'] as const)('a server that speaks TLS, asked by %s negotiation', (sslnegotiation) => {
  test('ends what is aborted, and the connection goes on', async () => {
    await expect.poll(() => value(server.url, 'SHOW ssl')).toBe('on');
    const client = new pg.Client({ connectionString: server.url, ssl: { ca: certificate.cert }, sslnegotiation });
    await client.connect();
    const { processID } = client as pg.Client & { readonly processID: number };
    const { rows } = await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    expect(rows).toEqual([{ ssl: true }]);
    const sleeping = `SELECT count(*) FROM pg_stat_activity WHERE pid = ${processID} AND wait_event = 'PgSleep'`;
    const controller = new AbortController();
    const work = sleep(client, { signal: controller.signal }).catch((error: unknown) => error);
    await expect.poll(() => value(server.url, sleeping)).toBe('1');
    controller.abort('enough');
    expect(await work).toBe('enough');
    await expect.poll(() => value(server.url, sleeping)).toBe('0');
    expect((await client.query<{ n: number }>('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    await client.end();
  });
});
