import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindTimestamp, bindTimestamptz } from '../../src/runtime/bind/timestamp.js';
import { MAX_TIME, timestamp, timestamptz } from '../../src/runtime/decode/timestamp.js';
import { rawRow, sharedClient } from './server.js';

const shared = sharedClient();

/** PostgreSQL's first instant, 4714-11-24 BC, and the last that a `Date` holds. */
const FIRST = -210_866_803_200_000n;
const LAST = BigInt(MAX_TIME);

/** Whole zones, half and quarter hours, zones of seconds (before 1883 or so), both ends of the day. */
const ZONES = ['UTC', 'America/St_Johns', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Africa/Monrovia'];

const microseconds = fc.bigInt({ min: FIRST * 1000n, max: LAST * 1000n - 1n });
const nearUs = fc.bigInt({ min: -5_000_000_000_000_000n, max: 5_000_000_000_000_000n });

function floorToMs(us: bigint): number {
  const ms = us / 1000n;
  return Number(us < 0n && us % 1000n !== 0n ? ms - 1n : ms);
}

/** An instant by its microseconds, made by the server. */
const INSTANT = `(timestamp 'epoch' + make_interval(days => $1::int, secs => $2::float8))`;

function daysAndSeconds(us: bigint): [number, number] {
  const day = 86_400_000_000n;
  const days = us >= 0n ? us / day : -((-us + day - 1n) / day);
  return [Number(days), Number(us - days * day) / 1e6];
}

describe('decoding', () => {
  test.each(ZONES)('timestamptz is the instant the server means, in %s', async (zone) => {
    await shared.client.query(`SET TimeZone = '${zone}'`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(microseconds, nearUs), async (us) => {
        const [text] = await rawRow(shared.client, `SELECT ${INSTANT} AT TIME ZONE 'UTC'`, daysAndSeconds(us));
        expect(timestamptz(text).getTime(), text ?? '').toBe(floorToMs(us));
      }),
      { numRuns: 150 },
    );
    await shared.client.query('RESET TimeZone');
  });

  test('timestamp is read as UTC', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(microseconds, nearUs), async (us) => {
        const [text] = await rawRow(shared.client, `SELECT ${INSTANT}`, daysAndSeconds(us));
        expect(timestamp(text).getTime(), text ?? '').toBe(floorToMs(us));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['2024-02-29 23:59:59.999999+00', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
    ['2024-02-29 23:59:59.9+00', Date.UTC(2024, 1, 29, 23, 59, 59, 900)],
    ['1969-12-31 23:59:59.9999+00', -1],
    ['2024-01-02 03:04:05+05:30', Date.UTC(2024, 0, 1, 21, 34, 5)],
    ['2024-01-02 03:04:05-03:30:52', Date.UTC(2024, 0, 2, 6, 34, 57)],
    ['0001-01-01 00:00:00+00', Date.parse('0001-01-01T00:00:00Z')],
    ['0099-12-31 00:00:00+00', Date.parse('0099-12-31T00:00:00Z')],
    ['0001-12-31 23:59:59.5+00 BC', Date.parse('0000-12-31T23:59:59.500Z')],
    ['4714-11-24 00:00:00+00 BC', Number(FIRST)],
    ['10000-01-01 00:00:00+00', Date.parse('+010000-01-01T00:00:00Z')],
    ['275760-09-12 23:59:59.999+00', MAX_TIME - 1],
    ['infinity', MAX_TIME],
    ['-infinity', -MAX_TIME],
  ])('%s', (text, time) => {
    expect(timestamptz(text).getTime()).toBe(time);
  });

  test('an instant beyond the range of Date is refused, and not an invalid Date', async () => {
    for (const literal of ['294276-12-31 23:59:59+00', '275760-09-13 00:00:00.001+00']) {
      const [text] = await rawRow(shared.client, `SELECT '${literal}'::timestamptz`);
      expect(() => timestamptz(text)).toThrow(/within the range of Date/);
    }
  });

  test.each(['SQL, DMY', 'SQL, MDY', 'Postgres, DMY', 'German'])('DateStyle %s is refused with the remedy', async (style) => {
    await shared.client.query(`SET DateStyle = '${style}'`);
    const [zoned, plain] = await rawRow(shared.client, `SELECT '2024-01-02 03:04:05+00'::timestamptz, '2024-01-02 03:04:05'::timestamp`);
    await shared.client.query('RESET DateStyle');
    expect(() => timestamptz(zoned)).toThrow(/set DateStyle to ISO/);
    expect(() => timestamp(plain)).toThrow(/set DateStyle to ISO/);
  });

  test.each([
    '2024-01-02 03:04:05',
    '2024-01-02 03:04:05+',
    '2024-01-02 03:04:05.+00',
    '2024-01-02 03:04:05+0',
    '2024-01-02 03:04:05+00:',
    '2024-01-02 03:04:05+00 AD',
    '2024-01-02T03:04:05+00',
    '2024-01-02',
    '24-01-02 03:04:05+00',
    '12024-01-02 03:04:05',
    '',
    'today',
  ])('%j is no timestamptz', (text) => {
    expect(() => timestamptz(text)).toThrow();
  });

  test('a zone in a timestamp is refused', () => {
    expect(() => timestamp('2024-01-02 03:04:05+00')).toThrow(/is not a timestamp/);
  });

  test('NULL is refused', () => {
    expect(() => timestamptz(null)).toThrow(/NULL/);
    expect(() => timestamp(undefined)).toThrow(/NULL/);
  });
});

describe('binding', () => {
  test('one date after another near it has its own text, as JavaScript spells it', () => {
    const start = fc.integer({ min: Date.UTC(-1, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(start, fc.array(fc.integer({ min: -90_000, max: 90_000 }), { minLength: 3 }), (time, steps) => {
        for (const step of steps) {
          const date = new Date(time + step);
          const year = date.getUTCFullYear();
          if (year > 0 && year < 10_000) expect(bindTimestamptz(date)).toBe(date.toISOString());
        }
      }),
    );
    const turn = [Date.UTC(2000, 0, 1) - 1, Date.UTC(2000, 0, 1), -1, 0, -60_000, -60_001];
    expect(turn.map((time) => bindTimestamptz(new Date(time)))).toEqual(turn.map((time) => new Date(time).toISOString()));
  });

  const dates = fc.integer({ min: Number(FIRST), max: MAX_TIME - 1 }).map((time) => new Date(time));

  test.each(['ISO, MDY', 'ISO, DMY', 'SQL, DMY', 'German'])(
    'the server reads the same instant with DateStyle %s in any zone',
    async (style) => {
      await shared.client.query(`SET DateStyle = '${style}'; SET TimeZone = 'America/St_Johns'`);
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(dates, fc.date({ noInvalidDate: true, min: new Date(-62_200_000_000_000), max: new Date(4e12) })),
          async (date) => {
            const [zoned, plain] = await rawRow(
              shared.client,
              `SELECT (extract(epoch from $1::timestamptz) * 1000)::bigint, (extract(epoch from $2::timestamp) * 1000)::bigint`,
              [bindTimestamptz(date), bindTimestamp(date)],
            );
            expect([Number(zoned), Number(plain)]).toEqual([date.getTime(), date.getTime()]);
          },
        ),
        { numRuns: 150 },
      );
      await shared.client.query('RESET DateStyle; RESET TimeZone');
    },
  );

  test('what was bound is what is decoded, the infinities included', async () => {
    for (const time of [
      MAX_TIME,
      -MAX_TIME,
      Number(FIRST),
      MAX_TIME - 1,
      0,
      -1,
      -62_135_596_800_000,
      -62_167_219_200_000,
      -62_198_755_200_000,
    ]) {
      const [zoned, plain] = await rawRow(shared.client, 'SELECT $1::timestamptz, $2::timestamp', [
        bindTimestamptz(new Date(time)),
        bindTimestamp(new Date(time)),
      ]);
      expect(timestamptz(zoned).getTime()).toBe(time);
      expect(timestamp(plain).getTime()).toBe(time);
    }
    const [infinite] = await rawRow(shared.client, 'SELECT isfinite($1::timestamptz)', [bindTimestamptz(new Date(MAX_TIME))]);
    expect(infinite).toBe('f');
  });

  test('text keeps its microseconds, null and undefined are NULL, an invalid Date throws', () => {
    expect(bindTimestamptz('2024-01-02 03:04:05.678901+01')).toBe('2024-01-02 03:04:05.678901+01');
    expect([bindTimestamptz(null), bindTimestamp(undefined)]).toEqual([null, null]);
    expect(() => bindTimestamptz(new Date(NaN))).toThrow(/invalid Date/);
    expect(() => bindTimestamp(new Date(NaN))).toThrow(/invalid Date/);
  });
});
