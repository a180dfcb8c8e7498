/** Where the server's word on a query does not arrive, nothing is proven, and nothing unproven compiles. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProxy, type Proxy } from '../database/proxy.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { compile, type GuardGround, openGuardGround } from './compile.js';
import { SCHEMA } from './schema.js';

let database: TestDatabase;
let proxy: Proxy;
let ground: GuardGround;

beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  proxy = await startProxy(new URL(database.url), { withoutNotices: true });
  const url = new URL(database.url);
  url.host = `127.0.0.1:${proxy.port}`;
  ground = await openGuardGround(url.href);
});

afterAll(async () => {
  await ground?.close();
  await proxy?.close();
  await database?.drop();
});

const UNPROVEN = 'the server did not say how it understands this query, so nothing is proven of its rows';

test('a hooked query is an error at its hook', async () => {
  const query = await compile('SELECT id FROM logs WHERE true {hook}');
  const { diagnostics } = await ground.guard(query);
  expect(diagnostics).toMatchObject([{ severity: 'error', message: UNPROVEN, start: query.hooks[0]?.start }]);
  expect(diagnostics[0]?.remedy).toMatch(/pooler or proxy/);
});

test('any query is an error where tables are listed, and none where none are', async () => {
  const query = await compile('SELECT id FROM users');
  const logs = [...ground.catalog.relations.values()].flatMap(({ name, schema, oid }) =>
    schema === 'public' && name === 'logs' ? [oid] : [],
  );
  expect((await ground.guard(query, new Set(logs))).diagnostics).toMatchObject([{ severity: 'error', message: UNPROVEN }]);
  expect((await ground.guard(query)).diagnostics).toEqual([]);
});
