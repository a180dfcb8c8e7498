import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { authorize, authorized, batchExec, copyFrom, many, one, zeroOrOne, type Database } from '../../src/runtime/index.js';
import { definition, sharedClient } from './server.js';

const shared = sharedClient();

const QUERY = definition<Record<string, unknown>>({
  name: 'FindThings',
  required: ['id', 'owner'],
  optional: ['note'],
  text: 'SELECT $1::text, $2::text, $3::text',
  columns: ['id', 'owner', 'note'],
  bind: (params) => [params['id'] as string, params['owner'] as string, (params['note'] ?? 'none') as string],
  decode: (row) => row,
});
const find = one(QUERY);

/** Nothing may be sent on it. */
const nobody: Database = { query: () => Promise.reject(new Error('it was sent')) };

describe('params from outside', () => {
  test.each<[string, unknown, string]>([
    ['a required one that is undefined', { id: '1', owner: undefined }, 'owner is undefined; NULL is written as null'],
    ['a required one that is missing', { id: '1' }, 'owner is undefined'],
    ['one that there is not', { id: '1', owner: '2', nota: 'x' }, 'there is no param nota; there are id, owner, note'],
    ['undefined in one that there is not', { id: '1', owner: '2', ownerId: undefined }, 'there is no param ownerId'],
    ['none at all', undefined, 'the params are undefined'],
    ['null', null, 'the params are null'],
    ['a text', 'id', 'the params are a string'],
    ['a list', [{ id: '1', owner: '2' }], 'the params are an array'],
    ['a value without a text', { id: Symbol('id'), owner: '2' }, 'a symbol cannot be bound'],
    ['an instance of a class', { id: new Map(), owner: '2' }, 'an instance of Map has no PostgreSQL text'],
  ])('%s', async (_name, params, message) => {
    for (const call of [find(nobody, params as never), many(QUERY)(nobody, params as never)]) {
      await expect(call).rejects.toMatchObject({ name: 'BindError', query: 'FindThings', message: expect.stringContaining(message) });
    }
    await expect(batchExec(QUERY)(nobody, [{ id: '1', owner: '2' }, params as never])).rejects.toMatchObject({ name: 'BindError', set: 1 });
    const guarded = authorized.one({
      ...QUERY,
      authorizedName: 'FindAuthorizedThings',
      parameters: 3,
      text: [`${QUERY.text} WHERE true `, ''],
    });
    await expect(guarded(nobody, authorize.none(), params as never)).rejects.toMatchObject({
      name: 'BindError',
      query: 'FindAuthorizedThings',
    });
  });

  test('null is NULL, and an optional one may be undefined', async () => {
    expect(await find(shared.client, { id: null, owner: '2', note: undefined })).toEqual([null, '2', 'none']);
    expect(await find(shared.client, { id: new Date(0), owner: { a: 1 }, note: ['x', 'y'] })).toEqual([
      '1970-01-01T00:00:00.000Z',
      '{"a":1}',
      '{"x","y"}',
    ]);
  });

  test('an object that has its params from a class', async () => {
    class Things {
      readonly id = '1';
      get owner(): string {
        return '2';
      }
    }
    expect(await find(shared.client, new Things() as never)).toEqual(['1', '2', 'none']);
  });

  test.each<[string, unknown]>([
    ['one set', { id: '1', owner: '2' }],
    ['a text', 'id'],
    ['undefined', undefined],
    ['a number', 3],
    ['an object with a length', { length: 2 }],
  ])('a batch of %s, which is no list', async (_name, sets) => {
    await expect(batchExec(QUERY)(nobody, sets as never)).rejects.toMatchObject({
      name: 'BindError',
      message: expect.stringContaining('no list'),
    });
    const copy = copyFrom<Record<string, unknown>>({ ...QUERY, table: ['things'] });
    await expect(copy(nobody, sets as never)).rejects.toMatchObject({ name: 'BindError', message: expect.stringContaining('no list') });
  });

  test('any iterable is a list', async () => {
    const set = { id: '1', owner: '2' };
    const run = batchExec(QUERY);
    for (const sets of [new Set([set]), [set].values(), new Map([[1, set]]).values()])
      expect(await run(shared.client, sets)).toBeUndefined();
    await expect(run(nobody, Readable.from([set]) as never)).rejects.toMatchObject({ name: 'BindError' });
  });
});

test('a query without params takes its options in their place', async () => {
  const bare = zeroOrOne(
    definition<void, string | null>({ required: [], optional: [], text: 'SELECT 1', decode: (row) => row[0] ?? null }),
  );
  expect(await bare(shared.client)).toBe('1');
  await expect(bare(shared.client, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  await expect(bare(shared.client, { timeout: -1 })).rejects.toThrow(RangeError);
});
