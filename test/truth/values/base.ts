/**
 * Made-up values of PostgreSQL's own base types and of well-known extensions', as PostgreSQL reads
 * them: what is common, and what stands at the edges.
 */
import fc from 'fast-check';

export interface BaseValues {
  readonly common: fc.Arbitrary<string>;
  readonly edges: readonly string[];
}

const WORDS = [
  'alice',
  'bob',
  'Acme',
  'main',
  'x',
  'report 7',
  'Zoë',
  'naïve',
  '日本',
  '😀',
  "O'Brien",
  'a"b',
  'back\\slash',
  'tab\there',
  '50%',
  'under_score',
  'line\nbreak',
];

const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')) },
);

const TEXT_EDGES = ['', ' ', 'NULL', 'null', '{}', '0', "'", '"', '\\', '{a,b}', '(1,2)', 'undefined', '\u00a0', 'ﬃ', '￿'];

function integers(min: bigint, max: bigint): BaseValues {
  return {
    common: fc
      .oneof(
        { weight: 5, arbitrary: fc.bigInt({ min: 0n, max: 20n }) },
        { weight: 3, arbitrary: fc.bigInt({ min: -100n, max: 1000n }) },
        { weight: 1, arbitrary: fc.bigInt({ min, max }) },
      )
      .map((value) => String(value < min ? min : value > max ? max : value)),
    edges: [String(min), '-1', '0', '1', String(max)].filter((text) => BigInt(text) >= min),
  };
}

function oneOf(...texts: string[]): BaseValues {
  return { common: fc.constantFrom(...texts), edges: texts };
}

const two = (value: number): string => String(value).padStart(2, '0');

const date = fc
  .record({ year: fc.integer({ min: 1970, max: 2040 }), month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) })
  .map(({ year, month, day }) => `${year}-${two(month)}-${two(day)}`);
const clock = fc
  .record({
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    micros: fc.constantFrom('', '.5', '.123', '.123456', '.999999'),
  })
  .map(({ hour, minute, micros }) => `${two(hour)}:${two(minute)}:07${micros}`);
const zone = fc.constantFrom('Z', '+00', '-03:30', '+14', '+05:45', '-12');
const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('hex'));

const JSON_EDGES = [
  'null',
  'true',
  'false',
  '0',
  '-1.5e10',
  '""',
  '"text"',
  '{}',
  '[]',
  '[null]',
  '{"a": null}',
  '{"a": {"b": [1, "2", false]}}',
  '"\\ud83d\\ude00"',
  '12345678901234567890',
];
const json: BaseValues = {
  common: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '{}',
        '[]',
        '{"a": 1}',
        '{"name": "x", "tags": ["a", "b"], "n": null}',
        '[1, 2, 3]',
        '[{"id": 1}, {"id": 2}]',
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value).replaceAll('\\u0000', '')) },
  ),
  edges: JSON_EDGES,
};

const uuid: BaseValues = {
  common: hex(16).map((text) => `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`),
  edges: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
};

const text: BaseValues = { common: words, edges: TEXT_EDGES };
const name: BaseValues = { common: fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/), edges: ['', 'A Name', 'n'.repeat(63)] };
const floats = (large: string, tiny: string): BaseValues => ({
  common: fc.oneof(
    fc.integer({ min: -50, max: 500 }).map(String),
    fc.integer({ min: -9999, max: 9999 }).map((value) => String(value / 100)),
  ),
  edges: ['0', '-0', 'NaN', 'Infinity', '-Infinity', large, `-${large}`, tiny, '0.1', '1'],
});

// No Date can hold a year after 275760.
const ISO_EDGES = [
  'infinity',
  '-infinity',
  '0001-01-01 00:00:00',
  '0044-03-15 12:00:00 BC',
  '0099-12-31 23:59:59.999999',
  '1969-12-31 23:59:59.999',
  '1970-01-01 00:00:00',
  '9999-12-31 23:59:59.999999',
  '10000-01-01 00:00:00',
  '2024-03-10 02:30:00',
  '275000-12-31 23:59:59',
  '4713-01-02 00:00:00 BC',
];

const timestamp: BaseValues = { common: fc.tuple(date, clock).map(([day, time]) => `${day} ${time}`), edges: ISO_EDGES };
const timestamptz: BaseValues = {
  common: fc.tuple(date, clock, zone).map(([day, time, offset]) => `${day} ${time}${offset}`),
  edges: ISO_EDGES.map((edge) => (edge.endsWith('infinity') ? edge : edge.endsWith(' BC') ? `${edge.slice(0, -3)}+00 BC` : `${edge}+00`)),
};

