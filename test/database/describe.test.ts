import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { isFailure, openDescriber, type Describer } from '../../src/database/describe.js';
import { connect, createDatabase, withClient, type TestDatabase } from '../support/database.js';
import { startProxy, type Proxy } from './proxy.js';
import { databaseOpener, SERVERS } from './servers.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE people (id bigint PRIMARY KEY, name varchar(20) NOT NULL, mood mood, tags text[]);
CREATE VIEW named AS SELECT id, name AS label FROM people;
CREATE FUNCTION lookup(int) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
`;

const openOn = databaseOpener();

describe.each(SERVERS)('describing on a %s', (kind) => {
  let describer: Describer;
  let url: string;
  beforeAll(async () => {
    url = (await openOn(kind, SCHEMA)).url;
    describer = await openDescriber(url);
  });
  afterAll(() => describer.close());

  test('gives types, modifiers and the table and column that a column comes from', async () => {
    const { oid, mood } = await withClient(url, async (client) => {
      const { rows } = await client.query<{ oid: number; mood: number }>(`SELECT 'people'::regclass::oid, 'mood'::regtype::oid AS mood`);
      return rows[0] ?? { oid: 0, mood: 0 };
    });
    expect(await describer.describe('SELECT name AS n, mood, id + 1 FROM people WHERE id = $1 AND mood = $2')).toMatchObject({
      parameterTypeOids: [20, mood],
      columns: [
        { name: 'n', typeOid: 1043, typeModifier: 24, tableOid: oid, attributeNumber: 2 },
        { name: 'mood', typeOid: mood, typeModifier: -1, tableOid: oid, attributeNumber: 3 },
        { name: '?column?', typeOid: 20, typeModifier: -1, tableOid: 0, attributeNumber: 0 },
      ],
    });
  });

  test.each([
    ['no result', 'DELETE FROM people WHERE id = $1', [20], 0],
    ['no parameter', 'SELECT 1', [], 1],
    ['nothing at all', '', [], 0],
    ['a utility statement', 'REFRESH MATERIALIZED VIEW nowhere', [], 0],
    ['RETURNING', 'UPDATE people SET name = $1 RETURNING *', [1043], 4],
    ['a gap that a cast fills', 'SELECT $2::int, $1::text', [25, 23], 2],
  ])('a statement with %s', async (_what, text, parameterTypeOids, columns) => {
    const answer = await describer.describe(text);
    expect(answer).toMatchObject({ parameterTypeOids });
    expect(!isFailure(answer) && answer.columns.length).toBe(columns);
  });

  test('keeps no answer for as long as the connection lasts', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const answers: WeakRef<object>[] = [];
    for (let n = 0; n < 20; n++) answers.push(new WeakRef(await describer.describe(`SELECT ${n}`)));
    await setImmediate();
    collect();
    // What is on the stack of the last call may still be there.
    expect(answers.filter((answer) => answer.deref() !== undefined).length).toBeLessThan(10);
  });

  test('says how the text was understood, of each text its own', async () => {
    const texts = ["SELECT 'é' || name FROM people WHERE id = $1 AND (true)", 'SELECT 2', 'DELETE FROM people'];
    const answers = await Promise.all(texts.map((text) => describer.describe(text)));
    expect(answers.map((answer) => !isFailure(answer) && answer.trees?.parsed.slice(0, 21))).toEqual([
      '{QUERY :commandType 1',
      '{QUERY :commandType 1',
      '{QUERY :commandType 4',
    ]);
    expect(answers.map((answer) => !isFailure(answer) && answer.trees?.rewritten?.startsWith('({QUERY'))).toEqual([true, true, true]);
  });

  test('a refusal has the SQLSTATE, the hint, the detail and the position', async () => {
    expect(await describer.describe('SELECT nam FROM people')).toEqual({
      message: 'column "nam" does not exist',
      sqlstate: '42703',
      position: 8,
      detail: undefined,
      hint: 'Perhaps you meant to reference the column "people.name".',
    });
    // Code points, not bytes or UTF-16 units.
    expect(await describer.describe(`SELECT '😀é', nope FROM people`)).toMatchObject({ position: 14 });
    expect(await describer.describe(`SELECT lookup('x'::mood)`)).toMatchObject({
      sqlstate: '22P02',
      position: 15,
    });
    expect(await describer.describe('SELECT lookup(true)')).toMatchObject({ sqlstate: '42883' });
    expect(await describer.describe('SELECT name, count(*) FROM people')).toMatchObject({ sqlstate: '42803', position: 8 });
    expect(await describer.describe('SELECT id FROM people, people')).toMatchObject({ sqlstate: '42712' });
  });

  test.each([
    ['a syntax error', 'SELEC 1', '42601'],
    ['an error at its end', 'SELECT 1 +', '42601'],
    ['two statements', 'SELECT 1; SELECT 2', '42601'],
    ['an open string', `SELECT 'a`, '42601'],
    ['an unknown table', 'SELECT * FROM nowhere', '42P01'],
    ['a NUL', 'SELECT 1 \0 bad', '22021'],
    ['a parameter that cannot be typed', 'SELECT $1 + $2', '42725'],
    ['a gap in the parameters', 'SELECT $3::int', '42P18'],
  ])('%s does not affect the next text', async (_what, text, sqlstate) => {
    expect(await describer.describe(text)).toMatchObject({ sqlstate });
    expect(await describer.describe('SELECT id FROM people WHERE name = $1')).toMatchObject({
      parameterTypeOids: [25],
      columns: [{ name: 'id' }],
    });
  });

  test('calls that overlap are each answered for their own text', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        describer.describe(index % 3 === 0 ? `SELECT nope_${index}` : `SELECT ${index} AS c${index}`),
      ),
    );
    answers.forEach((answer, index) => {
      if (index % 3 === 0) expect(answer).toMatchObject({ message: `column "nope_${index}" does not exist` });
      else expect(answer).toMatchObject({ columns: [{ name: `c${index}` }] });
    });
  });

  test('the same text twice, and beside other sessions', async () => {
    const second = await openDescriber(url);
    const [a, b] = await Promise.all([describer.describe('SELECT 1 AS one'), second.describe('SELECT 1 AS one')]);
    expect(a).toEqual(b);
    await second.close();
    expect(await describer.describe('SELECT 1 AS one')).toEqual(a);
  });

  test('a text of more than 100 kB, with 1600 parameters and columns', async () => {
    const text = `SELECT ${Array.from({ length: 1600 }, (_, index) => `$${index + 1}::text || '${'x'.repeat(60)}' AS "${'c'.repeat(50)}${index}"`).join(', ')}`;
    expect(text.length).toBeGreaterThan(100_000);
    const answer = await describer.describe(text);
    expect(answer).toMatchObject({ parameterTypeOids: Array.from({ length: 1600 }, () => 25) });
    expect(!isFailure(answer) && answer.columns[1599]?.name).toBe(`${'c'.repeat(50)}1599`);
  });

  test('500 texts do not each wait for a delayed acknowledgement', async () => {
    const start = performance.now();
    for (let index = 0; index < 500; index++) await describer.describe(`SELECT ${index}, id, name FROM people WHERE id = $1`);
    // With Nagle's algorithm on: about 18 s.
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});

