import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AuthorizeFilterError,
  authorize,
  authorized,
  number,
  type AuthorizeFilter,
  type Database,
  type GuardedDefinition,
  type RawQuery,
} from '../../src/runtime/index.js';
import { sharedClient } from './server.js';

const shared = sharedClient();

interface Params {
  readonly atLeast: number;
}

/** As the generator writes it: cut at each hook. */
function guarded(...text: readonly string[]): GuardedDefinition<Params, number> {
  return {
    name: 'GetDocs',
    authorizedName: 'GetAuthorizedDocs',
    command: 'many',
    source: 'queries/docs.sql:1',
    columns: ['id'],
    parameters: 1,
    text,
    bind: (params) => [params.atLeast],
    decode: (row) => number(row[0]),
  };
}

const DOCS = guarded('\nSELECT id FROM docs WHERE id >= $1\n', '\nORDER BY id');
const UPDATE = guarded(`\nUPDATE docs SET note = 'seen' WHERE id >= $1 `, '\nRETURNING id');
const TWICE = guarded('\nSELECT id FROM docs WHERE id >= $1\n', '\nUNION ALL SELECT id + 100 FROM docs WHERE true ', '\nORDER BY 1');

function recorder(db: Database): Database & { readonly sent: RawQuery[] } {
  const sent: RawQuery[] = [];
  return {
    sent,
    query(config) {
      sent.push(config);
      return db.query(config);
    },
  };
}

beforeAll(() =>
  shared.client.query(`
    CREATE TEMP TABLE docs (id int PRIMARY KEY, owner text NOT NULL, note text NOT NULL DEFAULT '');
    INSERT INTO docs SELECT n, CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END FROM generate_series(1, 6) n;
  `),
);
afterAll(() => shared.client.query('DISCARD TEMP'));

describe('splicing', () => {
  test('the filter stands in parentheses at the cut, its placeholders after the query’s own', async () => {
    const db = recorder(shared.client);
    expect(await authorized.many(DOCS)(db, authorize.sql`docs.owner = ${'even'} OR docs.id = ${3}`, { atLeast: 3 })).toEqual([3, 4, 6]);
    expect(db.sent[0]).toMatchObject({
      text: '-- name: GetAuthorizedDocs :many\nSELECT id FROM docs WHERE id >= $1\nAND (\ndocs.owner = $2 OR docs.id = $3\n)\nORDER BY id',
      values: [3, 'even', '3'],
      queryMode: 'extended',
    });
  });

  test('a filter of OR does not widen the query', async () => {
    expect(await authorized.many(DOCS)(shared.client, authorize.sql`false OR true`, { atLeast: 5 })).toEqual([5, 6]);
  });

  test('every hook gets the filter, its values are sent once', async () => {
    const db = recorder(shared.client);
    expect(await authorized.many(TWICE)(db, authorize.sql`owner = ${'odd'}`, { atLeast: 3 })).toEqual([3, 5, 101, 103, 105]);
    expect(db.sent[0]?.values).toEqual([3, 'odd']);
  });

  test('a comment at the filter’s end does not swallow the query', async () => {
    expect(await authorized.many(DOCS)(shared.client, authorize.fromText(`owner = $1 -- of the caller`, ['odd']), { atLeast: 1 })).toEqual([
      1, 3, 5,
    ]);
  });

  test.each(["$'", '$&', '$`', '$$', '$1', '$<name>', "'; DROP TABLE docs; --", '\\', '${owner}'])(
    '%j as a value and as a literal is itself',
    async (mark) => {
      const db = recorder(shared.client);
      const owner = authorize.sql`owner <> ${mark}`;
      expect(await authorized.many(DOCS)(db, owner, { atLeast: 6 })).toEqual([6]);
      const literal = `owner <> '${mark.replaceAll("'", "''")}'`;
      if (!mark.includes('\\')) {
        expect(await authorized.many(DOCS)(db, authorize.fromText(literal, []), { atLeast: 6 })).toEqual([6]);
        expect(db.sent[1]?.text).toBe(
          `-- name: GetAuthorizedDocs :many\nSELECT id FROM docs WHERE id >= $1\nAND (\n${literal}\n)\nORDER BY id`,
        );
      }
    },
  );

  test('filters of one shape and of another take turns', async () => {
    const get = authorized.many(DOCS);
    const byOwner = (owner: string): AuthorizeFilter => authorize.sql`owner = ${owner}`;
    expect(await get(shared.client, byOwner('odd'), { atLeast: 5 })).toEqual([5]);
    expect(await get(shared.client, byOwner('even'), { atLeast: 5 })).toEqual([6]);
    expect(await get(shared.client, authorize.none(), { atLeast: 5 })).toEqual([]);
    expect(await get(shared.client, byOwner('odd'), { atLeast: 1 })).toEqual([1, 3, 5]);
    expect(await get(shared.client, authorize.unrestricted('a test'), { atLeast: 5 })).toEqual([5, 6]);
  });

  test('an update touches only the filter’s rows', async () => {
    expect(await authorized.many(UPDATE)(shared.client, authorize.sql`owner = ${'odd'}`, { atLeast: 4 })).toEqual([5]);
    const { rows } = await shared.client.query(`SELECT id FROM docs WHERE note = 'seen'`);
    expect(rows).toEqual([{ id: 5 }]);
  });

  test('a column that the query does not have is the server’s error, with the query’s name', async () => {
    await expect(authorized.many(DOCS)(shared.client, authorize.sql`nothing = 1`, { atLeast: 1 })).rejects.toMatchObject({
      name: 'QueryError',
      query: 'GetAuthorizedDocs',
      source: 'queries/docs.sql:1',
      code: '42703',
    });
  });
});