const BASE: Readonly<Record<string, BaseValues>> = {
  int2: integers(-32768n, 32767n),
  int4: integers(-2147483648n, 2147483647n),
  int8: integers(-9223372036854775808n, 9223372036854775807n),
  oid: integers(0n, 4294967295n),
  xid: integers(0n, 4294967295n),
  cid: integers(0n, 4294967295n),
  xid8: integers(0n, 18446744073709551615n),
  float4: floats('3.4e38', '1e-37'),
  float8: floats('1.7e308', '2.3e-308'),
  numeric: {
    common: fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map(String),
      fc.integer({ min: -99999, max: 99999 }).map((value) => (value / 100).toFixed(2)),
    ),
    edges: ['0', '-1', '1', '0.000000000000000000001', '12345678901234567890.123456789', 'NaN', 'Infinity', '-Infinity'],
  },
  money: {
    common: fc.integer({ min: -99999, max: 99999 }).map((value) => (value / 100).toFixed(2)),
    edges: ['0', '-92233720368547758.08', '92233720368547758.07'],
  },
  bool: oneOf('true', 'false'),
  text,
  varchar: text,
  bpchar: text,
  citext: text,
  name,
  char: oneOf('a', 'Z', '1', ''),
  uuid,
  inet: oneOf('127.0.0.1', '10.0.0.0/8', '192.168.1.5', '192.168.1.5/24', '::1', '2001:db8::/32', '0.0.0.0', '255.255.255.255'),
  cidr: oneOf('10.0.0.0/8', '192.168.0.0/16', '127.0.0.1/32', '2001:db8::/32', '0.0.0.0/0'),
  macaddr: oneOf('08:00:2b:01:02:03', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'),
  macaddr8: oneOf('08:00:2b:01:02:03:04:05', '00:00:00:00:00:00:00:00'),
  date: {
    common: date,
    edges: [
      'infinity',
      '-infinity',
      '0001-01-01',
      '0044-03-15 BC',
      '1970-01-01',
      '2024-02-29',
      '9999-12-31',
      '5874897-12-31',
      '4713-01-01 BC',
    ],
  },
  time: { common: clock, edges: ['00:00:00', '24:00:00', '23:59:59.999999'] },
  timetz: {
    common: fc.tuple(clock, zone).map(([time, offset]) => `${time}${offset}`),
    edges: ['00:00:00+00', '24:00:00-12', '23:59:59.999999+14'],
  },
  timestamp,
  timestamptz,
  interval: {
    common: fc.constantFrom('1 day', '00:05:00', '1 year 2 mons 3 days 04:05:06.789', '7 days', '30 days', '-1 mons', '90 minutes'),
    edges: ['0', '-1 day', '1 day -00:00:01', '178000000 years', '-00:00:00.000001'],
  },
  json,
  jsonb: { ...json, edges: json.edges.filter((edge) => !edge.includes('\\ud83d')) },
  jsonpath: oneOf('$', '$.a', '$.tags[*]', '$[*] ? (@ > 1)', 'lax $.name'),
  bytea: {
    common: fc.uint8Array({ maxLength: 12 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
    edges: ['\\x', '\\x00', '\\xff00ff', '\\x5c27'],
  },
  bit: oneOf('0', '1'),
  varbit: oneOf('', '0', '1', '10110'),
  xml: oneOf('<a/>', '<a b="c">text</a>', 'just text', '<r><i>1</i><i>2</i></r>'),
  tsvector: oneOf('', "'a':1 'fat':2 'cat':3", "'report'", "'main':1A,5B"),
  tsquery: oneOf("'fat' & 'cat'", "'report'", "!'a' | 'b'", "'fat' <-> 'cat'"),
  point: oneOf('(0,0)', '(1.5,-2)', '(1e300,-1e-300)'),
  line: oneOf('{1,-1,0}', '{0,1,-5}'),
  lseg: oneOf('[(0,0),(1,1)]', '[(1,2),(1,2)]'),
  box: oneOf('(1,1),(0,0)', '(3,4),(1,2)'),
  path: oneOf('[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))'),
  polygon: oneOf('((0,0),(1,1),(2,0))', '((0,0),(4,0),(4,4),(0,4))'),
  circle: oneOf('<(0,0),1>', '<(1.5,-2),0>'),
  pg_lsn: oneOf('0/0', '16/B374D848'),
  pg_snapshot: oneOf('10:20:10,14,15'),
  txid_snapshot: oneOf('10:20:10,14,15'),
  tid: oneOf('(0,1)', '(42,7)'),
  regclass: oneOf('pg_class', 'pg_type'),
  regtype: oneOf('integer', 'text'),
  regproc: oneOf('now', 'random'),
  regprocedure: oneOf('lower(text)', 'now()'),
  regoper: oneOf('||/'),
  regoperator: oneOf('+(integer,integer)'),
  regnamespace: oneOf('pg_catalog', 'public'),
  regrole: oneOf('postgres'),
  regconfig: oneOf('english', 'simple'),
  regdictionary: oneOf('simple'),
  regcollation: oneOf('"C"'),
  hstore: oneOf('', '"a"=>"1"', '"a"=>NULL, "b"=>"x y"', '"k"=>"quote \\" and \\\\ slash"'),
  ltree: oneOf('Top', 'Top.Science', 'Top.Science.Astronomy', 'a.b.c', ''),
  lquery: oneOf('Top.*', '*.Science.*', 'a.b'),
  ltxtquery: oneOf('Science & Top', 'a'),
  cube: oneOf('(0)', '(1, 2, 3)', '(0, 0),(1, 1)'),
  seg: oneOf('1', '1 .. 2'),
  isbn: oneOf('0-306-40615-2'),
  isbn13: oneOf('978-0-306-40615-7'),
  ean13: oneOf('978-0-306-40615-7'),
  issn: oneOf('1436-4522'),
  upc: oneOf('220-356-483-481'),
  geometry: oneOf('POINT(1 2)', 'LINESTRING(0 0,1 1)', 'POLYGON((0 0,1 0,1 1,0 0))'),
  geography: oneOf('POINT(1 2)', 'SRID=4326;POINT(-71.06 42.36)'),
};

/** Tried, in this order, on types that nobody told this module about. */
const GUESSES = [
  '1',
  'a',
  '',
  '0',
  '{}',
  '[]',
  '()',
  '(1,1)',
  '[1,2,3]',
  'Top.a',
  '"a"=>"1"',
  '2020-01-01',
  '00000000-0000-0000-0000-000000000001',
  '$.a',
  '<a/>',
  'POINT(1 2)',
  '127.0.0.1',
];

/** The values of a base type by its name and modifier. */
export function baseValues(typeName: string, modifier: number): BaseValues {
  const known = BASE[typeName];
  if (known === undefined) return vectorValues(typeName, modifier) ?? { common: fc.constantFrom(...GUESSES), edges: [] };
  if (modifier < 0) return known;
  switch (typeName) {
    case 'varchar':
      return fitted(known, modifier - 4);
    case 'bpchar':
      return fitted(known, modifier - 4);
    case 'numeric':
      return decimals(((modifier - 4) >> 16) & 0xffff, (((modifier - 4) & 0x7ff) ^ 1024) - 1024);
    case 'bit':
      return oneOf('0'.repeat(modifier), '1'.repeat(modifier), '10'.repeat(modifier).slice(0, modifier));
    case 'varbit':
      return oneOf('', '1', '10'.repeat(modifier).slice(0, modifier));
    default:
      return known;
  }
}

const NUMERIC = /^(int[248]|float[48]|numeric|money)$/;
const TEMPORAL = /^(date|timestamp|timestamptz|interval)$/;

/** The values that a sum, an average or a step does not overflow from. */
export function gentleValues(typeName: string, modifier: number): BaseValues {
  const { common, edges } = baseValues(typeName, modifier);
  if (NUMERIC.test(typeName)) {
    const small = (text: string): boolean => Math.abs(Number(text)) < 1e6;
    return { common: common.map((text) => (small(text) ? text : '7')), edges: edges.filter(small) };
  }
  if (TEMPORAL.test(typeName)) return { common, edges: edges.filter((text) => !/infinity|BC|^\d{5,}/.test(text)) };
  return { common, edges };
}

/** Text of at most `length` characters, as PostgreSQL counts them. */
function fitted(values: BaseValues, length: number): BaseValues {
  const cut = (value: string): string => [...value].slice(0, length).join('');
  return { common: values.common.map(cut), edges: [...new Set([...values.edges.map(cut), 'w'.repeat(length)])] };
}

function decimals(precision: number, scale: number): BaseValues {
  const whole = Math.max(0, precision - Math.max(0, scale));
  const small = 10 ** Math.min(whole, 3);
  const places = Math.max(0, Math.min(scale, 6));
  const largest =
    scale < 0
      ? `${'9'.repeat(precision)}${'0'.repeat(-scale)}`
      : `${'9'.repeat(whole) || '0'}${scale > 0 ? `.${'9'.repeat(Math.min(scale, precision)).padStart(scale, '0')}` : ''}`;
  const one = whole > 0 ? ['1'] : [];
  return {
    common: fc.integer({ min: 0, max: Math.max(0, small - 1) }).map((value) => (whole === 0 ? '0' : value.toFixed(places))),
    edges: ['0', ...one, largest, `-${largest}`, 'NaN'],
  };
}

/** pgvector's types print as lists of as many numbers as the modifier says. */
function vectorValues(typeName: string, modifier: number): BaseValues | undefined {
  const size = modifier > 0 ? modifier : 3;
  const list = (value: string): string => `[${Array.from({ length: size }, () => value).join(',')}]`;
  if (typeName === 'vector' || typeName === 'halfvec') return oneOf(list('0.5'), list('1'), list('-0.25'));
  if (typeName === 'sparsevec') return oneOf(`{1:1}/${size}`, `{1:0.5}/${size}`);
  return undefined;
}
