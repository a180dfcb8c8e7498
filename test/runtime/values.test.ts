/** Decoders and binders of the options for values, each against the server. */
import { Temporal as JsTemporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterEach, describe, expect, test } from 'vitest';
import { bindMoney } from '../../src/runtime/bind/money.js';
import { bindDuration, bindInstant, bindPlainDate, bindPlainDateTime, bindPlainTime } from '../../src/runtime/bind/temporal.js';
import { bindDate } from '../../src/runtime/bind/timestamp.js';
import { bindJson } from '../../src/runtime/bind/json.js';
import { decimal } from '../../src/runtime/decode/decimal.js';
import { intervalText, isoText, money } from '../../src/runtime/decode/styled.js';
import { duration, instant, plainDate, plainDateTime, plainTime } from '../../src/runtime/decode/temporal.js';
import { date } from '../../src/runtime/decode/timestamp.js';
import { rawRow, sharedClient } from './server.js';

const shared = sharedClient();

afterEach(async () => {
  Reflect.deleteProperty(globalThis, 'Temporal');
  await shared.client.query('RESET ALL');
});

describe('Temporal', () => {
  test('is a polyfill that is installed, or the global one', () => {
    expect(instant('2026-01-01 00:00:00+00')).toBeInstanceOf(Temporal.Instant);
    Reflect.set(globalThis, 'Temporal', JsTemporal);
    expect(instant('2026-01-01 00:00:00+00')).toBeInstanceOf(JsTemporal.Instant);
  });

  test.each(['UTC', 'America/St_Johns', 'Africa/Monrovia'])('comes back to the microsecond, in %s', async (zone) => {
    await shared.client.query(`SET TimeZone = '${zone}'`);
    const microseconds = fc.bigInt({ min: -210_866_803_200_000_000n, max: 8_640_000_000_000_000_000n });
    await fc.assert(
      fc.asyncProperty(microseconds, async (us) => {
        const value = Temporal.Instant.fromEpochNanoseconds(us * 1000n);
        const wall = value.toZonedDateTimeISO('UTC').toPlainDateTime();
        const row = await rawRow(shared.client, 'SELECT $1::timestamptz, $2::timestamp, $3::date, $4::time', [
          bindInstant(value),
          bindPlainDateTime(wall),
          bindPlainDate(wall.toPlainDate()),
          bindPlainTime(wall.toPlainTime()),
        ]);
        const read = [instant(row[0]), plainDateTime(row[1]), plainDate(row[2]), plainTime(row[3])];
        expect(read.map(String)).toEqual([value, wall, wall.toPlainDate(), wall.toPlainTime()].map(String));
      }),
      { numRuns: 60 },
    );
  });

  test('durations come back, in every style that can be read', async () => {
    const part = fc.nat(100_000);
    for (const style of ['postgres', 'iso_8601']) {
      await shared.client.query(`SET IntervalStyle = ${style}`);
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          part,
          fc.nat(11),
          part,
          part,
          fc.nat(59_999_999),
          async (negative, years, months, days, hours, us) => {
            const parts = { years, months, days, hours, seconds: Math.floor(us / 1_000_000), microseconds: us % 1_000_000 };
            const value = negative ? Temporal.Duration.from(parts).negated() : Temporal.Duration.from(parts);
            const [text] = await rawRow(shared.client, 'SELECT $1::interval', [bindDuration(value)]);
            expect(duration(text).toString(), text ?? '').toBe(value.toString());
          },
        ),
        { numRuns: 60 },
      );
    }
  });

  test('what it cannot hold is refused', () => {
    for (const text of ['infinity', '-infinity']) {
      for (const decode of [instant, plainDateTime, plainDate]) expect(() => decode(text)).toThrow(/is not a Temporal/);
      expect(() => duration(text)).toThrow(/read it as text/);
    }
    expect(() => plainTime('24:00:00')).toThrow(/PlainTime/);
    expect(() => plainTime('03:04:05+02')).toThrow(/PlainTime/);
    expect(() => instant('2026-01-01 00:00:00')).toThrow(/Instant/);
    expect(() => plainDateTime('2026-01-01 00:00:00+00')).toThrow(/PlainDateTime/);
    for (const text of ['1 mon -1 days', '1 day -00:00:01', 'P1YT-1S']) expect(() => duration(text)).toThrow(/one sign/);
    expect(() => duration('+1-2 +3 +4:05:06')).toThrow(/set IntervalStyle to postgres/);
    expect(() => instant('01/02/2026 00:00:00 UTC')).toThrow(/set DateStyle to ISO/);
  });

  test('nanoseconds, and values of another class, are not sent', () => {
    expect(() => bindInstant(Temporal.Instant.fromEpochNanoseconds(1n))).toThrow(/nanoseconds/);
    expect(() => bindDuration(Temporal.Duration.from({ nanoseconds: 1 }))).toThrow(/nanoseconds/);
    const wrong: unknown = new Date();
    expect(() => bindInstant(wrong as string)).toThrow(/neither a Temporal.Instant nor text/);
    const hebrew = JsTemporal.PlainDate.from('2026-01-02').withCalendar('hebrew');
    expect([bindPlainDate(hebrew), bindPlainDate('infinity'), bindPlainDate(null)]).toEqual(['2026-01-02', 'infinity', null]);
  });
});

