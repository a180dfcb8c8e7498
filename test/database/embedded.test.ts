import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCache } from '../../src/database/embedded/cache.js';
import { closeAllDatabases, openDatabase, type OpenDatabase } from '../../src/database/open.js';
import { openDescriber } from '../../src/database/describe.js';
import { readCatalog } from '../../src/database/catalog/read.js';
import { connect, withClient } from '../support/database.js';
import { makeImageFolder } from '../support/images.js';

let cacheDirectory: string;
beforeAll(async () => {
  cacheDirectory = await makeImageFolder();
});
afterAll(async () => {
  await closeAllDatabases();
  await rm(cacheDirectory, { recursive: true, force: true });
});

const open = (text: string, directory = cacheDirectory, report?: (line: string) => void): Promise<OpenDatabase> =>
  openDatabase({ kind: 'embedded' }, [{ path: 'schema.sql', text }], { cacheDirectory: directory, ...(report ? { report } : {}) });

const tablesOf = async (database: OpenDatabase): Promise<readonly string[]> =>
  withClient(database.url, async (client) =>
    (
      await client.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
      )
    ).rows.map(({ name }) => name),
  );

describe('the embedded database', () => {
  test('is made once for a schema, and says so', async () => {
    const lines: string[] = [];
    const schema = `CREATE TYPE mood AS ENUM ('b', 'a'); CREATE TABLE first (a mood DEFAULT 'a', b text COLLATE "C");`;
    const made = await open(schema, cacheDirectory, (line) => lines.push(line));
    expect(made.label).toMatch(/^embedded PostgreSQL 1[89]\.\d+ \(new schema\)$/);
    expect(lines).toHaveLength(1);
    const kept = await open(schema, cacheDirectory, (line) => lines.push(line));
    expect(kept.label).toMatch(/\(cached schema\)$/);
    expect(lines).toHaveLength(1);
    // The first run and the second see the very same catalog, OIDs included.
    const [a, b] = await Promise.all([made, kept].map((database) => withClient(database.url, readCatalog)));
    expect(a).toEqual(b);
    await Promise.all([made.close(), kept.close()]);
  });

  describe('with several clients at once', () => {
    test('leaves a transaction to its client until it ends', async () => {
      const database = await open('CREATE TABLE turns (a int);');
      const [one, two] = await Promise.all([connect(database.url), connect(database.url)]);
      await one.query('BEGIN');
      await one.query('INSERT INTO turns VALUES (1)');
      const seen: string[] = [];
      const waiting = two.query<{ count: string }>('SELECT count(*) FROM turns').then(({ rows }) => seen.push(`two saw ${rows[0]?.count}`));
      await one.query('INSERT INTO turns VALUES (2)');
      seen.push('one commits');
      await one.query('COMMIT');
      await waiting;
      expect(seen).toEqual(['one commits', 'two saw 2']);
      await Promise.all([one.end(), two.end()]);
      await database.close();
    });

    test('rolls back what a client that is gone has begun, and answers the others', async () => {
      const database = await open('CREATE TABLE turns (a int);');
      const [gone, other] = await Promise.all([connect(database.url), connect(database.url)]);
      gone.on('error', () => {});
      await gone.query('BEGIN; INSERT INTO turns VALUES (1)');
      const answer = other.query<{ count: string }>('SELECT count(*) FROM turns');
      gone.connection.stream.destroy();
      expect((await answer).rows).toEqual([{ count: '0' }]);
      await other.end();
      await database.close();
    });

    test('takes a client that would rather speak TLS, and messages in pieces or all at once', async () => {
      const database = await open('');
      const client = new pg.Client({ connectionString: database.url, ssl: true });
      await expect(client.connect()).rejects.toThrow('does not support SSL');
      const { port } = new URL(database.url);
      const [parameters, query] = ['user\0postgres\0\0', "SELECT 'in pieces'\0"];
      const length = (bytes: number): Buffer => Buffer.from(Uint32Array.of(bytes).buffer).swap32();
      const all = Buffer.concat([
        length(8 + parameters.length),
        length(196_608),
        Buffer.from(parameters),
        Buffer.from('Q'),
        length(4 + query.length),
        Buffer.from(query),
        Buffer.from('X'),
        length(4),
      ]);
      for (const pieces of [[...all].map((byte) => Buffer.of(byte)), [all]]) {
        const socket = connectSocket(Number(port), '127.0.0.1').setNoDelay(true);
        const answer = text(socket);
        for (const piece of pieces) await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
        socket.end();
        expect(await answer).toContain('in pieces');
      }
      expect(await tablesOf(database)).toEqual([]);
      await database.close();
    });
  });

  test('is the same for another comment or row, another for another column', async () => {
    const label = async (schema: string): Promise<string> => {
      const database = await open(schema);
      await database.close();
      return database.label;
    };
    expect(await label('CREATE TABLE second (a int);')).toMatch(/new schema/);
    expect(await label('-- changed\nCREATE TABLE second (a int);\nINSERT INTO second VALUES (1);')).toMatch(/cached schema/);
    expect(await label('CREATE TABLE second (b int);')).toMatch(/new schema/);
  });

  test('two at once on a cold cache, and many on a warm one, do not see each other', async () => {
    const cold = await mkdtemp(join(tmpdir(), 'sqlward-cache-'));
    const pair = await Promise.all([open('CREATE TABLE shared ();', cold), open('CREATE TABLE shared ();', cold)]);
    await withClient(pair[0].url, (client) => client.query('CREATE TABLE only_here ()'));
    expect(await Promise.all(pair.map(tablesOf))).toEqual([['only_here', 'shared'], ['shared']]);
    const more = await Promise.all(Array.from({ length: 3 }, () => open('CREATE TABLE shared ();', cold)));
    expect(await Promise.all(more.map(tablesOf))).toEqual([['shared'], ['shared'], ['shared']]);
    await Promise.all([...pair, ...more].map((database) => database.close()));
    expect((await readdir(cold)).filter((name) => !name.endsWith('.image'))).toEqual([]);
    await rm(cold, { recursive: true });
  });

  test('takes many connections, and texts that fail on one leave the others alone', async () => {
    const database = await open('CREATE TABLE t (a int);');
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(database.url)));
    const describer = await openDescriber(database.url);
    const answers = await Promise.all([
      ...clients.map((client, index) =>
        client
          .query<{ n: number }>(index % 4 === 0 ? 'SELECT nope' : 'SELECT $1::int AS n', index % 4 === 0 ? [] : [index])
          .then(({ rows }) => rows, String),
      ),
      ...Array.from({ length: 20 }, (_, index) => describer.describe(index % 3 === 0 ? 'SELECT nope' : 'SELECT a FROM t')),
    ]);
    answers
      .slice(0, 20)
      .forEach((answer, index) =>
        expect(answer).toEqual(index % 4 === 0 ? expect.stringMatching(/"nope" does not exist/) : [{ n: index }]),
      );
    answers
      .slice(20)
      .forEach((answer, index) => expect(answer).toMatchObject(index % 3 === 0 ? { sqlstate: '42703' } : { columns: [{ name: 'a' }] }));
    await Promise.all(clients.map((client) => client.end()));
    await describer.close();
    await database.close();
    await expect(connect(database.url)).rejects.toThrow();
    await database.close();
  });

  test('an image that is damaged or cut short is made again', async () => {
    const schema = 'CREATE TABLE damaged (a int);';
    await (await open(schema)).close();
    const cutShort = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);
    const damages: readonly [(bytes: Buffer) => Buffer, 'schema' | 'all'][] = [
      [cutShort, 'all'],
      [() => Buffer.from('nothing'), 'schema'],
      [() => Buffer.alloc(0), 'schema'],
      [garbleContent, 'schema'],
    ];
    for (const [damage, which] of damages) {
      for (const name of await readdir(cacheDirectory)) {
        // The image of an empty cluster has no hash in its name.
        if (which === 'schema' && !/-[0-9a-f]{32}\.image$/.test(name)) continue;
        await writeFile(join(cacheDirectory, name), damage(await readFile(join(cacheDirectory, name))));
      }
      const again = await open(schema);
      expect(again.label).toMatch(/new schema/);
      expect(await tablesOf(again)).toEqual(['damaged']);
      await again.close();
    }
    expect((await open(schema)).label).toMatch(/cached schema/);
  });

  test('a folder that cannot be written costs time, not the run', async () => {
    const blocked = join(cacheDirectory, 'file');
    await writeFile(blocked, '');
    const database = await open('CREATE TABLE t (a int);', join(blocked, 'below'));
    expect(await tablesOf(database)).toEqual(['t']);
    await database.close();
    await rm(blocked);
  });

  test('a run that is killed leaves nothing that breaks the next', async () => {
    const cold = await mkdtemp(join(tmpdir(), 'sqlward-cache-'));
    // Through initdb, the load, the writing of images, and the time after.
    for (const milliseconds of [300, 900, 1500, 2500]) {
      const run = startRun(cold);
      const ended = once(run, 'exit');
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      run.kill('SIGKILL');
      // It was still at work: nothing ended it before.
      expect(await ended).toEqual([null, 'SIGKILL']);
    }
    const database = await open('CREATE TABLE killed (a int);', cold);
    expect(await tablesOf(database)).toEqual(['killed']);
    await database.close();
    await rm(cold, { recursive: true });
  });
});

