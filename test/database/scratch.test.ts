import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { describe, expect, inject, test, vi } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { connectClient, withDatabase } from '../../src/database/connect.js';
import { closeAllDatabases, openDatabase, type OpenDatabase } from '../../src/database/open.js';
import { prepareScratch } from '../../src/database/scratch.js';
import { connect, createDatabase, withClient } from '../support/database.js';
import { startProxy } from './proxy.js';

const serverUrl = inject('databaseUrl');
/** Each text is a file of its own, and visible to others before the next one runs. */
const open = (texts: string | readonly string[], url = serverUrl, report?: (line: string) => void): Promise<OpenDatabase> =>
  openDatabase(
    { kind: 'managed', serverUrl: url },
    [texts].flat().map((text, index) => ({ path: `${index}.sql`, text })),
    { cacheDirectory: '', ...(report ? { report } : {}) },
  );
const nameOf = (database: OpenDatabase): string => new URL(database.url).pathname.slice(1);
const exists = (name: string): Promise<boolean> =>
  withClient(serverUrl, async (client) => (await client.query('SELECT FROM pg_database WHERE datname = $1', [name])).rows.length > 0);
const scratchDatabases = (): Promise<readonly string[]> =>
  withClient(serverUrl, async (client) =>
    (await client.query<{ datname: string }>(`SELECT datname FROM pg_database WHERE starts_with(datname, 'sqlward_scratch_')`)).rows.map(
      ({ datname }) => datname,
    ),
  );
/** The scratch database that has a table and was not there before; tests run beside others that make some, too. */
async function databaseWith(table: string, before: ReadonlySet<string>): Promise<string | undefined> {
  for (const name of await scratchDatabases()) {
    if (before.has(name)) continue;
    const found = await withClient(
      withDatabase(serverUrl, name),
      async (client) => (await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [table])).rows[0]?.found,
    ).catch(() => false);
    if (found) return name;
  }
  return undefined;
}

const errorOf = async (promise: Promise<unknown>): Promise<CompileError> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof CompileError) return error;
  throw new Error(`no CompileError but ${String(error)}`);
};

describe('a scratch database', () => {
  test('has the schema, and is dropped when it is closed, whoever is still connected', async () => {
    const database = await open('CREATE TABLE t (a int);');
    expect(database.label).toMatch(/^scratch database sqlward_scratch_\w+, PostgreSQL \d+\.\d+ at [^:]+:\d+\/sqlward_scratch_\w+$/);
    const client = await connect(database.url);
    client.on('error', () => {});
    expect((await client.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 0 }]);
    await Promise.all([database.close(), database.close()]);
    expect(await exists(nameOf(database))).toBe(false);
    await client.end().catch(() => {});
  });

  test('is dropped after an error in the middle of the load', async () => {
    const before = new Set(await scratchDatabases());
    const error = await errorOf(
      open(['CREATE TABLE before_the_error (a int);', 'DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$;']),
    );
    expect(error.diagnostics[0]?.message).toMatch(/was lost/);
    expect(await databaseWith('before_the_error', before)).toBeUndefined();
  });

  test('is dropped by what an interrupted process calls', async () => {
    const databases = await Promise.all([open('CREATE TABLE a ();'), open('CREATE TABLE b ();')]);
    await closeAllDatabases();
    expect(await Promise.all(databases.map((database) => exists(nameOf(database))))).toEqual([false, false]);
  });

  test('is dropped although it is still being made', async () => {
    const scratch = prepareScratch(serverUrl, () => {});
    await scratch.drop();
    const creation = scratch.create();
    await scratch.drop();
    await creation;
    expect(await exists(scratch.name)).toBe(false);
  });

  test('is dropped when the process gets a signal in the middle of the load', async () => {
    const source = `
      import { closeAllDatabases, openDatabase } from ${JSON.stringify(new URL('../../src/database/open.ts', import.meta.url).href)};
      process.on('SIGTERM', () => void closeAllDatabases().then(() => process.exit(143)));
      const schema = [{ path: '1.sql', text: 'CREATE TABLE interrupted ();' }, { path: '2.sql', text: 'DO $$ BEGIN PERFORM pg_sleep(60); END $$;' }];
      const opening = openDatabase({ kind: 'managed', serverUrl: process.env.SERVER_URL }, schema, { cacheDirectory: '' });
      opening.catch(() => {});`;
    const before = new Set(await scratchDatabases());
    const run = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', source], {
      stdio: 'ignore',
      env: { ...process.env, SERVER_URL: serverUrl },
    });
    const ended = once(run, 'exit');
    const interrupted = await vi.waitUntil(() => databaseWith('interrupted', before), { timeout: 30_000, interval: 200 });
    run.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(await exists(interrupted)).toBe(false);
  });

  /** Undefined where another run, such as one of another test file, drops it before it is in use. */
  const makeAndUse = async (name: string): Promise<pg.Client | undefined> => {
    await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0`));
    try {
      return await connect(withDatabase(serverUrl, name));
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === '3D000') return undefined;
      throw error;
    }
  };

  test('one that a killed run left is dropped by a later run, unless it is new or in use', async () => {
    const hourAgo = Date.now() - 61 * 60 * 1000;
    const names = {
      stale: `sqlward_scratch_${hourAgo.toString(36)}_00005a1e`,
      used: `sqlward_scratch_${(hourAgo + 1).toString(36)}_000005ed`,
      fresh: `sqlward_scratch_${Date.now().toString(36)}_0000f5e5`,
      foreign: `sqlward_scratch_of_mine_${process.pid}`,
    };
    await withClient(serverUrl, async (client) => {
      for (const name of [names.stale, names.fresh, names.foreign]) await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    });
    const user = await vi.waitUntil(() => makeAndUse(names.used), { timeout: 30_000, interval: 1 });
    try {
      await (await open('')).close();
      expect(await Promise.all(Object.values(names).map(exists))).toEqual([false, true, true, true]);
    } finally {
      await user.end();
      await withClient(serverUrl, async (client) => {
        for (const name of Object.values(names)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      });
    }
  });

  test('a user who may not make databases is told what to grant', async () => {
    const role = `sqlward_${Math.random().toString(36).slice(2)}`;
    await withClient(serverUrl, (client) => client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`));
    try {
      const url = new URL(serverUrl);
      url.username = role;
      url.password = 'x';
      const error = await errorOf(open('', url.href));
      expect(error.diagnostics).toEqual([
        expect.objectContaining({
          sqlstate: '42501',
          message: expect.stringMatching(/cannot make a scratch database on .*: permission denied/),
          remedy: expect.stringContaining(`ALTER ROLE "${role}" CREATEDB`),
        }),
      ]);
    } finally {
      await withClient(serverUrl, (client) => client.query(`DROP ROLE ${role}`));
    }
  });

  test('a server that goes away in the middle is an error, and closing is still no error', async () => {
    const proxy = await startProxy(new URL(serverUrl));
    const url = new URL(serverUrl);
    url.host = `127.0.0.1:${proxy.port}`;
    const lines: string[] = [];
    const before = new Set(await scratchDatabases());
    const failing = errorOf(
      open(['CREATE TABLE goes_away ();', 'DO $$ BEGIN PERFORM pg_sleep(60); END $$;'], url.href, (line) => lines.push(line)),
    );
    await vi.waitUntil(() => databaseWith('goes_away', before), { timeout: 30_000, interval: 200 });
    await proxy.close();
    const error = await failing;
    expect(error.diagnostics[0]?.message).toMatch(/connection to the database at 127\.0\.0\.1:\d+ was lost/);
    expect(lines.join()).toMatch(/could not drop the scratch database (sqlward_scratch_\w+)/);
    // What the proxy cut off is removed here.
    const name = /sqlward_scratch_\w+/.exec(lines.join())?.[0] ?? '';
    await withClient(serverUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  });
});

