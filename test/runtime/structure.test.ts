import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindJson } from '../../src/runtime/bind/json.js';
import { bindArray, bindBytea, bindComposite, bindMultirange, bindRange } from '../../src/runtime/bind/structure.js';
import { bindTimestamptz } from '../../src/runtime/bind/timestamp.js';
import { array, arrayOfNullable } from '../../src/runtime/decode/array.js';
import { composite } from '../../src/runtime/decode/composite.js';
import { multirange, range, type Range } from '../../src/runtime/decode/range.js';
import { json } from '../../src/runtime/decode/json.js';
import { boolean, bytea, number, text } from '../../src/runtime/decode/scalar.js';
import { timestamptz } from '../../src/runtime/decode/timestamp.js';
import { rawRow, sharedClient } from './server.js';

const shared = sharedClient();

beforeAll(async () => {
  await shared.client.query(`
    CREATE TEMP TABLE texts (a text);
    CREATE TYPE pg_temp.pair AS (a text, b text);
    CREATE TYPE pg_temp.single AS (a text);
    CREATE TYPE pg_temp.mixed AS (n int, tags text[], part pg_temp.pair, at timestamptz, raw bytea, doc jsonb);
    CREATE TYPE pg_temp.textrange AS RANGE (subtype = text, collation = "C");
  `);
});
afterAll(() => shared.client.query('DISCARD TEMP'));

/** Texts full of what arrays, ranges and composites give a meaning to. */
const awkward = fc.oneof(
  fc.string({
    unit: fc.constantFrom('"', '\\', ',', '{', '}', '(', ')', '[', ']', ' ', ';', '\n', '\t', 'a', 'N', 'U', 'L', "'", 'é', '💥', '=', ':'),
  }),
  fc.constantFrom('', 'NULL', 'null', 'Null', ' ', '{}', '()', '\\', '"', '""', ',', 'empty', '\u00a0', '\u000b', '[0:1]={1}', '\\N'),
  fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
);