describe('without a filter', () => {
  const forged = Object.assign(Object.create(Object.getPrototypeOf(authorize.none())), { reason: undefined });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['a string', 'true'],
    ['true', true],
    ['an object', {}],
    ['an array', []],
    ['a forged filter', forged],
    ['a copy', { ...authorize.none() }],
  ])('%s rejects, and nothing is sent', async (_name, wrong) => {
    const db = recorder(shared.client);
    const filter = wrong as AuthorizeFilter;
    for (const work of [
      () => authorized.many(DOCS)(db, filter, { atLeast: 1 }),
      () => authorized.exec(UPDATE)(db, filter, { atLeast: 1 }),
      () => authorized.batchMany(DOCS)(db, filter, [{ atLeast: 1 }]),
      () => authorized.batchMany(DOCS)(db, filter, []),
    ]) {
      const error: unknown = await work().catch((rejected: unknown) => rejected);
      expect(error).toBeInstanceOf(AuthorizeFilterError);
      expect(error).toMatchObject({ query: 'GetAuthorizedDocs', source: 'queries/docs.sql:1' });
    }
    expect(db.sent).toEqual([]);
  });

  test('a call with an earlier filter’s text does not carry it over', async () => {
    const get = authorized.many(DOCS);
    await get(shared.client, authorize.unrestricted('a test'), { atLeast: 1 });
    await expect(get(shared.client, undefined as never, { atLeast: 1 })).rejects.toBeInstanceOf(AuthorizeFilterError);
  });
});

describe('every command', () => {
  const filter = authorize.sql`owner = ${'even'}`;

  test('takes the filter', async () => {
    const { client } = shared;
    expect(await authorized.one(DOCS)(client, filter, { atLeast: 5 })).toBe(6);
    await expect(authorized.one(DOCS)(client, filter, { atLeast: 7 })).rejects.toMatchObject({
      name: 'NoRowsError',
      query: 'GetAuthorizedDocs',
    });
    expect(await authorized.zeroOrOne(DOCS)(client, filter, { atLeast: 5 })).toBe(6);
    expect(await authorized.zeroOrOne(DOCS)(client, filter, { atLeast: 7 })).toBeNull();
    expect(await authorized.exec(UPDATE)(client, filter, { atLeast: 5 })).toBeUndefined();
    expect(await authorized.execRows(UPDATE)(client, filter, { atLeast: 3 })).toBe(2);
    expect(await authorized.execResult(UPDATE)(client, filter, { atLeast: 3 })).toEqual({ command: 'UPDATE', rowCount: 2 });
    const sets = [{ atLeast: 5 }, { atLeast: 3 }, { atLeast: 9 }];
    expect(await authorized.batchExec(UPDATE)(client, filter, sets)).toBeUndefined();
    expect(await authorized.batchMany(DOCS)(client, filter, sets)).toEqual([[6], [4, 6], []]);
    expect(await authorized.batchOne(DOCS)(client, filter, [{ atLeast: 5 }, { atLeast: 9 }])).toEqual([6, null]);
  });
});

test('more values than the protocol can count are refused', async () => {
  const many = Array.from({ length: 65_535 }, (_, index) => index);
  const text = many.map((index) => `$${index + 1}::int`).join(',');
  await expect(authorized.many(DOCS)(shared.client, authorize.fromText(`id IN (${text})`, many), { atLeast: 1 })).rejects.toMatchObject({
    name: 'BindError',
    message: expect.stringContaining('65536 values'),
  });
});

describe('what a call hands out', () => {
  /** Everything that can be reached from a value, by any key, that holds a part of the query's own text. */
  function texts(value: unknown, seen = new Set<unknown>()): readonly string[] {
    if (typeof value === 'string') return value.includes('FROM docs') ? [value] : [];
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return [];
    seen.add(value);
    return Reflect.ownKeys(value).flatMap((key) => texts(Reflect.get(value, key), seen));
  }

  test('holds nothing that the query could be run from without its filter', async () => {
    const filter = authorize.none();
    const get = authorized.many(DOCS);
    const seen: unknown[] = [];
    const db = { query: (...args: readonly unknown[]) => (seen.push(args), Promise.reject(new Error('down'))) };
    const stream = get.stream(db, undefined as never, { atLeast: 1 });
    seen.push(get, stream, authorized.batchMany(DOCS));
    seen.push(await get(db as never, filter, { atLeast: 1 }).catch((error: unknown) => error));
    seen.push(await get(db as never, 'true' as never, { atLeast: 1 }).catch((error: unknown) => error));
    expect(texts(seen).filter((text) => !text.includes('AND (\nfalse\n)'))).toEqual([]);
    expect(texts(seen).length).toBeGreaterThan(0);
  });
});