describe('a database that is given by its URL', () => {
  test('is asked as it is: no schema is loaded, and nothing is dropped', async () => {
    const given = await createDatabase('CREATE TABLE mine (a int)');
    const database = await openDatabase(
      { kind: 'url', url: given.url, from: '--database' },
      [{ path: 's.sql', text: 'DROP TABLE mine;' }],
      { cacheDirectory: '' },
    );
    expect(database.url).toBe(given.url);
    expect(database.label).toMatch(/^PostgreSQL \d+\.\d+ at /);
    await database.close();
    expect(
      await withClient(given.url, async (client) => (await client.query<{ t: string | null }>(`SELECT to_regclass('mine') AS t`)).rows),
    ).toEqual([{ t: 'mine' }]);
    await given.drop();
  });

  test('one that does not answer is an error at once', async () => {
    const error = await errorOf(
      openDatabase({ kind: 'url', url: 'postgres://u:secret@127.0.0.1:1/x', from: 'DATABASE_URL' }, [], { cacheDirectory: '' }),
    );
    expect(String(error)).toMatch(/cannot connect to the database x at 127\.0\.0\.1:1/);
    expect(String(error)).not.toContain('secret');
  });

  test('one that takes the connection and says nothing is an error in time', async () => {
    const proxy = await startProxy(new URL(serverUrl), { silent: true });
    const url = new URL(serverUrl);
    url.host = `127.0.0.1:${proxy.port}`;
    const start = performance.now();
    expect(String(await errorOf(connectClient(url.href, 500)))).toMatch(/cannot connect .*timeout/i);
    expect(performance.now() - start).toBeLessThan(5000);
    await proxy.close();
  });
});

test.each([
  ['postgres://u:p@h:1/old?sslmode=require', 'postgres://u:p@h:1/new?sslmode=require'],
  ['postgresql://u:p@h', 'postgresql://u:p@h/new'],
  ['postgres:///old?host=/run/postgresql', 'postgres:///new?host=/run/postgresql'],
  ['postgres://%2Frun%2Fpostgresql/old', 'postgres://%2Frun%2Fpostgresql/new'],
  ['postgres://h?user=u', 'postgres://h/new?user=u'],
  ['socket:/run/postgresql?db=old&encoding=utf8', 'socket:/run/postgresql?encoding=utf8&db=new'],
  ['/run/postgresql old', '/run/postgresql new'],
])('%s with another database', (url, expected) => {
  expect(withDatabase(url, 'new')).toBe(expected);
});