describe('arrays', () => {
  test('text[] with NULLs goes there and back, and the server sees the same elements', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(awkward)), async (values) => {
        const [raw, elements] = await rawRow(
          shared.client,
          `SELECT $1::text[], (SELECT json_agg(e ORDER BY n) FROM unnest($1::text[]) WITH ORDINALITY u(e, n))`,
          [bindArray(values)],
        );
        expect(arrayOfNullable(raw, text)).toEqual(values);
        expect(elements == null ? [] : json(elements)).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  test('without NULLs, `array` decodes the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(awkward), async (values) => {
        expect(array((await rawRow(shared.client, 'SELECT $1::text[]', [bindArray(values)]))[0], text)).toEqual(values);
      }),
    );
  });

  test.each([1, 2, 3, 4, 5, 6] as const)('%i dimensions', async (dimensions) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 2 }), { minLength: dimensions, maxLength: dimensions }),
        fc.gen(),
        async (lengths, gen) => {
          const build = (depth: number): unknown =>
            depth === lengths.length ? gen(fc.option, awkward) : Array.from({ length: lengths[depth] ?? 1 }, () => build(depth + 1));
          const value = build(0) as never;
          const [raw, depth] = await rawRow(shared.client, 'SELECT $1::text[], array_ndims($1::text[])', [bindArray(value)]);
          expect(Number(depth)).toBe(dimensions);
          expect(arrayOfNullable(raw, text, dimensions)).toEqual(value);
          expect(arrayOfNullable(raw, text, 0)).toEqual(value);
          expect(() => arrayOfNullable(raw, text, dimensions === 6 ? 5 : dimensions + 1)).toThrow(/number of dimensions/);
          if (dimensions > 1) expect(() => arrayOfNullable(raw, text)).toThrow(/number of dimensions/);
          expect(bindArray(value, (element: string | null) => element, ',', dimensions)).toBe(bindArray(value));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('an empty array is [] at every depth', async () => {
    const [raw] = await rawRow(shared.client, `SELECT '{}'::int[]`);
    expect(array(raw, number)).toEqual([]);
    expect(array(raw, number, 3)).toEqual([]);
    expect(bindArray([])).toBe('{}');
  });

  test('custom lower bounds are dropped', async () => {
    const row = await rawRow(
      shared.client,
      `SELECT '[0:2]={1,2,3}'::int[], '[-1:0][5:6]={{1,2},{3,NULL}}'::int[], '[3:3]={"a b"}'::text[]`,
    );
    expect(array(row[0], number)).toEqual([1, 2, 3]);
    expect(arrayOfNullable(row[1], number, 2)).toEqual([
      [1, 2],
      [3, null],
    ]);
    expect(array(row[2], text)).toEqual(['a b']);
  });

  test('a NULL element is refused, unless it is allowed', async () => {
    const row = await rawRow(shared.client, `SELECT '{1,NULL}'::int[], '{"a b",NULL}'::text[], '{{NULL}}'::text[]`);
    expect(() => array(row[0], number)).toThrow(/NULL element/);
    expect(() => array(row[1], text)).toThrow(/NULL element/);
    expect(() => array(row[2], text, 2)).toThrow(/NULL element/);
    expect(arrayOfNullable(row[1], text)).toEqual(['a b', null]);
    expect(arrayOfNullable(row[2], text, 2)).toEqual([[null]]);
  });

  test('the text NULL is an element', async () => {
    const [raw] = await rawRow(shared.client, 'SELECT $1::text[]', [bindArray(['NULL', 'null', ''])]);
    expect(array(raw, text)).toEqual(['NULL', 'null', '']);
  });

  test('box has a delimiter of its own', async () => {
    const [raw] = await rawRow(shared.client, 'SELECT $1::box[]', [bindArray(['(1,1),(0,0)', '(3,3),(2,2)'], undefined, ';')]);
    expect(array(raw, text, 1, ';')).toEqual(['(1,1),(0,0)', '(3,3),(2,2)']);
    const [nested] = await rawRow(shared.client, `SELECT '{{(1,1),(0,0);NULL}}'::box[]`);
    expect(arrayOfNullable(nested, text, 2, ';')).toEqual([['(1,1),(0,0)', null]]);
  });

  test('elements of every kind', async () => {
    const at = new Date('2024-02-29T12:34:56.789Z');
    const bytes = Buffer.from([0, 92, 34, 255]);
    const row = await rawRow(shared.client, 'SELECT $1::timestamptz[], $2::bytea[], $3::bool[], $4::float8[], $5::jsonb[], $6::int8[]', [
      bindArray([at, null], bindTimestamptz),
      bindArray([bytes, Buffer.alloc(0)], bindBytea),
      bindArray([true, false, null]),
      bindArray([NaN, -Infinity, 1e-300]),
      bindArray([[1, 'x"\\'], { a: [] }, null], bindJson),
      bindArray([2n ** 62n]),
    ]);
    expect(arrayOfNullable(row[0], timestamptz)).toEqual([at, null]);
    expect(array(row[1], bytea)).toEqual([bytes, Buffer.alloc(0)]);
    expect(arrayOfNullable(row[2], boolean)).toEqual([true, false, null]);
    expect(array(row[3], number)).toEqual([NaN, -Infinity, 1e-300]);
    expect(arrayOfNullable(row[4], json)).toEqual([[1, 'x"\\'], { a: [] }, null]);
    expect(array(row[5], text)).toEqual(['4611686018427387904']);
  });

  test('undefined elements are NULL, undefined and null arrays are NULL', () => {
    expect(bindArray(['a', undefined])).toBe('{"a",NULL}');
    expect([bindArray(null), bindArray(undefined, bindJson)]).toEqual([null, null]);
  });

  test('rows of unequal depth are refused before they are sent', () => {
    expect(() => bindArray([[1], 2])).toThrow(/equally deep/);
    expect(() => bindArray([1, [2]])).toThrow(/equally deep/);
  });

  test.each(['', '{', '{1', '{1,2', '1}', '{"a', '{"a"', '{"a"x}', '{1}}', '{1}x', '[0:1]', '{{1}'])('%j is no array', (raw) => {
    expect(() => array(raw, text)).toThrow();
  });
});

