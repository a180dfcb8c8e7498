/** Every type's values, in and out, are the same text over every handle. */
import postgres from 'postgres';
import { fromPGlite } from 'sqlward/pglite';
import { fromPostgresJs } from 'sqlward/postgres-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServers, ROWS, type Servers } from './handles.js';
import { many, type Database } from '../../src/runtime/index.js';
import { definition } from '../runtime/server.js';
import { createPglite } from '../support/images.js';
import { raw } from './queries.js';

let servers: Servers;
beforeAll(async () => {
  servers = await openServers();
});
afterAll(() => servers?.close());

const VALUES: readonly (readonly [type: string, value: string | Uint8Array])[] = [
  ['bool', 't'],
  ['bool', 'f'],
  ['int2', '-32768'],
  ['int4', '2147483647'],
  ['int8', '9223372036854775807'],
  ['oid', '4294967295'],
  ['numeric', '12345678901234567890.000100'],
  ['numeric', 'NaN'],
  ['float4', '1.1754944e-38'],
  ['float8', '0.1'],
  ['float8', '-Infinity'],
  ['text', `'"\\\t\n\r€ 𝄞 {},()[]`],
  ['text', ''],
  ['varchar', 'true'],
  ['bpchar', 'a  '],
  ['name', 'a name'],
  ['"char"', 'x'],
  ['bytea', '\\x00ff5c'],
  ['bytea', Uint8Array.of(0, 255, 92)],
  ['date', '0044-03-15 BC'],
  ['date', 'infinity'],
  ['time', '24:00:00'],
  ['timetz', '12:00:00.000001+05:30'],
  ['timestamp', '2024-02-29 12:34:56.123456'],
  ['timestamptz', '2024-02-29 12:34:56.123456+00'],
  ['timestamptz', '-infinity'],
  ['interval', '1 mon -3 days +04:05:06.789'],
  ['json', '{"a" : 1.0,  "a": 12345678901234567890}'],
  ['json', 'null'],
  ['jsonb', '{"a": 1.10, "b": [true, null, "x"]}'],
  ['jsonb', '"text"'],
  ['uuid', '00000000-0000-0000-0000-00000000000a'],
  ['inet', '::ffff:1.2.3.4/120'],
  ['macaddr', '08:00:2b:01:02:03'],
  ['bit(3)', '101'],
  ['money', '$1,000.50'],
  ['point', '(1.5,-2)'],
  ['tsvector', `'a':1 'b'`],
  ['xid', '7'],
  ['int4range', '[1,5)'],
  ['datemultirange', '{[2024-01-01,2024-02-01)}'],
  ['int8[]', '{1,NULL,9007199254740993}'],
  ['bool[]', '{t,f}'],
  ['text[]', '{"",NULL,"NULL","a,b","\\"{}\\\\"}'],
  ['jsonb[]', '{"{\\"a\\": 1}",NULL}'],
  ['bytea[]', '{"\\\\x00"}'],
  ['timestamptz[]', '{"2024-02-29 12:34:56.123456+00"}'],
  ['int4[]', '[0:1]={1,2}'],
  ['int4[]', '{{1,2},{3,4}}'],
  ['mood', 'busy'],
  ['mood[]', '{calm,NULL}'],
  ['pair', '(1,"a ""b""")'],
  ['pair[]', '{"(1,)",NULL}'],
  ['regclass', 'things'],
];

describe.each(ROWS)('$name', (row) => {
  test('takes and gives every type as PostgreSQL writes it', () =>
    row.within(servers, async (db) => {
      const columns = VALUES.map(([type], n) => `$${n + 1}::${type}, array_to_string(ARRAY[$${n + 1}::${type}], ',')`).join(', ');
      const [told] = await raw(
        `SELECT ${columns}, pg_sleep(0), NULL, ROW(1, NULL, 'x')`,
        VALUES.map(([, value]) => value),
      )(db);
      const expected = VALUES.flatMap(([, value]) => (typeof value === 'string' ? [value] : ['\\x00ff5c']));
      expect(told?.filter((_, n) => n % 2 === 0 && n < VALUES.length * 2)).toEqual(expected);
      expect(told?.slice(VALUES.length * 2)).toEqual(['', null, '(1,,x)']);
    }));

  test('sends what is no text as its text', () =>
    row.within(servers, async (db) => {
      const values = [1, 2n ** 62n, true, null, undefined, 1.5];
      const [told] = await raw('SELECT $1::int, $2::int8, $3::bool, $4::json, $5::text[], $6::numeric', values)(db);
      expect(told).toEqual(['1', '4611686018427387904', 't', null, null, '1.5']);
    }));
});

test('a parser, a serializer or a transform of the library’s own changes nothing', async () => {
  const own = await createPglite({ parsers: { 23: () => 'parsed' }, serializers: { 23: () => '77' } });
  expect(await raw('SELECT $1::int', [1])(fromPGlite(own))).toEqual([['1']]);
  await own.transaction(async (tx) => expect(await raw('SELECT $1::int', [1])(fromPGlite(tx))).toEqual([['1']]));
  await own.close();
  const integer = { to: 23, from: [23], parse: () => 'parsed', serialize: () => '77' };
  const sql = postgres(servers.url, { types: { integer }, transform: { ...postgres.camel, undefined: null } });
  expect(await raw('SELECT $1::int AS snake_case', [1])(fromPostgresJs(sql))).toEqual([['1']]);
  await sql.end();
  const reshaping = postgres(servers.url, { transform: { row: { from: (line) => ({ ...line }) } } });
  await expect(raw('SELECT 1')(fromPostgresJs(reshaping))).rejects.toThrow('rows as arrays of text');
  await reshaping.end();
});

test('floats that a session rounds are refused', async () => {
  const floats = many(
    definition({ text: 'SELECT 0.30000000000000004::float8', columns: ['f'], floats: true, decode: (row) => Number(row[0]) }),
  );
  const rounding = async (db: Database): Promise<void> => {
    await expect(floats(db)).rejects.toThrow(/set extra_float_digits to 1/);
    const rows = async (): Promise<void> => {
      for await (const row of floats.stream(db)) expect(row).toBe(undefined);
    };
    await expect(rows()).rejects.toThrow(/set extra_float_digits to 1/);
  };
  const sql = postgres(servers.url, { max: 1, connection: { extra_float_digits: -1 } });
  await rounding(fromPostgresJs(sql));
  await sql.end();
  const pglite = await createPglite();
  await pglite.exec('SET extra_float_digits = 0');
  await rounding(fromPGlite(pglite));
  await pglite.close();
  expect(await floats(fromPostgresJs(servers.sql))).toEqual([0.1 + 0.2]);
  await servers.sql.begin(async (tx) => expect(await floats(fromPostgresJs(tx))).toEqual([0.1 + 0.2]));
  expect(await floats(fromPGlite(servers.pglite))).toEqual([0.1 + 0.2]);
});