describe('texts that a session spells', () => {
  test('pass where every session reads them alike', () => {
    expect(['2026-01-02', '0044-03-15 BC', 'infinity', '12026-01-01 00:00:00+00'].map(isoText)).toHaveLength(4);
    for (const text of ['01/02/2026', '02.01.2026', '01-02-2026', 'Fri Jan 02 00:00:00 2026'])
      expect(() => isoText(text)).toThrow(/DateStyle/);
    expect(['00:00:00', '1 year 2 mons -3 days +04:05:06.5', 'PT-1S', '@ 1 day ago', '-10:00:00', '1 day'].map(intervalText)).toHaveLength(
      6,
    );
    for (const text of ['0', '1-2', '3 4:05:06', '-3 14:05:06', '']) expect(() => intervalText(text)).toThrow(/IntervalStyle/);
    expect(['$1,234.50', '-$0.01'].map(money)).toHaveLength(2);
    for (const text of ['1.234,50 €', '￥1,235', '$1.234,50']) expect(() => money(text)).toThrow(/lc_monetary/);
  });
});

test('money arrives as it is, or is refused', async () => {
  for (const [amount, text] of [
    ['-1234.5', '-$1,234.50'],
    [0.1, '$0.10'],
    ['$1,234.50', '$1,234.50'],
    ['-92233720368547758.08', '-$92,233,720,368,547,758.08'],
  ] as const) {
    expect(await rawRow(shared.client, 'SELECT $1::money', [bindMoney(amount)])).toEqual([text]);
  }
  for (const wrong of ['1.234,50', '€1', 'NaN', '1e3', '']) expect(() => bindMoney(wrong)).toThrow(/no amount of money/);
});

test('numeric as a number throws where it would round', () => {
  expect(['1.50', '-0.1', '1e-7', 'NaN', '-Infinity', '9007199254740992', '0'].map(decimal)).toEqual([
    1.5,
    -0.1,
    1e-7,
    NaN,
    -Infinity,
    2 ** 53,
    0,
  ]);
  for (const text of ['9007199254740993', '0.30000000000000000001', '', 'x', ' 1', '0x1'])
    expect(() => decimal(text)).toThrow(/set numeric to string/);
});

test('a date as a Date is midnight in UTC, and nothing else is sent for one', async () => {
  for (const text of ['2026-03-04', '0044-03-15 BC', '12026-01-02', 'infinity', '-infinity']) {
    const value = date(text);
    expect(await rawRow(shared.client, 'SELECT $1::date', [bindDate(value)])).toEqual([text]);
  }
  expect(date('2026-03-04')).toEqual(new Date('2026-03-04T00:00:00Z'));
  expect(() => date('04.03.2026')).toThrow(/DateStyle/);
  expect(() => bindDate(new Date('2026-03-04T12:00:00Z'))).toThrow(/midnight in UTC/);
  expect(bindDate('2026-03-04')).toBe('2026-03-04');
});

describe('a JSON parameter', () => {
  test('is what JSON.stringify writes, wherever that loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(JSON.parse(bindJson(value) ?? 'null'))).toBe(JSON.stringify(value));
      }),
    );
    class Point {
      constructor(
        readonly x: number,
        readonly label = undefined,
      ) {}
    }
    expect(bindJson([new Point(1), new Date(0), { toJSON: () => [2] }, { skipped: undefined }])).toBe(
      '[{"x":1},"1970-01-01T00:00:00.000Z",[2],{}]',
    );
    expect(bindJson({ big: 12345678901234567890n, zero: -0 })).toBe('{"big":12345678901234567890,"zero":-0}');
  });

  test.each([
    ['NaN', { a: [NaN] }, /"a"\.0 of a JSON value is NaN/],
    ['infinity', -Infinity, /is -Infinity/],
    ['an invalid Date', { at: new Date(NaN) }, /"at" of a JSON value is an invalid Date/],
    ['half of a surrogate pair', ['\udc00'], /half of a surrogate pair/],
    ['undefined in an array', [undefined], /is undefined/],
    ['a Map', { m: new Map([[1, 2]]) }, /"m" of a JSON value is a Map/],
    ['a function', { f: () => 1 }, /"f" of a JSON value is a function/],
  ])('is refused with %s', (_name, value, message) => {
    expect(() => bindJson(value)).toThrow(message);
  });
});
