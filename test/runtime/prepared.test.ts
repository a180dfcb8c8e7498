import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  authorize,
  authorized,
  exec,
  many,
  number,
  one,
  prepared,
  text,
  zeroOrOne,
  type GuardedDefinition,
} from '../../src/runtime/index.js';
import { definition } from './server.js';

const LOOKUP = definition<{ id: number }, { id: number; note: string }>({
  name: 'GetThing',
  onePlan: true,
  text: 'SELECT id, note FROM pg_temp.things WHERE id = $1',
  columns: ['id', 'note'],
  bind: (params) => [params.id],
  decode: (row) => ({ id: number(row[0]), note: text(row[1]) }),
});
const SEARCH = definition<{ note: string }, number>({
  name: 'SearchThings',
  text: `SELECT id FROM pg_temp.things WHERE CASE WHEN $1 != '' THEN note = $1 ELSE true END`,
  columns: ['id'],
  bind: (params) => [params.note],
  decode: (row) => number(row[0]),
});
const INSERT = definition<{ id: number; note: unknown }, void>({
  name: 'InsertThing',
  onePlan: true,
  text: 'INSERT INTO pg_temp.things VALUES ($1, $2)',
  bind: (params) => [params.id, String(params.note)],
  decode: () => undefined,
});

let client: pg.Client;
beforeEach(async () => {
  client = new pg.Client(inject('databaseUrl'));
  await client.connect();
  await client.query(
    `CREATE TEMP TABLE things (id int PRIMARY KEY, note text); INSERT INTO things SELECT n, 'note ' || n FROM generate_series(1, 9) n`,
  );
});
afterEach(() => client.end());

async function statements(): Promise<{ name: string; custom: number; generic: number }[]> {
  const { rows } = await client.query<{ name: string; custom: number; generic: number }>(
    'SELECT name, custom_plans::int AS custom, generic_plans::int AS generic FROM pg_prepared_statements ORDER BY prepare_time',
  );
  return rows;
}

describe('a prepared handle', () => {
  test('names what has one plan, and nothing else', async () => {
    const db = prepared(client);
    for (let id = 1; id <= 9; id++) {
      expect(await one(LOOKUP)(db, { id })).toEqual({ id, note: `note ${id}` });
      expect(await many(SEARCH)(db, { note: '' })).toHaveLength(9);
    }
    // The first call finds out whether the connection keeps its server.
    expect(await statements()).toMatchObject([{ name: expect.stringMatching(/^GetThing_[0-9a-f]{16}$/), custom: 5, generic: 3 }]);
  });

  test('the client itself stays unnamed', async () => {
    prepared(client);
    await one(LOOKUP)(client, { id: 1 });
    await one(LOOKUP)(client, { id: 2 });
    expect(await statements()).toEqual([]);
  });

  test('what a filter is added to stays unnamed', async () => {
    const guarded: GuardedDefinition<{ id: number }, { id: number }> = {
      ...LOOKUP,
      authorizedName: 'GetAuthorizedThing',
      parameters: 1,
      text: ['\nSELECT id, note FROM pg_temp.things WHERE id = $1 ', ''],
    };
    const db = prepared(client);
    for (let id = 1; id < 5; id++) {
      expect(await authorized.zeroOrOne(guarded)(db, authorize.sql`id < ${3}`, { id })).toEqual(id < 3 ? { id, note: `note ${id}` } : null);
    }
    expect(await statements()).toEqual([]);
  });

  test('a name is readable, and within 63 bytes', async () => {
    const db = prepared(client);
    const long = { ...LOOKUP, name: 'Get'.repeat(40) };
    for (let id = 1; id < 4; id++) await one(long)(db, { id });
    const [statement] = await statements();
    expect(statement?.name).toMatch(/^(?:Get)+G?e?_[0-9a-f]{16}$/);
    expect(Buffer.byteLength(statement?.name ?? '')).toBeLessThanOrEqual(63);
  });

  test('over a pool, every connection knows the same names', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 3 });
    const db = prepared(pool);
    const name = definition<void, string | null>({
      onePlan: true,
      text: 'SELECT name FROM pg_prepared_statements',
      decode: (row) => row[0] ?? null,
    });
    const seen = await Promise.all(Array.from({ length: 30 }, () => zeroOrOne(name)(db)));
    expect(new Set(seen.filter((found) => found !== null)).size).toBe(1);
    await pool.end();
  });
});

