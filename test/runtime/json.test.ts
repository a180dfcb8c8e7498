import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { heldNumber } from '../../src/runtime/decode/decimal.js';
import { exactJson, json, readJson, type ExactJsonValue } from '../../src/runtime/decode/json.js';
import { rawRow, sharedClient } from './server.js';

const shared = sharedClient();

describe('exact JSON', () => {
  test.each<readonly [text: string, value: ExactJsonValue]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['0.1', 0.1],
    ['1.50', 1.5],
    ['0.10000000000000000', 0.1],
    ['0.1000000000000000055', '0.1000000000000000055'],
    ['12345678901234567.5', '12345678901234567.5'],
    ['1e300', 1e300],
    ['1E400', '1E400'],
    ['-1e-400', '-1e-400'],
    ['-0', -0],
    ['"12345678901234567890"', '12345678901234567890'],
    ['{"a": [1, 12345678901234567890], "b": "1e5"}', { a: [1, 12345678901234567890n], b: '1e5' }],
    ['[[], {}, "]", "\\"}", true, false, null, 1234567890123456789]', [[], {}, ']', '"}', true, false, null, 1234567890123456789n]],
  ])('%s', (text, value) => {
    expect(exactJson(text)).toStrictEqual(value);
  });

  test('a key that JavaScript has another use for is a key', () => {
    const value = exactJson<Record<string, unknown>>('{"__proto__": 12345678901234567890, "constructor": 1}');
    expect(Object.entries(value)).toEqual([
      ['__proto__', 12345678901234567890n],
      ['constructor', 1],
    ]);
  });

  test('is what JSON.parse reads, wherever that rounds nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const read = readJson(text, (decimal) => Number(decimal));
        expect(read).toStrictEqual(json(text));
        if (!/\d{16}/.test(text)) expect(exactJson(text)).toStrictEqual(json(text));
      }),
    );
  });

  test('says every number that the server can hold', async () => {
    const digits = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.nat(30));
    await fc.assert(
      fc.asyncProperty(digits, async ([negative, whole, scale]) => {
        const literal = `${negative ? '-' : ''}${whole}e-${scale}`;
        const row = await rawRow(shared.client, 'SELECT to_json($1::text::numeric), $1::text::json', [literal]);
        for (const text of row) {
          const value = exactJson<number | bigint | string>(text);
          const [same] = await rawRow(shared.client, 'SELECT $1::numeric = $2::numeric', [String(value), literal]);
          expect([text, value, same]).toEqual([text, value, 't']);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('refuses what is no JSON', () => {
    for (const text of ['', '{', '[1234567890123456789', '1234567890123456789 1', 'NaN']) expect(() => exactJson(text)).toThrow();
  });
});

test('a number is held where it is spelled the same again', () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => heldNumber(String(value)) === value));
  for (const text of ['0.30000000000000004', '1.10', '100000000000000000000', '5e-324', 'Infinity']) {
    expect(heldNumber(text), text).toBe(Number(text));
  }
  for (const text of ['0.300000000000000041', '9007199254740993', '4.8e-324', '1e309', '1e-400', '', 'x', '0x10', ' 1', '1 ']) {
    expect(heldNumber(text), text).toBeUndefined();
  }
});

test('types', () => {
  expectTypeOf(exactJson('1')).toEqualTypeOf<ExactJsonValue>();
  expectTypeOf(exactJson<{ id: bigint }>('{}')).toEqualTypeOf<{ id: bigint }>();
});
