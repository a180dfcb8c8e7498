/** What a session's settings would change in silence, and what is said instead. */
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { number, text } from '../../src/runtime/decode/scalar.js';
import { BindError, DecodeError, batchOne, copyFrom, execRows, many, prepared, type Database } from '../../src/runtime/index.js';
import { connect, createDatabase, type TestDatabase } from '../support/database.js';
import { definition } from './server.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase('CREATE TABLE floats (id int, f float8, note text)');
});
afterAll(() => database.drop());

const reads = ['floats'];
const listFloats = many(definition({ text: 'SELECT f FROM floats', reads, floats: true, columns: ['f'], decode: (row) => number(row[0]) }));
const listNotes = many(definition({ text: 'SELECT note FROM floats', reads, columns: ['note'], decode: (row) => text(row[0]) }));
const write = execRows<string, void>(
  definition({
    text: 'INSERT INTO floats (id, f, note) VALUES (1, 0.30000000000000004, $1)',
    command: 'execrows',
    writes: reads,
    bind: (note: string) => [note],
    decode: () => undefined,
  }),
);

let client: pg.Client;
beforeEach(async () => {
  client = await connect(database.url);
  await client.query('TRUNCATE floats');
  await client.query(`INSERT INTO floats VALUES (1, 0.30000000000000004, 'é')`);
  return () => client.end();
});

/** Every statement that the server was sent, as the client's own messages tell. */
function answers(): { readonly names: string[] } {
  const seen = { names: [] as string[] };
  const connection: unknown = Reflect.get(client, 'connection');
  if (!(connection instanceof EventEmitter)) throw new Error('the client has no connection');
  for (const name of ['commandComplete', 'errorMessage']) connection.on(name, () => seen.names.push(name));
  return seen;
}

describe('extra_float_digits', () => {
  test('below 1 throws, and says what to set, on every handle', async () => {
    const handles: Record<string, Database> = {
      client,
      prepared: prepared(client),
      wrapper: { query: (config) => client.query<string[]>({ ...config, values: [...config.values] }) },
    };
    for (const [name, db] of Object.entries(handles)) {
      await client.query('SET extra_float_digits = 0');
      const failure: unknown = await listFloats(db).catch((error: unknown) => error);
      expect(failure, name).toBeInstanceOf(DecodeError);
      expect(failure, name).toHaveProperty('message', expect.stringContaining('set extra_float_digits to 1'));
    }
  });

  test('is noticed again when others have used the connection, and not asked otherwise', async () => {
    expect(await listFloats(client)).toEqual([0.1 + 0.2]);
    const seen = answers();
    expect(await listFloats(client)).toEqual([0.1 + 0.2]);
    expect(await listNotes(client)).toEqual(['é']);
    expect(await listFloats(client)).toEqual([0.1 + 0.2]);
    expect(seen.names).toEqual(Array(3).fill('commandComplete'));
    await client.query('SET extra_float_digits = -3');
    await expect(listFloats(client)).rejects.toThrow(/set extra_float_digits to 1/);
    await expect(listFloats(client)).rejects.toThrow(/set extra_float_digits to 1/);
    expect(await listNotes(client)).toEqual(['é']);
    await client.query('SET extra_float_digits = 3');
    expect(await listFloats(client)).toEqual([0.1 + 0.2]);
  });

  test('holds a stream and a batch as well', async () => {
    await client.query('SET extra_float_digits = 0');
    const stream = async (): Promise<number[]> => {
      const rows: number[] = [];
      for await (const row of listFloats.stream(client)) rows.push(row);
      return rows;
    };
    await expect(stream()).rejects.toThrow(/set extra_float_digits to 1/);
    const each = batchOne<number, number>(
      definition({
        text: 'SELECT f FROM floats WHERE id = $1',
        reads,
        floats: true,
        columns: ['f'],
        bind: (id: number) => [id],
        decode: (row) => number(row[0]),
      }),
    );
    await expect(each(client, [1, 1])).rejects.toThrow(/set extra_float_digits to 1/);
    await client.query('SET extra_float_digits = 1');
    expect(await stream()).toEqual([0.1 + 0.2]);
    expect(await each(client, [1, 2])).toEqual([0.1 + 0.2, null]);
  });

  test('the largest floats are no Infinity where nobody is asked', () => {
    expect(() => number('1.79769313486232e+308')).toThrow(/set extra_float_digits to 1/);
    expect([number('Infinity'), number('-Infinity')]).toEqual([Infinity, -Infinity]);
  });
});

describe('client_encoding', () => {
  test('other than UTF8 is refused, and nothing is written', async () => {
    await client.query("SET client_encoding = 'LATIN1'");
    const failure: unknown = await write(client, '日本').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BindError);
    expect(failure).toHaveProperty('message', expect.stringContaining('set it to UTF8'));
    await expect(listNotes(client)).rejects.toThrow(/set it to UTF8/);
    await client.query("SET client_encoding = 'UTF8'");
    expect(await listNotes(client)).toEqual(['é']);
    await client.query("SET client_encoding = 'SJIS'");
    await expect(listNotes(prepared(client))).rejects.toThrow(/set it to UTF8/);
    await client.query('RESET client_encoding');
    expect(await write(client, '日本')).toBe(1);
    expect(await listNotes(client)).toEqual(['é', '日本']);
  });

  test('is no matter to COPY, which says its own', async () => {
    await client.query("SET client_encoding = 'LATIN1'");
    const copy = copyFrom<string>({
      name: 'Copy',
      command: 'copyfrom',
      source: 'q.sql:1',
      table: ['floats'],
      columns: ['note'],
      bind: (note) => [note],
    });
    expect(await copy(client, ['日本'])).toBe(1);
    await client.query("SET client_encoding = 'UTF8'");
    expect(await listNotes(client)).toEqual(['é', '日本']);
  });
});

test('half of a surrogate pair is refused wherever it stands, and -0 arrives', async () => {
  const one = many(definition({ text: 'SELECT $1::text', columns: ['t'], bind: (value: string) => [value], decode: (row) => row[0] }));
  await expect(one(client, 'a\ud800b')).rejects.toThrow(BindError);
  expect(await one(client, '😀')).toEqual(['😀']);
  const float = many(
    definition({ text: 'SELECT $1::float8', columns: ['f'], floats: true, bind: (v: number) => [v], decode: (r) => number(r[0]) }),
  );
  expect(await float(client, -0)).toEqual([-0]);
});

test('the server is on its own settings', async () => {
  const plain = new pg.Client(inject('databaseUrl'));
  await plain.connect();
  expect(await many(definition({ text: 'SELECT 1', columns: ['n'], decode: (row) => row[0] }))(plain)).toEqual(['1']);
  await plain.end();
});
