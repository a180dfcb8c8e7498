/** Filters put together from filters, lists, names and values, on a real server. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorize, filterText, filterValues, type AuthorizeFilter } from '../../src/runtime/authorize/index.js';
import { AuthorizeFilterError } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { getDocuments, SCHEMA } from './guarded.js';
import { untyped } from './untyped.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase(`${SCHEMA}
    CREATE DOMAIN email AS text;
    CREATE TYPE mood AS ENUM ('good', 'so "so"', 'b,ad');
    CREATE TABLE everything (
      u uuid, i int, l bigint, s smallint, n numeric, f float8, t text, v varchar(20), c char(3), b boolean, by bytea,
      d date, ts timestamp, tz timestamptz, e email, m mood, j jsonb, ip inet, iv interval, arr text[], "user" text, "W""eird.Name" int
    );
    INSERT INTO everything VALUES (
      '8c0b6a52-0000-4000-8000-000000000000', 7, 9007199254740993, 3, 1.50, 0.1, 'it''s "q" \\ {x},NULL', 'v', 'c', true, '\\x00ff5c',
      '2024-02-29', '2024-02-29 12:00', '2024-02-29 12:00+00', 'a@b', 'so "so"', '{"a": [1, "x"]}', '10.0.0.1', '1 day', '{a,NULL,"b c"}', 'u', 1
    );
  `);
  client = new pg.Client(database.url);
  await client.connect();
  await client.query("SET TIME ZONE 'Asia/Kolkata'; SET datestyle = 'SQL, DMY'");
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function ids(filter: AuthorizeFilter): Promise<number[]> {
  return (await getDocuments(client, filter, ['5'])).map(Number);
}

/** Whether the one row of `everything` passes. */
async function passes(filter: AuthorizeFilter): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT 1 FROM everything WHERE true AND (\n${filterText(filter, 0)}\n)`, [
    ...filterValues(filter),
  ]);
  return rowCount === 1;
}

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const tenant = (name: string) => authorize.sql`tenant = ${name}`;

describe('and, or, not', () => {
  test('combine what they are given', async () => {
    expect(await ids(authorize.and(tenant('a'), authorize.sql`id > ${1}`))).toEqual([2]);
    expect(await ids(authorize.or(tenant('b'), authorize.sql`id = ${1} -- one`))).toEqual([1, 3]);
    expect(await ids(authorize.not(tenant('a')))).toEqual([3, 4]);
    expect(await ids(authorize.not(authorize.or(tenant('a'), tenant('b'))))).toEqual([4]);
    expect(
      await ids(
        authorize.and(
          authorize.or(tenant('a'), tenant('b')),
          authorize.or(authorize.fromText('id = $2 OR id = $1', [3, 2]), authorize.none()),
        ),
      ),
    ).toEqual([2, 3]);
    expect(await ids(authorize.and(authorize.unrestricted('test'), tenant('b')))).toEqual([3]);
  });

  test('keep OR in its place', async () => {
    expect(await ids(authorize.and(authorize.fromText('false OR true'), authorize.none()))).toEqual([]);
    expect(await ids(authorize.not(authorize.fromText('false OR true')))).toEqual([]);
  });

  test('of nothing show nothing, also where a list of filters is negated', async () => {
    expect(await ids(authorize.and())).toEqual([]);
    expect(await ids(authorize.or())).toEqual([]);
    expect(await ids(authorize.not(authorize.and()))).toEqual([]);
    expect(await ids(authorize.or(authorize.and(), tenant('b')))).toEqual([3]);
    expect(await ids(authorize.and(authorize.and(), tenant('b')))).toEqual([]);
  });

  test('of nothing else than filters', () => {
    const mixed: unknown[] = [tenant('a'), 'true'];
    for (const combine of [authorize.and, authorize.or]) {
      expect(() => untyped(combine, mixed)).toThrow('got a string');
      expect(() => untyped(combine, [undefined])).toThrow('got undefined');
    }
    expect(() => untyped(authorize.not, [])).toThrow('got undefined');
    expect(() => untyped(authorize.not, [''])).toThrow('got an empty string');
    expect(() => untyped(authorize.not, [null])).toThrow('got null');
    expect(() => untyped(authorize.not, [{}])).toThrow('got an object');
  });
});

describe('a template', () => {
  test('nests filters, each with its own values, in order', async () => {
    const mine = authorize.sql`id = ${1} OR ${tenant('b')} -- mine`;
    const filter = authorize.sql`${mine} AND NOT ${authorize.sql`title = ${'three'}`} OR id = ${4}`;
    expect(await ids(filter)).toEqual([1, 4]);
    expect(filterText(filter, 5)).toBe('(\nid = $6 OR (\ntenant = $7\n) -- mine\n) AND NOT (\ntitle = $8\n) OR id = $9');
    expect(filterValues(filter)).toEqual(['1', 'b', 'three', '4']);
  });

  test('numbers its placeholders after the query’s own', () => {
    const filter = authorize.fromText('a = $2 AND b = $1 AND c = $2', ['x', 'y']);
    expect(filterText(filter, 0)).toBe('a = $2 AND b = $1 AND c = $2');
    expect(filterText(filter, 9)).toBe('a = $11 AND b = $10 AND c = $11');
    expect(filterText(authorize.sql`${filter} OR ${filter}`, 1)).toBe(
      '(\na = $3 AND b = $2 AND c = $3\n) OR (\na = $5 AND b = $4 AND c = $5\n)',
    );
    for (let offset = 0; offset < 40; offset++) expect(filterText(filter, offset)).toContain(`b = $${offset + 1} `);
  });

  test('is checked once, and each use has its own values', async () => {
    const filters = ['a', 'b', 'c'].map((name) => authorize.sql`tenant = ${name}`);
    for (const [index, expected] of [[1, 2], [3], [4]].entries()) expect(await ids(filters[index] ?? authorize.none())).toEqual(expected);
  });

  const value = 'x';
  test.each([
    ['a string', () => authorize.sql`title = '${value}'`],
    ['a dollar string', () => authorize.sql`title = $$${value}$$`],
    ['a quoted identifier', () => authorize.sql`"${value}" = 1`],
    ['a line comment', () => authorize.sql`true -- ${value}`],
    ['a block comment', () => authorize.sql`true /* ${value} */`],
    ['a name before it', () => authorize.sql`title${value} = 1`],
    ['a number after it', () => authorize.sql`id = ${value}1`],
    ['a name inside a string', () => authorize.sql`title = '${authorize.ident('x')}'`],
    ['a filter inside a string', () => authorize.sql`title = '${authorize.none()}'`],
    ['a function’s name before it', () => authorize.sql`f${authorize.none()}`],
  ])('holds nothing in or beside %s', (_place, make) => {
    expect(make).toThrow(/stands inside a string, a name, a number or a comment|directly after a placeholder/);
  });

  test('reports the place', () => {
    const error = thrown(() => authorize.sql`id = ${1} AND title = '${value}'`);
    expect(error).toMatchObject({ name: 'AuthorizeFilterError', fragment: "id = $1 AND title = '$2'", offset: 21, query: undefined });
    expect(String(error)).toContain('value 2 stands inside');
  });

  test('has its values in ${…} and nowhere else', () => {
    expect(() => authorize.sql`id = $1`).toThrow('a placeholder in a template is written as ${value}');
    expect(() => authorize.sql`id = $1 OR id = ${1}`).toThrow('a placeholder in a template is written as ${value}');
    expect(() => authorize.sql`id = ${1} OR id = $1`).toThrow('a placeholder in a template is written as ${value}');
  });

  test('is a template', () => {
    expect(() => untyped(authorize.sql, ['true'])).toThrow('is a template tag');
    expect(() => untyped(authorize.sql, [['true']])).toThrow('is a template tag');
    expect(() => untyped(authorize.sql, [Object.assign(['a = ', ''], { raw: ['a = ', ''] })])).toThrow('is a template tag');
    expect(() => authorize.sql`title = '\u{110000}'`).toThrow('an escape in the template');
  });

  test('that can still change is not remembered', async () => {
    const strings = ['id = ', ''];
    const template = Object.assign(strings, { raw: strings });
    expect(await ids(authorize.sql(template, 1))).toEqual([1]);
    strings[0] = 'id <> ';
    expect(await ids(authorize.sql(template, 1))).toEqual([2, 3, 4]);
  });

  test('takes a lone value only as a boolean, and a lone column or filter', async () => {
    expect(() => authorize.sql`${'yes'}`).toThrow('the value is no boolean');
    expect(() => authorize.sql`(${1})`).toThrow('the value is no boolean');
    expect(await ids(authorize.sql`${true}`)).toEqual([1, 2, 3, 4]);
    expect(await ids(authorize.sql`${false}`)).toEqual([]);
    expect(await ids(authorize.sql`${authorize.ident('documents', 'hidden')}`)).toEqual([3]);
    expect(await ids(authorize.sql`(${tenant('b')})`)).toEqual([3]);
  });
});

describe('a name', () => {
  test('is itself, whatever it holds', async () => {
    expect(await passes(authorize.sql`${authorize.ident('W"eird.Name')} = ${1}`)).toBe(true);
    expect(await passes(authorize.sql`${authorize.ident('everything', 'W"eird.Name')}=1`)).toBe(true);
    expect(await passes(authorize.sql`everything.${authorize.ident('user')} = 'u'`)).toBe(true);
    await expect(passes(authorize.sql`${authorize.ident('x" = 1 OR true --')} = 1`)).rejects.toMatchObject({ code: '42703' });
  });

  test('does not join what stands beside it', () => {
    const name = authorize.ident('a"b', 'c');
    expect(filterText(authorize.sql`${name}"x" U&${name}`, 0)).toBe(' "a""b"."c" "x" U& "a""b"."c" ');
  });

  test('is a name', () => {
    expect(() => authorize.ident()).toThrow('at least one name');
    expect(() => authorize.ident('a', '')).toThrow('a name is empty');
    expect(() => authorize.ident('a\0')).toThrow('a NUL');
    expect(() => authorize.ident('\ud800')).toThrow('half of a surrogate pair');
    expect(() => untyped(authorize.ident, [1])).toThrow('a name is a string, and not a number');
    const maker: unknown = authorize.ident('a').constructor;
    expect(() => Reflect.construct(Object(maker), [Symbol(), 'true'])).toThrow(AuthorizeFilterError);
  });
});

describe('in', () => {
  test.each([
    ['u', ['8c0b6a52-0000-4000-8000-000000000000', '8c0b6a52-0000-4000-8000-000000000001']],
    ['i', [7, 8]],
    ['l', [9007199254740993n]],
    ['s', ['3']],
    ['n', [1.5]],
    ['f', [0.1]],
    ['t', ['it\'s "q" \\ {x},NULL', 'x']],
    ['v', ['v']],
    ['c', ['c']],
    ['b', [true]],
    ['by', [Buffer.from([0, 255, 92])]],
    ['by', [new Uint8Array([9, 0, 255, 92, 9]).subarray(1, 4)]],
    ['d', ['2024-02-29']],
    ['ts', [new Date('2024-02-29T12:00:00Z')]],
    ['tz', [new Date('2024-02-29T12:00:00Z')]],
    ['e', ['a@b']],
    ['m', ['so "so"', 'b,ad']],
    ['ip', ['10.0.0.1']],
    ['iv', ['24:00']],
    ['user', ['u']],
    ['everything.USER', ['u']],
    ['"W""eird.Name"', [1]],
    ['everything."user"', ['u']],
  ])('finds a value of column %s', async (column, values) => {
    // One value is compared, several are a list: both find it.
    for (const list of [values.slice(0, 1), [...values, ...values]]) {
      expect(await passes(authorize.in(column, list))).toBe(true);
      expect(await passes(authorize.not(authorize.in(column, list)))).toBe(false);
    }
  });

  test('does not find what is not in the list', async () => {
    expect(await passes(authorize.in('i', [6, 8]))).toBe(false);
    expect(await passes(authorize.in('t', ['NULL', '{}', '']))).toBe(false);
    expect(await passes(authorize.in('m', ['good']))).toBe(false);
  });

  test('nothing denies', async () => {
    expect(await ids(authorize.in('documents.tenant', []))).toEqual([]);
    expect(filterText(authorize.in('documents.tenant', []), 0)).toBe('false');
    expect(await ids(authorize.or(authorize.in('tenant', []), authorize.in('tenant', ['b'])))).toEqual([3]);
  });

  test('an excluded list leaves the rows that it does not name', async () => {
    expect(await ids(authorize.not(authorize.in('tenant', ['a', 'b'])))).toEqual([4]);
    expect(await ids(authorize.not(authorize.in('owner_id', [1])))).toEqual([3]);
  });

  test.each([
    [[undefined]],
    [[null]],
    [['a', null]],
    [[['a']]],
    [[{}]],
    [[Symbol('x')]],
    [new Array(2)],
    [[new Date(NaN)]],
    [[authorize.none()]],
  ])('refuses a list with what is no value (%#)', (values) => {
    expect(() => untyped(authorize.in, ['tenant', values])).toThrow(AuthorizeFilterError);
  });

  test('says which value it refuses', () => {
    expect(() => untyped(authorize.in, ['tenant', ['a', null]])).toThrow('value 2 of authorize.in is null');
    expect(() => untyped(authorize.in, ['tenant', [{}]])).toThrow('value 1 of authorize.in is an object');
    const error = thrown(() => untyped(authorize.in, ['tenant', ['a', undefined]]));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^value 2 of authorize.in cannot be bound: a value is undefined/),
      cause: expect.any(TypeError),
    });
  });

  test('takes an array', () => {
    for (const values of ['abc', undefined, null, new Set(['a']), { length: 0 }]) {
      expect(() => untyped(authorize.in, ['tenant', values])).toThrow('are an array');
    }
  });

  test('takes a column', async () => {
    expect(filterText(authorize.in('documents.Tenant', ['a', 'b']), 0)).toBe('"documents"."tenant" = ANY ($1)');
    expect(filterText(authorize.in('_x$1."a.""B".c', ['a']), 0)).toBe('"_x$1"."a.""B"."c" = $1');
    expect(filterText(authorize.in('größe.ÄB', ['a']), 0)).toBe('U&"gr\\00f6\\00dfe".U&"\\00c4b" = $1');
    expect(await ids(authorize.in(authorize.ident('documents', 'tenant'), ['b']))).toEqual([3]);
    for (const column of [
      '',
      ' ',
      'a b',
      'a.',
      '.a',
      'a..b',
      'a.b ',
      'lower(a)',
      "a' OR true",
      'a = 1 OR b',
      '"a',
      'U&"a"',
      '1',
      'a;',
      'a--',
      'a.*',
      '$1',
      '""',
      'a."b',
      '"a"b',
      '"a".',
      '"a".""',
      'a\n',
      '-a',
    ]) {
      expect(() => authorize.in(column, ['x']), column).toThrow(AuthorizeFilterError);
    }
    expect(() => untyped(authorize.in, [undefined, ['x']])).toThrow('a column is a string or made by authorize.ident');
  });
});

/** An object that is its own property. */
function cyclic(): object {
  const object: Record<string, unknown> = {};
  object['a'] = [object];
  return object;
}

describe('values', () => {
  test.each([
    [authorize.sql`j @> ${{ a: [1, 'x'] }}`],
    [
      authorize.sql`${{ a: new Date(0), b: [null, -0.5, 1e21, 'é"'] }}::jsonb = ${'{"a":"1970-01-01T00:00:00.000Z","b":[null,-0.5,1000000000000000000000,"é\\""]}'}::jsonb`,
    ],
    [authorize.sql`j = ${{ a: [1, 'x'] }}`],
    [authorize.sql`j -> 'a' ? ${'x'}`],
    [authorize.sql`arr = ${['a', null, 'b c']}`],
    [authorize.sql`i = ANY(${[7]})`],
    [
      authorize.sql`${[
        [1, 2],
        [3, 4],
      ]}::int[] = '{{1,2},{3,4}}'`,
    ],
    [authorize.sql`by = ${Buffer.from([0, 255, 92])}`],
    [authorize.sql`${[Buffer.from([0, 255, 92])]}::bytea[] = ARRAY[by]`],
    [authorize.sql`tz = ${new Date('2024-02-29T12:00:00Z')}`],
    [authorize.sql`ts = ${new Date('2024-02-29T12:00:00Z')}`],
    [authorize.sql`ts < ${new Date('+010000-01-01T00:00:00Z')}`],
    [authorize.sql`${new Date('-000043-03-15T00:00:00Z')}::timestamptz = '0044-03-15 00:00+00 BC'`],
    [authorize.sql`${new Date('0000-03-15T00:00:00Z')}::timestamptz = '0001-03-15 00:00+00 BC'`],
    [authorize.sql`${new Date('+275760-09-13T00:00:00Z')}::timestamptz = '275760-09-13 00:00+00'`],
    [authorize.sql`${new Date('0001-01-01T00:00:00Z')}::timestamptz = '0001-01-01 00:00+00'`],
    [authorize.sql`l = ${9007199254740993n}`],
    [authorize.sql`f = ${0.1}`],
    [authorize.sql`b = ${true}`],
    [authorize.sql`t = ${'it\'s "q" \\ {x},NULL'}`],
    [authorize.sql`${null}::int IS NULL`],
    [authorize.sql`${'NaN'}::float8 = ${NaN}::float8`],
    [authorize.sql`${[]}::int[] = '{}'`],
    [authorize.sql`${[{ a: 1 }]}::jsonb[] = ARRAY['{"a": 1}'::jsonb]`],
    [authorize.sql`${['', 'null', '"', '{']}::text[] = ARRAY['', 'null', '"', '{']`],
  ])('reach the server as they are (%#)', async (filter) => {
    expect(await passes(filter)).toBe(true);
  });

  test.each([
    [undefined, 'undefined'],
    [Symbol('x'), 'a symbol cannot be bound'],
    [() => true, 'a function cannot be bound'],
    [new Date(NaN), 'invalid Date'],
    [[undefined], 'element 0 of an array is undefined'],
    [new Array(1), 'element 0'],
    [{ a: undefined }, '"a" of a JSON value is undefined'],
    [{ a: { b: [undefined] } }, 'undefined'],
    [{ a: NaN }, 'NaN'],
    [{ a: () => 1 }, 'a function'],
    [{ a: 1n }, 'a bigint'],
    [{ a: new Map() }, 'a Map'],
    [[{ a: undefined }], 'undefined'],
    [{ a: Promise.resolve(1) }, 'a Promise'],
    [{ a: { b: /x/ } }, 'a RegExp'],
    [{ a: [new Error('x')] }, 'an Error'],
    [{ a: new (class Id {})() }, 'an Id'],
    [{ a: new Date(NaN) }, 'an invalid Date'],
    [{ a: Infinity }, 'Infinity'],
    [{ [Symbol('a')]: 1 }, 'a symbol'],
    [{ a: { [Symbol('a')]: 1 } }, 'a symbol'],
    [{ a: new Array<unknown>(2) }, 'undefined'],
    [{ a: Object.assign([1], { b: 2 }) }, 'properties of its own'],
    [{ a: new Uint8Array(1) }, 'an Uint8Array'],
    [{ a: new String('x') }, 'a String'],
    [{ a: Object.create({ b: 1 }) }, 'an Object'],
    [Object.defineProperty({}, 'a', { value: 1 }), 'not enumerable'],
    [cyclic(), 'holds itself'],
    [{ a: { toJSON: () => 1 } }, 'a function'],
    [{ a: '\ud800' }, 'half of a surrogate pair'],
    ['a\udc00', 'half of a surrogate pair'],
    [['\ud800'], 'half of a surrogate pair'],
    [{ a: new Proxy(new Map(), {}) }, 'a Map'],
    [new Map(), 'an instance of Map'],
    [new Set(), 'an instance of Set'],
    [/x/, 'an instance of RegExp'],
    [new (class Id {})(), 'an instance of Id'],
  ])('without a text are refused (%#)', (value, problem) => {
    const strings = ['i = ', ''];
    expect(() => untyped(authorize.sql, [Object.assign(strings, { raw: strings }), value])).toThrow(problem);
    const error = thrown(() => untyped(authorize.sql, [Object.assign(['i = ', ' + ', ''], { raw: strings }), 1, value]));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^value 2 of authorize.sql cannot be bound: /),
      cause: expect.any(TypeError),
    });
    const nested = thrown(() => untyped(authorize.sql, [Object.assign(['', ' AND i = ', ''], { raw: strings }), authorize.none(), value]));
    expect(nested).toMatchObject({ message: expect.stringMatching(/^value 2 of authorize.sql cannot be bound: /) });
    expect(() => untyped(authorize.fromText, ['i = $1', [value]])).toThrow(AuthorizeFilterError);
  });

  test('stay as they were when they were passed', () => {
    const bytes = Buffer.from([1]);
    const list = ['a'];
    const filter = authorize.sql`by = ${bytes} AND t = ANY(${list})`;
    bytes[0] = 2;
    list.push('b');
    expect(filterValues(filter)).toEqual([new Uint8Array([1]), '{"a"}']);
    expect(Object.isFrozen(filterValues(filter))).toBe(true);
  });

  test('are no filters, and not too many', () => {
    expect(() => untyped(authorize.fromText, ['a = $1', [authorize.none()]])).toThrow('value $1 is a filter');
    expect(() => untyped(authorize.fromText, ['a = $1', [authorize.ident('x')]])).toThrow('AuthorizeIdentifier');
    const list = Array.from({ length: 65_536 }, (_, index) => index);
    expect(() => authorize.fromText(`a IN (${list.map((index) => `$${index + 1}`).join()})`, list)).toThrow('pass a list as one array');
    expect(() => untyped(authorize.fromText, ['a = $1', 'x'])).toThrow('are an array');
    expect(() => untyped(authorize.fromText, [undefined])).toThrow('takes SQL in a string, and not a undefined');
  });
});

describe('unrestricted', () => {
  test('shows every row that the query finds, for a reason', async () => {
    const filter = authorize.unrestricted('the nightly export');
    expect(await ids(filter)).toEqual([1, 2, 3, 4]);
    expect(filter.reason).toBe('the nightly export');
    expect(tenant('a').reason).toBeUndefined();
  });

  test.each([[undefined], [''], [' \n'], [null], [1], [true]])('needs a reason: %j', (reason) => {
    expect(() => untyped(authorize.unrestricted, [reason])).toThrow('needs the reason');
  });
});

describe('an error', () => {
  test('holds the text that was refused, and does not show it', () => {
    const secret = "owner = 'secret' AND id = $2";
    for (const error of [
      thrown(() => authorize.fromText(secret, [1])),
      thrown(() => authorize.fromText(`${secret};`, [1])),
      thrown(() => authorize.fromText('id = $1', [])),
    ]) {
      expect(error).toMatchObject({
        name: 'AuthorizeFilterError',
        fragment: expect.stringContaining('id = $'),
        query: undefined,
        source: undefined,
      });
      expect(String(error)).not.toContain('secret');
    }
    expect(String(thrown(() => authorize.fromText('true;')))).toBe(
      'AuthorizeFilterError: the filter is refused: it holds a semicolon (at offset 4 of the fragment)',
    );
    expect(String(thrown(() => authorize.fromText('')))).toMatch(/allows$/);
  });

  test('names the query that the filter was passed to', () => {
    const cause = new Error('x');
    expect(new AuthorizeFilterError('no', { query: 'GetThings', source: 'queries/things.sql:1', cause })).toMatchObject({
      message: 'GetThings (queries/things.sql:1): no',
      query: 'GetThings',
      source: 'queries/things.sql:1',
      fragment: undefined,
      offset: undefined,
      cause,
    });
    expect(new AuthorizeFilterError('no', { query: 'GetThings' }).message).toBe('GetThings: no');
    expect(new AuthorizeFilterError('no').message).toBe('no');
    expect('cause' in new AuthorizeFilterError('no')).toBe(false);
  });

  test('says who makes filters and names', () => {
    for (const [made, maker] of [
      [authorize.none(), 'only authorize makes a filter'],
      [authorize.ident('a'), 'only authorize.ident makes an identifier'],
    ] as const) {
      const constructor: unknown = made.constructor;
      expect(() => Reflect.construct(Object(constructor), [Symbol()])).toThrow(maker);
    }
    expect(() => authorize.in('a b', ['x'])).toThrow('"a b" is not a column\'s name, such as table.column');
  });
});

test('as many values are taken as PostgreSQL takes', () => {
  const list = Array.from({ length: 65_535 }, (_, index) => index);
  expect(filterValues(authorize.fromText(`a IN (${list.map((index) => `$${index + 1}`).join()})`, list))).toHaveLength(65_535);
});

test('a text that was refused is refused again', () => {
  for (let round = 0; round < 3; round++) expect(() => authorize.fromText('true)')).toThrow('closes nothing');
});