describe('a connection that cannot be made', () => {
  const serverUrl = new URL(inject('databaseUrl'));
  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(serverUrl);
    change(url);
    return url.href;
  };

  test.each([
    [
      'a closed port',
      () => urlWith((url) => void (url.port = '1')),
      /cannot connect to the database \S+ at [^:]+:1: .*ECONNREFUSED/,
      /Start the server, correct the URL, or add --embedded/,
    ],
    ['an unknown host', () => urlWith((url) => void (url.hostname = 'nowhere.invalid')), /nowhere\.invalid/, /Start the server/],
    [
      'an unknown database',
      () => urlWith((url) => void (url.pathname = '/nowhere')),
      /database "nowhere" does not exist/,
      /Create the database/,
    ],
    ['a server without TLS', () => urlWith((url) => url.searchParams.set('sslmode', 'require')), /does not support SSL/, /sslmode=disable/],
    ['no URL', () => 'postgres://:::', /URL cannot be read/, /Write it as postgres:\/\//],
  ])('%s is an error with a remedy', async (_what, makeUrl, message, remedy) => {
    const error: unknown = await openDescriber(makeUrl()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CompileError);
    expect(error instanceof CompileError && error.diagnostics).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) }),
    ]);
  });

  test('the password is in no message', async () => {
    const error: unknown = await openDescriber('postgres://someone:sEcReT@127.0.0.1:1/x').catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('sEcReT');
  });
});

