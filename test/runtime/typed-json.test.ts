/** JSON of a known shape: what a JavaScript number cannot hold comes from its digits. */
import { expect, test } from 'vitest';
import { bigint, label, safeInteger, text, typedJson, type JsonParts } from '../../src/runtime/generated-code.js';

const read = (value: unknown, parts: JsonParts, mode?: 1 | 2): unknown =>
  typedJson<unknown>(typeof value === 'string' ? value : JSON.stringify(value), parts, mode);

test('an int8 keeps its digits, whatever else is there', () => {
  const value = '[{"id": 9223372036854775807, "n": 1.50, "s": "12345678901234567"}, {"id": -1, "n": null}, null]';
  expect(read(value, [{ id: text }])).toEqual([{ id: '9223372036854775807', n: 1.5, s: '12345678901234567' }, { id: '-1', n: null }, null]);
  expect(read(value, [{ id: bigint }])).toEqual([{ id: 9223372036854775807n, n: 1.5, s: '12345678901234567' }, { id: -1n, n: null }, null]);
  expect(() => read(value, [{ id: safeInteger }])).toThrow('is not an integer within ±(2^53 − 1)');
  expect(read('[{"id": 12}]', [{ id: bigint }])).toEqual([{ id: 12n }]);
});

test('a numeric keeps its zeros and its words, a float is a number', () => {
  expect(read('{"a": 1.50, "b": 100, "c": "NaN", "d": 0.0000001, "e": 2.50}', { a: text, b: text, c: text, d: text }, 1)).toEqual({
    a: '1.50',
    b: '100',
    c: 'NaN',
    d: '0.0000001',
    e: 2.5,
  });
  expect(read('[1.5, "NaN", "-Infinity", -0, 1e300]', [Number])).toEqual([1.5, NaN, -Infinity, -0, 1e300]);
});

test('numbers of no type of their own are exact where that is asked for', () => {
  expect(read('{"id": 1, "any": [9007199254740993, 1.5]}', { id: text }, 2)).toEqual({ id: '1', any: [9007199254740993n, 1.5] });
});

test('members by name, place or all of them', () => {
  expect(read([1, '2', { a: 3 }], { 0: text, 2: { a: bigint, missing: bigint } })).toEqual(['1', '2', { a: 3n }]);
  expect(read({ x: 1, y: null }, [text])).toEqual({ x: '1', y: null });
  const odd = read('{"__proto__": 1, "constructor": 2, "x": 3}', { ['__proto__']: text, x: text });
  expect(Object.entries(odd as object)).toEqual([
    ['__proto__', '1'],
    ['constructor', 2],
    ['x', '3'],
  ]);
});

test('what is not of the shape is refused', () => {
  expect(() => read([[1, 2]], [0])).toThrow('of another depth');
  expect(() => read([[1, 2]], [text])).toThrow('is not a number or text');
  expect(() => read([1, 2], [[0, 1]])).toThrow('1" is not an array or object');
  expect(() => read([1, 2], [[0, 1]], 1)).toThrow('1" is not an array or object');
  expect(() => read([1, null], [0, 1])).toThrow('NULL element');
  expect(() => read(['c'], [(value: string) => label(value, ['a', 'b'])])).toThrow('one of the labels a, b');
  expect(() => typedJson(null, {})).toThrow('NULL, but it is declared not null');
  expect(read(null, {})).toBe(null);
});