describe('what happens to a name', () => {
  const twice = async (db: ReturnType<typeof prepared>): Promise<void> => {
    for (let id = 1; id < 3; id++) await one(LOOKUP)(db, { id });
  };

  test.each([
    ['DEALLOCATE ALL', 'DEALLOCATE ALL'],
    ['a changed type of a column', 'ALTER TABLE pg_temp.things ALTER note TYPE varchar(20)'],
    ['a changed type of the key', 'ALTER TABLE pg_temp.things ALTER id TYPE bigint'],
    ['a table that is made anew', `DROP TABLE pg_temp.things; CREATE TEMP TABLE things AS SELECT 3 AS id, 'new'::varchar AS note`],
  ])('%s goes unnoticed', async (_name, change) => {
    const db = prepared(client);
    await twice(db);
    await client.query(change);
    expect(await one(LOOKUP)(db, { id: 3 })).toMatchObject({ id: 3 });
    expect(await one(LOOKUP)(db, { id: 3 })).toMatchObject({ id: 3 });
    expect(await statements()).toHaveLength(1);
  });

  test('a column that takes larger values takes them at once', async () => {
    const db = prepared(client);
    for (let id = 20; id < 23; id++) await exec(INSERT)(db, { id, note: '' });
    await client.query('ALTER TABLE pg_temp.things ALTER id TYPE bigint');
    await exec(INSERT)(db, { id: 2 ** 40, note: '' });
    expect((await client.query('SELECT max(id)::text AS id FROM pg_temp.things')).rows).toEqual([{ id: String(2 ** 40) }]);
  });

  test('inside a transaction the error is the caller’s, and the next call is right', async () => {
    const db = prepared(client);
    await twice(db);
    await client.query('BEGIN; DEALLOCATE ALL');
    await expect(one(LOOKUP)(db, { id: 1 })).rejects.toMatchObject({ code: '26000' });
    await client.query('ROLLBACK');
    expect(await one(LOOKUP)(db, { id: 1 })).toMatchObject({ id: 1 });
    await client.query('BEGIN; DEALLOCATE ALL; COMMIT');
    expect(await one(LOOKUP)(db, { id: 1 })).toMatchObject({ id: 1 });
  });

  test('a failure of the statement’s own is told once, as it is', async () => {
    const db = prepared(client);
    for (let id = 30; id < 33; id++) await exec(INSERT)(db, { id, note: '' });
    await expect(exec(INSERT)(db, { id: 30, note: '' })).rejects.toMatchObject({ code: '23505' });
    await expect(exec(INSERT)(db, { id: 'thirty' as never, note: '' })).rejects.toMatchObject({ code: '22P02' });
    await exec(INSERT)(db, { id: 34, note: '' });
  });

  test('calls at once on one client, with a name that is gone', async () => {
    const db = prepared(client);
    await twice(db);
    await client.query('DEALLOCATE ALL');
    const found = await Promise.all(Array.from({ length: 9 }, (_, n) => one(LOOKUP)(db, { id: n + 1 })));
    expect(found.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a statement that is not named', () => {
  const wait = { note: 'note 3' };

  async function parses(work: () => Promise<unknown>): Promise<number> {
    let count = 0;
    const { connection } = client as pg.Client & { readonly connection: NodeJS.EventEmitter };
    const onMessage = ({ name }: { name: string }): void => {
      if (name === 'parseComplete') count++;
    };
    connection.on('message', onMessage);
    await work();
    connection.off('message', onMessage);
    return count;
  }

  test('is not parsed again right after itself, and gets a plan for its values each time', async () => {
    const db = prepared(client);
    await many(SEARCH)(db, wait);
    const count = await parses(async () => {
      for (let n = 0; n < 20; n++) expect(await many(SEARCH)(db, { note: n % 2 === 0 ? '' : 'note 3' })).toHaveLength(n % 2 === 0 ? 9 : 1);
    });
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(5);
    expect(await statements()).toEqual([]);
  });

  test('is parsed again after anybody’s statement, whatever it was', async () => {
    const db = prepared(client);
    for (let n = 0; n < 3; n++) await many(SEARCH)(db, wait);
    await client.query({ text: 'SELECT $1::int', values: [1] });
    expect(await many(SEARCH)(db, wait)).toEqual([3]);
    await client.query('SELECT 1');
    expect(await many(SEARCH)(db, wait)).toEqual([3]);
    await many(SEARCH)(client, wait);
    expect(await many(SEARCH)(db, wait)).toEqual([3]);
    const other = { ...SEARCH, text: SEARCH.text.replace('SELECT id', 'SELECT id + 1') };
    expect(await many(other)(db, wait)).toEqual([4]);
    expect(await many(SEARCH)(db, wait)).toEqual([3]);
  });

  test('a change of the schema that another connection makes goes unnoticed', async () => {
    await client.query('CREATE TABLE public.searched AS SELECT * FROM pg_temp.things');
    const admin = new pg.Client(inject('databaseUrl'));
    await admin.connect();
    try {
      const db = prepared(client);
      const search = many({ ...SEARCH, text: SEARCH.text.replace('pg_temp', 'public').replace('things', 'searched') });
      for (let n = 0; n < 3; n++) expect(await search(db, wait)).toEqual([3]);
      await admin.query('ALTER TABLE public.searched ALTER id TYPE bigint');
      expect(await search(db, wait)).toEqual([3]);
    } finally {
      await admin.query('DROP TABLE public.searched');
      await admin.end();
    }
  });
});
