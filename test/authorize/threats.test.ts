/**
 * What a fragment can do to a statement that takes it as text, and what sqlward makes of it. Each
 * threat is shown on the server first, spliced as `AND (…)` or without the parentheses.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorize, AuthorizeFilterError, QueryError, type AuthorizeFilter } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { countDocuments, deleteDocuments, DOCUMENTS, getBoth, getDocuments, getJoined, renameDocuments, SCHEMA } from './guarded.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  client = new pg.Client(database.url);
  await client.connect();
});
beforeEach(() => client.query('BEGIN'));
afterEach(() => client.query('ROLLBACK'));
afterAll(async () => {
  await client.end();
  await database.drop();
});

const [head = '', tail = ''] = DOCUMENTS.text;

/** What text replacement does, the own parameter bound, and no value of the fragment's. */
async function spliced(text: string, values: unknown[] = ['5']): Promise<readonly number[] | string | undefined> {
  await client.query('SAVEPOINT spliced');
  try {
    const result: unknown = await client.query(head + text + tail, values);
    const last: unknown = Array.isArray(result) ? result[0] : result;
    return last instanceof pg.Result ? last.rows.map((row: { id: number }) => row.id) : [];
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT spliced');
    if (error instanceof pg.DatabaseError) return error.code;
    throw error;
  }
}
const naive = (fragment: string) => spliced(` AND ${fragment}`);
const parenthesized = (fragment: string) => spliced(` AND (${fragment})`);

async function ids(filter: AuthorizeFilter): Promise<number[]> {
  return (await getDocuments(client, filter, ['5'])).map(Number);
}