/** A process that opens the embedded database and stays. */
function startRun(directory: string): ChildProcess {
  const source = `
    import { openDatabase } from ${JSON.stringify(new URL('../../src/database/open.ts', import.meta.url).href)};
    await openDatabase({ kind: 'embedded' }, [{ path: 's.sql', text: 'CREATE TABLE killed (a int);' }], { cacheDirectory: ${JSON.stringify(directory)} });
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', source], { stdio: 'ignore' });
}

/** Whole as an image, but nothing in it is what the server left. */
function garbleContent(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length < 20) return copy;
  const header = copy.readUInt32LE(16) + 20;
  copy.fill(0xff, header);
  return copy;
}

describe('the cache of images', () => {
  test('keeps the entries that were used last, and removes what a killed run left', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sqlward-cache-'));
    const cache = openCache(folder);
    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
    for (let index = 1; index <= 12; index++) {
      await writeFile(join(folder, `old-${index}.image`), 'x');
      await utimes(join(folder, `old-${index}.image`), hoursAgo(index), hoursAgo(index));
    }
    await writeFile(join(folder, 'a.unfinished'), 'x');
    await utimes(join(folder, 'a.unfinished'), hoursAgo(1), hoursAgo(1));
    await writeFile(join(folder, 'b.unfinished'), 'x');
    expect(await cache.read('old-12')).toEqual(Buffer.from('x'));
    expect((await stat(join(folder, 'old-12.image'))).mtimeMs).toBeGreaterThan(hoursAgo(0.1).getTime());
    await cache.write('new', Buffer.from('y'));
    expect((await readdir(folder)).sort()).toEqual(
      ['new.image', 'old-12.image', ...[1, 2, 3, 4, 5, 6].map((index) => `old-${index}.image`), 'b.unfinished'].sort(),
    );
    expect(await cache.read('missing')).toBeUndefined();
    await rm(folder, { recursive: true });
  });
});