const bound = fc.option(awkward);

describe('ranges', () => {
  test('bounds of awkward text, as the server compares them', async () => {
    await fc.assert(
      fc.asyncProperty(bound, bound, fc.boolean(), fc.boolean(), async (a, b, lowerInclusive, upperInclusive) => {
        const [lower, upper] = a !== null && b !== null && Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0 ? [b, a] : [a, b];
        const value: Range<string> = { lower, upper, lowerInclusive, upperInclusive };
        const row = await rawRow(
          shared.client,
          `SELECT r, lower(r), upper(r), lower_inc(r), upper_inc(r), isempty(r), lower_inf(r), upper_inf(r) FROM (SELECT $1::pg_temp.textrange AS r) s`,
          [bindRange(value)],
        );
        const decoded = range(row[0], text);
        if (boolean(row[5])) {
          expect(decoded).toEqual({ empty: true });
        } else {
          expect(decoded).toEqual({
            empty: false,
            lower: row[1],
            upper: row[2],
            lowerInclusive: boolean(row[3]),
            upperInclusive: boolean(row[4]),
          });
          expect([row[1], row[2]]).toEqual([lower, upper]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('ranges of times and of numbers', async () => {
    const from = new Date('2024-01-02T03:04:05.678Z');
    const row = await rawRow(
      shared.client,
      `SELECT $1::tstzrange, $2::int4range, $3::numrange, 'empty'::daterange, '(,)'::int8range, '[-infinity,infinity]'::tstzrange`,
      [
        bindRange({ lower: from, upper: null, lowerInclusive: true, upperInclusive: false }, bindTimestamptz),
        bindRange({ lower: 1, upper: 5, lowerInclusive: false, upperInclusive: true }),
        bindRange({ lower: '1.10', upper: '2', lowerInclusive: true, upperInclusive: true }),
      ],
    );
    expect(range(row[0], timestamptz)).toEqual({ empty: false, lower: from, upper: null, lowerInclusive: true, upperInclusive: false });
    expect(range(row[1], number)).toEqual({ empty: false, lower: 2, upper: 6, lowerInclusive: true, upperInclusive: false });
    expect(range(row[2], text)).toEqual({ empty: false, lower: '1.10', upper: '2', lowerInclusive: true, upperInclusive: true });
    expect(range(row[3], text)).toEqual({ empty: true });
    expect(range(row[4], text)).toEqual({ empty: false, lower: null, upper: null, lowerInclusive: false, upperInclusive: false });
    expect(range(row[5], timestamptz)).toMatchObject({ lower: new Date(-8.64e15), upper: new Date(8.64e15), upperInclusive: true });
    expect(bindRange({ empty: true })).toBe('empty');
    expect([bindRange(null), bindRange(undefined, bindTimestamptz)]).toEqual([null, null]);
  });

  test('multiranges', async () => {
    const row = await rawRow(shared.client, `SELECT $1::int4multirange, '{}'::int4multirange, $2::tstzmultirange`, [
      bindMultirange([
        { lower: 5, upper: 7, lowerInclusive: true, upperInclusive: false },
        { lower: null, upper: 2, lowerInclusive: false, upperInclusive: false },
        { empty: true },
      ]),
      bindMultirange([{ lower: new Date(0), upper: null, lowerInclusive: true, upperInclusive: false }], bindTimestamptz),
    ]);
    expect(multirange(row[0], number)).toEqual([
      { empty: false, lower: null, upper: 2, lowerInclusive: false, upperInclusive: false },
      { empty: false, lower: 5, upper: 7, lowerInclusive: true, upperInclusive: false },
    ]);
    expect(multirange(row[1], number)).toEqual([]);
    expect(multirange(row[2], timestamptz)).toMatchObject([{ lower: new Date(0), upper: null }]);
    expect([bindMultirange([]), bindMultirange(null)]).toEqual(['{}', null]);
  });

  test('arrays of ranges, whose bounds are quoted twice', async () => {
    const at = new Date('2024-01-02T03:04:05.678Z');
    const one: Range<Date> = { empty: false, lower: at, upper: null, lowerInclusive: true, upperInclusive: false };
    const [raw] = await rawRow(shared.client, 'SELECT $1::tstzrange[]', [
      bindArray([one, { empty: true }], (value: Range<Date>) => bindRange(value, bindTimestamptz)),
    ]);
    expect(array(raw, (value) => range(value, timestamptz))).toEqual([one, { empty: true }]);
  });

  test.each(['', '[1,2', '[1;2]', '1,2', '[1,2]]', '[1,2)x', '["a,2)', 'Empty'])('%j is no range', (raw) => {
    expect(() => range(raw, text)).toThrow();
  });

  test.each(['', '{', '{[1,2)', '[1,2)', '{[1,2)}x', '{[1,2);[3,4)}', '{empty}'])('%j is no multirange', (raw) => {
    expect(() => multirange(raw, text)).toThrow();
  });

  test('NULL is refused', () => {
    expect(() => range(null, text)).toThrow(/NULL/);
    expect(() => multirange(null, text)).toThrow(/NULL/);
    expect(() => array(null, text)).toThrow(/NULL/);
    expect(() => composite(undefined)).toThrow(/NULL/);
  });
});

describe('composites', () => {
  test('awkward attributes and NULLs go there and back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(awkward), fc.option(awkward), async (a, b) => {
        const [raw, first, second] = await rawRow(shared.client, 'SELECT p, (p).a, (p).b FROM (SELECT $1::pg_temp.pair AS p) s', [
          bindComposite([a, b]),
        ]);
        expect([first, second]).toEqual([a, b]);
        expect(composite(raw)).toEqual([a, b]);
      }),
      { numRuns: 300 },
    );
  });

  test('one attribute: NULL and the empty text differ', async () => {
    const row = await rawRow(shared.client, 'SELECT $1::pg_temp.single, $2::pg_temp.single, ($1::pg_temp.single).a IS NULL', [
      bindComposite([null]),
      bindComposite(['']),
    ]);
    expect(row.slice(0, 2).map((raw) => composite(raw))).toEqual([[null], ['']]);
    expect(row[2]).toBe('t');
    expect(bindComposite(null)).toBeNull();
  });

  test('attributes that are structures themselves', async () => {
    const at = new Date('2024-01-02T03:04:05.678Z');
    const bytes = Buffer.from([1, 34, 92]);
    const bound = bindComposite([
      7,
      bindArray(['a,"\\', null]),
      bindComposite(['(x)', null]),
      bindTimestamptz(at),
      bindBytea(bytes),
      bindJson({ k: '"' }),
    ]);
    const [raw, list] = await rawRow(shared.client, 'SELECT $1::pg_temp.mixed, ARRAY[$1::pg_temp.mixed, NULL]', [bound]);
    const check = (value: string | null | undefined): void => {
      const [n, tags, part, time, buffer, doc] = composite(value);
      expect(number(n)).toBe(7);
      expect(arrayOfNullable(tags, text)).toEqual(['a,"\\', null]);
      expect(composite(part)).toEqual(['(x)', null]);
      expect(timestamptz(time)).toEqual(at);
      expect(bytea(buffer)).toEqual(bytes);
      expect(json(doc)).toEqual({ k: '"' });
    };
    check(raw);
    const [first, second] = arrayOfNullable(list, text);
    check(first);
    expect(second).toBeNull();
  });

  test.each(['', '(', '(1', '1)', '(1)x', '("a', '("a"x)'])('%j is no composite', (raw) => {
    expect(() => composite(raw)).toThrow();
  });
});