describe('a connection of another kind', () => {
  const target = new URL(inject('databaseUrl'));
  const proxies: Proxy[] = [];
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });
  const expectAnswer = async (url: string): Promise<void> => {
    const describer = await openDescriber(url, { answerWithin: 5000 });
    // More than one, because what is lost between two messages is lost only now and then.
    for (let round = 0; round < 10; round++) {
      expect(await describer.describe(`SELECT ${round} AS one`)).toMatchObject({ columns: [{ name: 'one' }] });
      expect(await describer.describe('SELECT nope')).toMatchObject({ sqlstate: '42703' });
    }
    await describer.close();
  };

  test.each(['require', 'prefer'])('TLS with a certificate that nobody signed, at sslmode=%s', async (mode) => {
    const [key, cert] = await Promise.all(
      ['localhost.key', 'localhost.crt'].map((name) => readFile(new URL(`fixtures/${name}`, import.meta.url))),
    );
    const proxy = await startProxy(target, key && cert ? { tls: { key, cert } } : {});
    proxies.push(proxy);
    const url = new URL(target);
    url.host = `127.0.0.1:${proxy.port}`;
    url.searchParams.set('sslmode', mode);
    await expectAnswer(url.href);
  });

  test.each([1, 7, 64])('a line that delivers %i bytes at a time', async (pieces) => {
    const proxy = await startProxy(target, { pieces });
    proxies.push(proxy);
    const url = new URL(target);
    url.host = `127.0.0.1:${proxy.port}`;
    await expectAnswer(url.href);
  });

  test.runIf(process.platform !== 'win32')('a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sqlward-socket-'));
    proxies.push(await startProxy(target, { path: join(folder, '.s.PGSQL.5432') }));
    await expectAnswer(`postgres://${target.username}:${target.password}@/postgres?host=${encodeURIComponent(folder)}`);
    await expectAnswer(`postgres://${target.username}:${target.password}@${encodeURIComponent(folder)}/postgres`);
    await rm(folder, { recursive: true, force: true });
  });

  test('a password with every special character', async () => {
    const password = `p@ss:/?#[]%25 '"\\\u00e9`;
    const role = `sqlward_${Math.random().toString(36).slice(2)}`;
    await withClient(inject('databaseUrl'), (client) => client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(password)}`));
    try {
      const url = `postgres://${role}:${encodeURIComponent(password)}@${target.host}/postgres`;
      await expectAnswer(url);
      const wrong: unknown = await openDescriber(url.replace('p%40ss', 'wrong')).catch((reason: unknown) => reason);
      if (wrong instanceof CompileError) {
        expect(wrong.diagnostics[0]).toMatchObject({
          sqlstate: '28P01',
          remedy: expect.stringMatching(/Correct the user or the password/),
        });
      } else {
        // Only a server that somebody brought along may trust everybody; the ones that tests start do not.
        const { rows } = await withClient(inject('databaseUrl'), (client) =>
          client.query(`SELECT FROM pg_hba_file_rules WHERE auth_method = 'trust'`),
        );
        expect(rows.length).toBeGreaterThan(0);
      }
    } finally {
      await withClient(inject('databaseUrl'), (client) => client.query(`DROP ROLE ${role}`));
    }
  });
});

describe('a connection that is lost', () => {
  let database: TestDatabase;
  let proxy: Proxy;
  let url: string;
  beforeAll(async () => {
    database = await createDatabase('CREATE TABLE t (a int)');
    proxy = await startProxy(new URL(database.url));
    const proxied = new URL(database.url);
    proxied.host = `127.0.0.1:${proxy.port}`;
    url = proxied.href;
  });
  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });
  const rejection = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      (answer) => Promise.reject(new Error(`answered ${JSON.stringify(answer)}`)),
      (error: unknown) => error,
    );

  test('by the server, between two texts', async () => {
    const describer = await openDescriber(url);
    await describer.describe('SELECT 1');
    const ended = withClient(database.url, (client) =>
      client.query(
        'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      ),
    );
    await ended;
    expect(String(await rejection(describer.describe('SELECT 2')))).toMatch(
      /connection to the database at 127\.0\.0\.1:\d+ was lost: terminating connection due to administrator command/,
    );
    expect(String(await rejection(describer.describe('SELECT 3')))).toMatch(/was lost/);
    await describer.close();
  });

  test('while texts wait: all of them are rejected', async () => {
    const describer = await openDescriber(url);
    const blocker = await connect(database.url);
    await blocker.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const waiting = ['SELECT a FROM t', 'SELECT 1', 'SELECT 2'].map((text) => rejection(describer.describe(text)));
    setTimeout(() => proxy.cut(), 100);
    for (const error of await Promise.all(waiting)) {
      expect(error).toBeInstanceOf(CompileError);
      expect(String(error)).toMatch(/was lost/);
    }
    await blocker.end();
    await describer.close();
  });

  test('a text that waits for a lock ends with its time', async () => {
    const describer = await openDescriber(url, { answerWithin: 300 });
    const blocker = await connect(database.url);
    await blocker.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    expect(String(await rejection(describer.describe('SELECT a FROM t')))).toMatch(/did not answer within 0\.3 s[\s\S]*help: .*lock/);
    await blocker.end();
    await describer.close();
  });

  test('a line that goes dead without a word', async () => {
    const describer = await openDescriber(url, { answerWithin: 300 });
    await describer.describe('SELECT 1');
    proxy.freeze();
    expect(String(await rejection(describer.describe('SELECT 2')))).toMatch(/did not answer/);
    await describer.close();
  });
});
