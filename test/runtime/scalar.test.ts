import fc from 'fast-check';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import { bindJson, jsonNull, type JsonInput } from '../../src/runtime/bind/json.js';
import { bindBytea } from '../../src/runtime/bind/structure.js';
import { json, type JsonValue } from '../../src/runtime/decode/json.js';
import { bigint, boolean, bytea, label, number, safeInteger, text } from '../../src/runtime/decode/scalar.js';
import { rawRow, sharedClient } from './server.js';

const shared = sharedClient();

/** Text that a server in UTF-8 can hold: whole code points, and no NUL. */
export const serverText = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));

describe('numbers', () => {
  test('float8 comes back bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double(), async (value) => {
        const [raw] = await rawRow(shared.client, 'SELECT $1::float8', [value]);
        // node-postgres sends a negative zero as 0.
        expect(number(raw)).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });

  test('float4 and integers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.float(), fc.integer(), fc.integer({ min: -32_768, max: 32_767 }), async (real, int4, int2) => {
        const row = await rawRow(shared.client, 'SELECT $1::float4, $2::int4, $3::int2', [real, int4, int2]);
        expect(Math.fround(number(row[0]))).toBe(Object.is(real, -0) ? 0 : real);
        expect([number(row[1]), number(row[2])]).toEqual([int4, int2]);
      }),
    );
  });

  test('float8 under any extra_float_digits is the number that the server wrote', async () => {
    for (const digits of [-15, 0, 1, 3]) {
      await shared.client.query(`SET extra_float_digits = ${digits}`);
      const row = await rawRow(shared.client, `SELECT 0.5::float8, 'NaN'::float8, '-Infinity'::float8, 1e300::float8`);
      expect(row.map(number)).toEqual([0.5, NaN, -Infinity, 1e300]);
    }
    await shared.client.query('RESET extra_float_digits');
  });

  test('oid above 2^31', async () => {
    expect(number((await rawRow(shared.client, 'SELECT 4294967295::oid'))[0])).toBe(4_294_967_295);
  });

  test('int8 as bigint, over its whole range', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), async (value) => {
        const [raw] = await rawRow(shared.client, 'SELECT $1::int8', [value]);
        expect(bigint(raw)).toBe(value);
        if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) expect(safeInteger(raw)).toBe(Number(value));
        else expect(() => safeInteger(raw)).toThrow(/2\^53/);
      }),
    );
  });

  test('int8 as number ends at 2^53', () => {
    expect(safeInteger('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(safeInteger('-9007199254740991')).toBe(Number.MIN_SAFE_INTEGER);
    for (const beyond of ['9007199254740992', '9007199254740993', '-9007199254740992', '1.5', 'NaN', '']) {
      expect(() => safeInteger(beyond)).toThrow(/2\^53/);
    }
  });

  test('what is no number is refused', () => {
    for (const wrong of ['', 'abc', '1,5', '{1}', 'nan']) expect(() => number(wrong)).toThrow(/is not a number/);
    for (const wrong of ['', ' ', '1.5', '0x10', 'NaN']) expect(() => bigint(wrong)).toThrow(/is not an integer/);
  });
});

test('boolean', async () => {
  const row = await rawRow(shared.client, 'SELECT $1::bool, $2::bool', [true, false]);
  expect(row.map(boolean)).toEqual([true, false]);
  for (const wrong of ['true', '', '1', 'T']) expect(() => boolean(wrong)).toThrow(/is not a boolean/);
});

test('text of every code point comes back as it is', async () => {
  await fc.assert(
    fc.asyncProperty(serverText, async (value) => {
      expect(text((await rawRow(shared.client, 'SELECT $1::text', [value]))[0])).toBe(value);
    }),
  );
});

test('a label that was added later passes, NULL does not', () => {
  expectTypeOf(label<'a' | 'b'>('a')).toEqualTypeOf<'a' | 'b'>();
  expect(label<'a' | 'b'>('c')).toBe('c');
});

test.each([
  ['text', text],
  ['label', label],
  ['number', number],
  ['safeInteger', safeInteger],
  ['bigint', bigint],
  ['boolean', boolean],
  ['json', json],
  ['bytea', bytea],
])('%s refuses NULL', (_name, decode) => {
  expect(() => decode(null)).toThrow(/NULL, but it is declared not null/);
  expect(() => decode(undefined)).toThrow(/NULL/);
});

describe('json', () => {
  const values = fc.jsonValue({ stringUnit: 'grapheme' });

  test('what is bound is what is decoded, in json and in jsonb', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000'));
        const input: JsonInput = value === null ? jsonNull : value;
        const row = await rawRow(shared.client, 'SELECT $1::json, $2::jsonb', [bindJson(input), bindJson(input)]);
        const expected: unknown = JSON.parse(JSON.stringify(value));
        expect(json(row[0])).toEqual(expected);
        expect(json(row[1])).toEqual(expected);
      }),
    );
  });

  test('an array is a JSON array, at every depth', async () => {
    const [kind, raw] = await rawRow(shared.client, 'SELECT jsonb_typeof($1::jsonb), $1::jsonb', [bindJson([1, [], [[null]], 'x'])]);
    expect(kind).toBe('array');
    expect(json(raw)).toEqual([1, [], [[null]], 'x']);
  });

  test('null and undefined are SQL NULL, jsonNull is not', async () => {
    const row = await rawRow(shared.client, 'SELECT $1::jsonb IS NULL, $2::jsonb IS NULL, jsonb_typeof($3::jsonb)', [
      bindJson(null),
      bindJson(undefined),
      bindJson(jsonNull),
    ]);
    expect(row).toEqual(['t', 't', 'null']);
    expect(bindJson({ a: jsonNull, b: undefined, c: null })).toBe('{"a":null,"c":null}');
  });

  test('what JSON cannot hold throws', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    for (const wrong of [() => 1, Symbol('x'), cycle]) expect(() => bindJson(wrong)).toThrow(/which JSON cannot hold/);
  });

  test('a type of the caller', () => {
    interface Settings {
      readonly theme: string;
    }
    expectTypeOf(json<Settings>('{"theme":"dark"}')).toEqualTypeOf<Settings>();
    expectTypeOf(json('1')).toEqualTypeOf<JsonValue>();
  });
});

describe('bytea', () => {
  afterEach(() => shared.client.query('RESET bytea_output'));

  test.each(['hex', 'escape'])('every byte string comes back with bytea_output = %s', async (format) => {
    await shared.client.query(`SET bytea_output = ${format}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 256, maxLength: 512 })), async (bytes) => {
        const [raw, size] = await rawRow(shared.client, 'SELECT $1::bytea, length($1::bytea)', [bindBytea(bytes)]);
        const decoded = bytea(raw);
        expect(decoded).toBeInstanceOf(Buffer);
        expect([...decoded]).toEqual([...bytes]);
        expect(Number(size)).toBe(bytes.length);
      }),
    );
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect([...bytea((await rawRow(shared.client, 'SELECT $1::bytea', [all]))[0])]).toEqual([...all]);
  });

  test('what is no bytea is refused', () => {
    for (const wrong of ['\\xabc', '\\xzz', '\\x12zz', 'a\\', 'a\\9', 'a\\400', 'é']) expect(() => bytea(wrong)).toThrow(/is not a bytea/);
  });

  test('a view into a larger buffer is its own bytes only', async () => {
    const view = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
    expect([...bytea((await rawRow(shared.client, 'SELECT $1::bytea', [bindBytea(view)]))[0])]).toEqual([1, 2]);
    expect([bindBytea(null), bindBytea(undefined)]).toEqual([null, null]);
  });
});