function refusal(text: string, values: readonly string[] = []): string {
  try {
    authorize.fromText(text, values);
  } catch (error) {
    if (error instanceof AuthorizeFilterError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a fragment', () => {
  test('with OR does not drop the conditions beside it', async () => {
    expect(await naive("tenant = 'x' OR true")).toEqual([1, 2, 3, 4, 5]);
    expect(await ids(authorize.fromText("tenant = 'x' OR true"))).toEqual([1, 2, 3, 4]);
    expect(await ids(authorize.fromText("tenant = 'a' OR id = 3"))).toEqual([1, 2, 3]);
  });

  test('cannot close its parenthesis and open another condition', async () => {
    expect(await parenthesized('true) OR (true')).toEqual([1, 2, 3, 4, 5]);
    expect(refusal('true) OR (true')).toContain('a ")" that closes nothing (at offset 4');
  });

  test('cannot add rows of another table', async () => {
    expect(await parenthesized('true) UNION ALL (SELECT id FROM secrets')).toContain(99);
    expect(refusal('true) UNION ALL (SELECT id FROM secrets')).toContain('closes nothing');
    expect(await naive('false UNION ALL SELECT id FROM secrets')).toEqual([99]);
    const filter = authorize.fromText('false UNION ALL SELECT id FROM secrets');
    await expect(ids(filter)).rejects.toMatchObject({ constructor: QueryError, code: '42601', query: 'GetAuthorizedDocuments' });
  });

  test('ends in a comment without harm', async () => {
    expect(await parenthesized("tenant = 'a' -- x")).toBe('42601');
    expect(await naive("tenant = 'a' -- x")).toEqual([1, 2]);
    expect(await ids(authorize.fromText("tenant = 'a' -- x"))).toEqual([1, 2]);
    expect(await ids(authorize.fromText('false --'))).toEqual([]);
    expect(await ids(authorize.fromText("tenant = 'a' -- x\r"))).toEqual([1, 2]);
  });

  test.each([
    ['a comment', 'true /* x', 'a comment that is not closed'],
    ['a nested comment', 'true /* /* */', 'a comment that is not closed'],
    ['a string', "tenant = 'x", 'a string that is not closed'],
    ['an escape string', "tenant = E'x\\'", 'a string that is not closed'],
    ['a dollar string', 'tenant = $q$ x', 'a dollar-quoted string that is not closed'],
    ['a quoted identifier', '"tenant', 'a quoted identifier that is not closed'],
    ['a bracket', 'tenant = ANY (ARRAY[title)', 'closes nothing'],
    ['a parenthesis', '(true', 'a bracket that is not closed (at offset 0'],
    ['an operator, a comment after it', 'id <-/* 3', 'a comment that is not closed'],
  ])('cannot leave %s open', (_what, text, problem) => {
    expect(refusal(text)).toContain(problem);
  });

  test('cannot carry a second statement', async () => {
    await spliced(' AND true; DELETE FROM documents', []);
    await client.query(`${head.replace('$1', '5')} AND true; DELETE FROM secrets`);
    expect((await client.query('SELECT 1 FROM secrets')).rows).toEqual([]);
    expect(refusal('true; DELETE FROM documents')).toContain('a semicolon (at offset 4');
    expect(await ids(authorize.fromText("title <> ';' -- ;"))).toEqual([1, 2, 3, 4]);
  });

  test('is sent with the extended protocol even where nothing is bound', async () => {
    let mode: unknown;
    const db = {
      query: (config: { readonly queryMode: string }) => {
        mode = config.queryMode;
        return Promise.resolve({ rows: [], rowCount: 0, command: 'SELECT' });
      },
    };
    await getDocuments(db, authorize.none(), []);
    expect(mode).toBe('extended');
  });

  test('binds its own values, never the query’s', async () => {
    expect(await naive('id = $1::int - 4')).toEqual([1]);
    expect(refusal('id = $1')).toContain('it has 1 placeholder, and no values came with it');
    expect(await ids(authorize.fromText('id = $1', ['2']))).toEqual([2]);
    expect(await ids(authorize.fromText('id = $2 OR id = $1 OR id = $2', [1, 4]))).toEqual([1, 4]);
  });

  test('has exactly the values of its placeholders', async () => {
    expect(await parenthesized('id = $2')).toBe('08P01');
    expect(refusal('id = $9')).toContain('without a gap (at offset 5');
    expect(refusal('id = $2', ['1'])).toContain('without a gap');
    expect(refusal('id = $0', ['1'])).toContain('without a gap');
    expect(refusal('id = $1', ['1', '2'])).toContain('it has 1 placeholder, and 2 values came with it');
    expect(refusal('true', ['1'])).toContain('it has no placeholders, and 1 value came with it');
  });

  test('may use the jsonb operators with a question mark', async () => {
    expect(await ids(authorize.fromText("tags ? 'public'"))).toEqual([1, 3]);
    expect(await ids(authorize.fromText("tags ?| ARRAY['public', 'draft']"))).toEqual([1, 2, 3]);
    expect(await ids(authorize.fromText("tags ?& ARRAY['public', 'draft']"))).toEqual([]);
    expect(await ids(authorize.sql`tags ?| ${['draft', 'x']}`)).toEqual([2]);
    expect(await ids(authorize.sql`tags ? ${'public'} AND tenant = ${'b'}`)).toEqual([3]);
  });

  test.each(['', ' ', '\n\t', '-- x', '/* x */', '  -- x\n /* y */ '])('is not empty: %j', (text) => {
    expect(refusal(text)).toContain('it is empty');
    expect(() => authorize.sql(Object.assign([text], { raw: [text] }))).toThrow('it is empty');
  });

  test.each(['true ORDER BY 1', 'true LIMIT 1', 'true FOR UPDATE', 'true GROUP BY id', 'true OFFSET 1', 'true WINDOW w AS ()'])(
    'has no tail: %s',
    async (text) => {
      expect(await parenthesized(text)).toBe('42601');
      await expect(ids(authorize.fromText(text))).rejects.toMatchObject({ code: '42601' });
    },
  );

  test('that is NULL shows nothing', async () => {
    expect(await ids(authorize.fromText('NULL'))).toEqual([]);
    expect(await ids(authorize.sql`${null}`)).toEqual([]);
    expect(await ids(authorize.not(authorize.fromText('NULL')))).toEqual([]);
    expect(await ids(authorize.fromText('hidden'))).toEqual([3]);
    expect(await ids(authorize.not(authorize.fromText('hidden')))).toEqual([1, 4]);
  });

  test.each([
    "'yes'",
    "('yes')",
    "(('yes'))",
    "'yes' -- x",
    "/* x */ 'yes'",
    "E'yes'",
    "N'yes'",
    "U&'yes'",
    "U&'y!0065s' UESCAPE '!'",
    '$$yes$$',
    '$q$yes$q$',
    "'ye'\n's'",
    "'yes'::bool",
    "('yes')::boolean",
    "'yes'::text::bool",
    "('yes'::pg_catalog.bool)",
    '\'yes\'::"bool"',
    "CAST('yes' AS bool)",
    "CAST(('yes') AS pg_catalog.bool)",
    "bool 'yes'",
    'boolean $$yes$$',
    "pg_catalog.bool 'yes'",
    '"bool" \'yes\'',
    "NOT 'no'",
    "not (not 'yes')",
    "NOT CAST('no' AS bool)",
    "B'1'",
    "X'1'",
    "bool('yes')",
    "'yes' :: größe",
    `'yes'::"-"`,
    `'yes'::"my bool"`,
    'cast(\'no\' as pg_catalog."bool")',
    "(cast((('yes')) as bool))::bool",
  ])('is no lone literal: %s', (text) => {
    expect(refusal(text)).toContain('a lone literal is no condition');
  });

  test('with a literal alone would show every row', async () => {
    expect(await parenthesized("'yes'")).toEqual([1, 2, 3, 4]);
  });

  test('with a value alone is found behind NOT and a longer number', () => {
    expect(() => authorize.fromText('NOT $01', ['no'])).toThrow('the value is no boolean');
    expect(() => authorize.fromText('not (not $001)', ['no'])).toThrow('the value is no boolean');
  });

  test.each([
    '$1',
    '($1)',
    '$1::bool',
    'NOT $1',
    'CAST($1 AS boolean)',
    '(($1))::pg_catalog.bool',
    '(CAST(($1) AS bool))::boolean',
    '($01)',
    'CAST($01 AS bool)',
    '$01::bool',
    '$0001',
  ])('with a value alone takes a boolean only: %s', async (text) => {
    for (const value of ['yes', 'true', 't', 1, ['yes'], { yes: true }]) {
      expect(() => authorize.fromText(text, [value])).toThrow('the value is no boolean');
    }
    expect(await ids(authorize.fromText(text, [text !== 'NOT $1']))).toEqual([1, 2, 3, 4]);
    expect(await ids(authorize.fromText(text, [text === 'NOT $1']))).toEqual([]);
    expect(await ids(authorize.fromText(text, [null]))).toEqual([]);
  });

  test('with a column of two tables is the server’s error, under the query’s name', async () => {
    await expect(getJoined(client, authorize.fromText("tenant = 'a'"), ['5'])).rejects.toMatchObject({
      code: '42702',
      query: 'GetAuthorizedJoined',
      source: 'queries/joined.sql:1',
      cause: expect.any(pg.DatabaseError),
    });
    await client.query('ROLLBACK');
    expect(await getJoined(client, authorize.fromText("documents.tenant = 'a'"), ['5'])).toEqual(['1', '2']);
  });

  test('has no NUL', () => {
    expect(refusal('true\0) OR (true')).toContain('a NUL character (at offset 4');
    expect(refusal("tenant = 'a\0'")).toContain('a NUL character');
    expect(refusal('\0')).toContain('a NUL character (at offset 0');
  });

  test.each([
    "tenant = '\\'",
    "tenant = 'a\\b'",
    "tenant = N'\\'",
    "tenant LIKE '10\\%'",
    "tenant = 'a'\n'\\'",
    "tenant = '\\ U&'",
    "tenant = 'u&\\'",
  ])('has no backslash in a plain string: %s', (text) => {
    expect(refusal(text)).toContain("write E'…'");
  });

  test.each(["tenant <> E'\\''", 'tenant <> $$\\$$', "tenant <> U&'\\0041'", 'tenant <> \'x\' OR "\\" IS NULL'])(
    'may have a backslash elsewhere: %s',
    (text) => {
      expect(refusal(text)).toBe('accepted');
    },
  );

  test('is not text for JavaScript’s replace', async () => {
    const hook = `${head}-- hook${tail}`;
    expect(hook.replace('-- hook', "AND title <> '$&'")).toContain("'-- hook'");
    for (const text of ["title <> '$&'", "title <> '$`'", "title <> $$'$$", "title = $$$&$$ OR title <> '$1'"]) {
      expect(await ids(authorize.fromText(text))).toEqual([1, 2, 3, 4]);
    }
  });

  test.each(['true \\ ', 'true {', '{fn now()}', '$', 'a $ b', 'a \x01 b', '\x7f', '$tag', 'a\\'])(
    'holds only characters that SQL knows: %j',
    (text) => {
      expect(refusal(text)).toMatch(/a character that SQL does not know/);
    },
  );

  test.each([
    'id = 1or true',
    "1_0e'x' = a",
    'id = 0b12',
    'id = 1e',
    'id = 0xg',
    'id = $1x',
    'id = 1é',
    'id = 1$1',
    'id = $1$$x$$',
    'id = 0o79',
    'id = 0b12',
    'EXISTS (SELECT 0x1$a$)) OR true OR (EXISTS (SELECT 1 y$a$)',
  ])('has no name glued to a number: %s', (text) => {
    expect(refusal(text, ['1'])).toMatch(/a name directly after a (number|placeholder)/);
  });

  test('is well-formed Unicode', () => {
    expect(refusal("title = '\ud800'")).toContain('half of a surrogate pair (at offset 9');
    expect(refusal('id = 1 OR $\udc00$ $\ud800$ ) $\udc00$')).toContain('half of a surrogate pair');
    expect(refusal("title = '💥'")).toBe('accepted');
  });

  test('has no string that goes on for some servers only', () => {
    expect(refusal("title = E'a'\v\n'b'")).toContain('a vertical tab');
    expect(refusal("title = E'a' -- x\n\v'b'")).toContain('a vertical tab');
    expect(refusal("title = E'a' -- x\v\n 'b'")).toBe('accepted');
    expect(refusal("title = E'a'\v -- x\n\t-- y\n'b'")).toContain('a vertical tab');
    expect(refusal("title = E'a' \n-- x\n\f\v 'b'")).toContain('a vertical tab');
    expect(refusal("title = E'a'\r\v\v'b'")).toContain('a vertical tab');
    expect(refusal("title = E'a'\n\v--\n'b'")).toContain('a vertical tab');
    expect(refusal("title = E'a'\n\v-- long comment\r'b'")).toContain('a vertical tab');
    expect(refusal("bits = B'0'\v\n'1'")).toContain('a vertical tab');
    expect(refusal("title = E'\v'")).toBe('accepted');
    expect(refusal("title = E'a\v' OR title = E'\vb'\n'\vc'")).toBe('accepted');
    expect(refusal('title = $é$ a $b$ c $é$')).toContain('dollar tag is not ASCII');
    expect(refusal('title = $é$ a $é$')).toBe('accepted');
    expect(refusal('title = $a$ é $b$ $a$')).toBe('accepted');
  });
});

describe('no filter', () => {
  test.each([
    [undefined],
    [null],
    [''],
    ['true'],
    [{}],
    [{ text: 'true', values: [] }],
    [Object.create(Object.getPrototypeOf(authorize.none()))],
    [() => authorize.none()],
    [true],
  ])('is never allow: %j', async (value) => {
    const call: (db: pg.Client, filter: never, params: readonly string[]) => Promise<unknown> = getDocuments;
    const asFilter = (given: unknown): given is never => given === value;
    if (!asFilter(value)) throw new Error('unreachable');
    await expect(call(client, value, ['5'])).rejects.toMatchObject({
      name: 'AuthorizeFilterError',
      query: 'GetAuthorizedDocuments',
      source: 'queries/documents.sql:1',
      message: expect.stringContaining('expected a filter made by authorize, and got'),
    });
    await expect(renameDocuments(client, value, ['x'])).rejects.toThrow(AuthorizeFilterError);
  });

  test('can be made but by authorize', () => {
    const filter = authorize.none();
    const maker: unknown = filter.constructor;
    expect(() => Reflect.construct(Object(maker), [Symbol(), {}, [], undefined])).toThrow(AuthorizeFilterError);
    expect(Reflect.ownKeys(Object(maker)).filter((key) => !['length', 'name', 'prototype'].includes(String(key)))).toEqual([]);
    expect(Object.isFrozen(filter)).toBe(true);
    expect(Object.isFrozen(authorize)).toBe(true);
  });
});

test('none() shows and changes no row', async () => {
  const none = authorize.none();
  expect(await ids(none)).toEqual([]);
  expect(await getBoth(client, none, ['5'])).toEqual([]);
  expect(await countDocuments(client, none, ['10'])).toBe('0');
  expect(await renameDocuments(client, none, ['x'])).toBe(0);
  expect(await deleteDocuments(client, none, ['100'])).toEqual([]);
  expect((await client.query("SELECT 1 FROM documents WHERE title <> 'x'")).rows).toHaveLength(5);
});

test('a filter holds at every hook of a statement', async () => {
  const filter = authorize.sql`id = ${3} OR tenant = ${'c'}`;
  expect(await getBoth(client, filter, ['5'])).toEqual(['-4', '-3', '3', '4']);
  expect(await countDocuments(client, filter, ['10'])).toBe('2');
  expect(await renameDocuments(client, filter, ['x'])).toBe(2);
  expect(await deleteDocuments(client, filter, ['4'])).toEqual(['3']);
  expect(await countDocuments(client, authorize.unrestricted('a test counts every row'), ['10'])).toBe('4');
});
