/**
 * A process of its own: prints, as one line of JSON for each session, what the decoders make of the
 * server's answers and what the server makes of bound values, after every type parser was set to
 * nonsense. Its arguments are the database's URL and the settings of each session as SQL.
 */
import pg from 'pg';
import * as $ from '../../src/runtime/index.js';

const [url, ...sessions] = process.argv.slice(2);
if (url === undefined || sessions.length === 0) throw new Error('usage: zone-report URL SETTINGS...');

const NONSENSE = (): string => 'nonsense';
for (const oid of Object.values(pg.types.builtins)) pg.types.setTypeParser(oid, NONSENSE);

const decoded = {
  timestamptz: [
    '2024-03-10 06:59:59.999999+00',
    '2024-03-10 12:00:00+00',
    '2024-11-03 05:30:00+00',
    '1883-11-18 17:00:00+00',
    '1800-01-01 00:00:00+00',
    '0001-01-01 00:00:00+00',
    '0044-03-15 12:00:00+00 BC',
    '12024-01-01 00:00:00+00',
    'infinity',
    '-infinity',
  ],
  timestamp: [
    '2024-03-10 02:30:00',
    '2024-11-03 01:30:00',
    '1994-12-31 12:00:00',
    '0001-01-01 00:00:00',
    '0044-03-15 12:00:00 BC',
    'infinity',
  ],
  date: ['2024-03-10', '0001-01-01', '0044-03-15 BC', 'infinity'],
  interval: ['1 mon 2 days 03:04:05.678'],
  timetz: ['03:04:05+05:30'],
  bytea: ['\\x00ff5c22'],
  float8: ['0.1', 'NaN', '-Infinity'],
  int8: ['9223372036854775807'],
  bool: ['t', 'f'],
  jsonb: ['{"a": [1, null]}'],
  tstzrange: ['[2024-03-10 00:00:00+00,infinity)'],
} as const;

const decoders: Readonly<Record<keyof typeof decoded, (raw: $.RawValue) => unknown>> = {
  timestamptz: $.timestamptz,
  timestamp: $.timestamp,
  date: $.text,
  interval: $.text,
  timetz: $.text,
  bytea: (raw) => [...$.bytea(raw)],
  float8: (raw) => String($.number(raw)),
  int8: (raw) => String($.bigint(raw)),
  bool: $.boolean,
  jsonb: $.json,
  tstzrange: (raw) => $.range(raw, $.timestamptz),
};

async function reportUnder(settings: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(url);
  client.setTypeParser(25, NONSENSE);
  await client.connect();
  await client.query(settings);

  const run = (text: string, values: readonly $.BoundValue[]): Promise<$.RawRow> =>
    $.one({
      name: 'Report',
      command: 'one',
      source: 'queries/report.sql:1',
      text: `\n${text}`,
      columns: [],
      bind: () => values,
      decode: (row) => row,
    })(client, undefined);

  const report: Record<string, unknown> = {};
  for (const type of Object.keys(decoded) as (keyof typeof decoded)[]) {
    const literals: readonly string[] = decoded[type];
    for (const literal of literals) {
      const [single, list] = await run(`SELECT $1::${type}, ARRAY[$1::${type}]`, [literal]);
      // The session's style shows in types that are text, which is what text promises.
      const isText = type === 'interval' || type === 'timetz';
      report[`${type} ${literal}`] = isText ? typeof decoders[type](single) : [decoders[type](single), $.array(list, decoders[type])];
    }
  }
  for (const time of [0, 1_710_054_000_123, -62_135_596_800_000, -62_167_219_200_001, 253_402_300_800_000, 8.64e15, -8.64e15]) {
    const date = new Date(time);
    report[`bound ${time}`] = await run(
      `SELECT extract(epoch from $1::timestamptz)::text, extract(epoch from $2::timestamp)::text, extract(epoch from ($3::timestamptz[])[1])::text`,
      [$.bindTimestamptz(date), $.bindTimestamp(date), $.bindArray([date], $.bindTimestamptz)],
    );
  }
  await client.end();
  return report;
}

for (const settings of sessions) {
  // A `Date` is written as its milliseconds, so that an invalid one would show.
  console.log(
    JSON.stringify(await reportUnder(settings), function (this: Record<string, unknown>, key, value: unknown) {
      const original = this[key];
      return original instanceof Date ? original.getTime() : value;
    }),
  );
}
