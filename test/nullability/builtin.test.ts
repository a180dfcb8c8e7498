/**
 * PostgreSQL's own functions, operators and casts that count as never giving NULL, called over the
 * ends of their argument types.
 */
import { describe, expect, it } from 'vitest';
import type { PgFunction } from '../../src/catalog/catalog.js';
import { elementRule, isFieldAlwaysThere, isOutputFilled, nullRule } from '../../src/compiler/types/builtin/functions.js';
import { isTotalOperator } from '../../src/compiler/types/builtin/operators.js';
import { useGround } from '../support/ground.js';

const list = (type: string, ...values: string[]): readonly string[] => values.map((value) => `${value}::${type}`);
const literals = (type: string, ...values: string[]): readonly string[] => values.map((value) => `'${value}'::${type}`);

/** Values at the ends of their types, by `typname`. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  bool: ['true', 'false'],
  int2: list('int2', '0', '1', '(-1)', '32767', '(-32768)'),
  int4: ['0', '1', '(-1)', '2147483647', '(-2147483648)', '5'],
  int8: list('int8', '0', '1', '(-1)', '9223372036854775807', '(-9223372036854775808)'),
  float4: literals('float4', '0', '1.5', '-1', 'NaN', 'Infinity', '-Infinity'),
  float8: literals('float8', '0', '1.5', '-1', 'NaN', 'Infinity', '-Infinity', '0.5'),
  numeric: literals('numeric', '0', '1.5', '-1', 'NaN', 'Infinity', '-Infinity', '0.001', '123456789012345678901234567890'),
  money: literals('money', '0', '1.5', '-92233720368547758.08'),
  text: literals(
    'text',
    '',
    'a',
    'abc',
    ' ',
    '%',
    'YYYY-MM-DD',
    'hour',
    'epoch',
    'UTC',
    '1',
    '2020-01-01',
    'é',
    '{}',
    'english',
    '(a)|b',
    'base64',
    'UTF8',
    'NFC',
    'a.b',
    'day',
    '[]',
  ),
  varchar: literals('varchar', '', 'abc'),
  bpchar: literals('bpchar', '', 'abc '),
  name: literals('name', '', 'abc', 'UTF8'),
  char: literals('"char"', 'a', ''),
  bytea: literals('bytea', '', '\\x00ff', 'abc'),
  date: literals('date', '2020-01-01', 'infinity', '-infinity', '4713-01-01 BC', '5874897-12-31'),
  time: literals('time', '00:00', '24:00', '10:11:12.5'),
  timetz: literals('timetz', '00:00+00', '24:00-15:59'),
  timestamp: literals('timestamp', '2020-01-01 10:11:12', 'infinity', '-infinity', '4713-11-24 BC', '294276-12-31 23:59:59'),
  timestamptz: literals('timestamptz', '2020-01-01 10:11:12+00', 'infinity', '-infinity', '4713-11-24 BC', '294276-12-31'),
  interval: literals('interval', '0', '1 day', '-1 month 3 days', 'infinity', '-infinity', '15 minutes', '178000000 years'),
  uuid: literals(
    'uuid',
    '00000000-0000-0000-0000-000000000000',
    '019a0000-0000-7000-8000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ),
  json: literals('json', 'null', '{}', '[]', '{"a": null, "b": 1}', '[null, 1]', '1', '"x"'),
  jsonb: literals('jsonb', 'null', '{}', '[]', '{"a": null, "b": 1}', '[null, 1]', '1', '"x"', 'true'),
  jsonpath: literals('jsonpath', '$', '$.a', '$.a == 1', '$[*] ? (@ > 1)', 'strict $.zz'),
  inet: literals('inet', '1.2.3.4', '::1', '10.0.0.0/8'),
  cidr: literals('cidr', '10.0.0.0/8', '::/0'),
  macaddr: literals('macaddr', '08:00:2b:01:02:03'),
  macaddr8: literals('macaddr8', '08:00:2b:01:02:03:04:05', '08:00:2b:ff:fe:03:04:05'),
  bit: ["B'0'", "'101'::bit(3)", "B''"],
  varbit: literals('varbit', '', '101'),
  oid: list('oid', '0', '1259', '99999999'),
  xid: literals('xid', '1', '3'),
  xid8: literals('xid8', '1'),
  tid: literals('tid', '(0,1)'),
  pg_lsn: literals('pg_lsn', '0/0', 'FFFFFFFF/FFFFFFFF'),
  regclass: literals('regclass', 'counter', 'pg_class'),
  regconfig: literals('regconfig', 'english', 'simple'),
  regtype: literals('regtype', 'int4'),
  regprocedure: literals('regprocedure', 'now()'),
  regproc: literals('regproc', 'now'),
  regoper: literals('regoper', '!!'),
  regoperator: literals('regoperator', '+(int,int)'),
  regrole: ['current_user::regrole'],
  regnamespace: literals('regnamespace', 'public'),
  regcollation: literals('regcollation', '"C"'),
  regdictionary: literals('regdictionary', 'simple'),
  point: literals('point', '(0,0)', '(1,2)', '(NaN,1)', '(Infinity,1)'),
  line: literals('line', '{1,2,3}', '{0,1,0}', '{1,0,0}'),
  lseg: literals('lseg', '[(0,0),(1,1)]', '[(0,0),(0,0)]', '[(0,1),(1,2)]'),
  box: literals('box', '(0,0),(1,1)', '(5,5),(6,6)'),
  path: literals('path', '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))'),
  polygon: literals('polygon', '((0,0),(1,1),(2,0))', '((0,0))'),
  circle: literals('circle', '<(0,0),1>', '<(5,5),0>'),
  tsvector: literals('tsvector', '', 'a:1 b:2A'),
  tsquery: literals('tsquery', '', 'a & b', '!a', 'a <-> b'),
  int4range: literals('int4range', 'empty', '[1,5)', '(,)'),
  int8range: literals('int8range', 'empty', '(,5)'),
  numrange: literals('numrange', 'empty', '(,1.5]'),
  daterange: literals('daterange', 'empty', '[2020-01-01,)'),
  tsrange: literals('tsrange', 'empty', '(,)'),
  tstzrange: literals('tstzrange', 'empty', '[2020-01-01,infinity)'),
  int4multirange: literals('int4multirange', '{}', '{[1,5),[7,)}'),
  int8multirange: literals('int8multirange', '{}', '{(,)}'),
  nummultirange: literals('nummultirange', '{}'),
  datemultirange: literals('datemultirange', '{}', '{(,)}'),
  tsmultirange: literals('tsmultirange', '{}'),
  tstzmultirange: literals('tstzmultirange', '{}'),
  xml: literals('xml', '<a/>', ''),
  // Rows as values: two written lists would be compared field by field.
  record: ['(SELECT r FROM (VALUES (1, NULL::int)) r)', '(SELECT r FROM (VALUES (NULL::int, NULL::int)) r)'],
  txid_snapshot: ['txid_current_snapshot()'],
  pg_snapshot: ['pg_current_snapshot()'],
  cid: literals('cid', '1'),
  aclitem: ["makeaclitem(10, 10, 'SELECT', false)"],
  _aclitem: ["makeaclitem(10, 10, 'SELECT', false)"],
  oidvector: literals('oidvector', '', '1 2'),
  int2vector: literals('int2vector', '1'),
  _int4: literals('int4[]', '{}', '{1,NULL}', '{{1,2},{3,4}}', '{3,1}'),
  _text: literals('text[]', '{}', '{a,NULL}', '{a,b}', '{{a,b},{c,d}}'),
  _int8: literals('int8[]', '{}', '{1}'),
  _float4: literals('float4[]', '{0.1,0.2,0.4,1}'),
  _float8: literals('float8[]', '{}', '{1,0.5}'),
  _numeric: literals('numeric[]', '{}', '{1}'),
  _char: literals('"char"[]', '{a,b}', '{}'),
  _int4range: literals('int4range[]', '{}', '{empty,"[1,2)"}'),
  _int8range: literals('int8range[]', '{}'),
  _numrange: literals('numrange[]', '{}'),
  _daterange: literals('daterange[]', '{}'),
  _tsrange: literals('tsrange[]', '{}'),
  _tstzrange: literals('tstzrange[]', '{}'),
  any: ['1', "'x'::text", "'{}'::jsonb", 'ROW(1, NULL)'],
  anyelement: ['1', '0'],
  anynonarray: ['1', '0'],
  anycompatible: ['1', '0'],
  anycompatiblenonarray: ['1'],
  anyarray: literals('int4[]', '{}', '{1,NULL}', '{{1,2},{3,4}}', '{3,1}'),
  anycompatiblearray: literals('int4[]', '{}', '{1,NULL}', '{3,1}'),
  anyrange: literals('int4range', 'empty', '[1,5)', '(,)'),
  anycompatiblerange: literals('int4range', 'empty', '[1,5)'),
  anymultirange: literals('int4multirange', '{}', '{[1,5),[7,)}'),
  anycompatiblemultirange: literals('int4multirange', '{}', '{[1,5),[7,)}'),
  anyenum: literals('probe_mood', 'm1', 'm2'),
};

/** Arguments for functions that the values by type cannot serve: sequences, modes, units, definitions. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  current_user: ['current_user'],
  session_user: ['session_user'],
  position: ["position('a' IN 'b')", "position('' IN '')", "position('\\x00'::bytea IN ''::bytea)", "position(B'1' IN B'01')"],
  jsonb_delete: [
    "jsonb_delete('{}', 'a')",
    "jsonb_delete('[]', 1)",
    "jsonb_delete('{}', VARIADIC '{}'::text[])",
    "jsonb_delete('{}', 'a', 'b')",
  ],
  regexp_instr: ["regexp_instr('a', 'b')", "regexp_instr('a', 'a', 1, 1, 1, 'i', 0)"],
  hash_record: ['hash_record(r) FROM (VALUES (1, NULL::int)) r'],
  hash_record_extended: ['hash_record_extended(r, 1) FROM (VALUES (1, NULL::int)) r'],
  make_timestamptz: ['make_timestamptz(2020, 1, 1, 0, 0, 0)', "make_timestamptz(-44, 3, 15, 0, 0, 0, 'UTC')"],
  nextval: ["nextval('counter')"],
  regclass: ["regclass('pg_class'::text)"],
  currval: ["currval('counter')"],
  lastval: ['lastval()'],
  setval: ["setval('counter', 5)", "setval('counter', 5, false)"],
  decode: ["decode('', 'hex')", "decode('YQ==', 'base64')", "decode('a', 'escape')"],
  current_setting: ["current_setting('TimeZone')", "set_config('my.empty', NULL, false) || current_setting('my.empty')"],
  pg_sleep: ['pg_sleep(0)'],
  pg_sleep_for: ["pg_sleep_for('0')"],
  pg_sleep_until: ["pg_sleep_until('-infinity')", "pg_sleep_until('2020-01-01')"],
  pg_notify: ["pg_notify('a', 'b')", "pg_notify('a', NULL)"],
  set_config: ["set_config('my.setting', 'a', true)", "set_config('my.setting', '', true)"],
  array_fill: ['array_fill(1, ARRAY[2])', 'array_fill(NULL::int, ARRAY[0])', 'array_fill(7, ARRAY[2], ARRAY[3])'],
  ...Object.fromEntries(
    ['int4', 'int8', 'num', 'date', 'ts', 'tstz'].map((kind) => {
      const range = `'empty'::${kind}range`;
      const name = `${kind}multirange`;
      return [name, [`${name}()`, `${name}(${range})`, `${name}(${range}, ${range})`, `${name}(VARIADIC ARRAY[]::${kind}range[])`]];
    }),
  ),
  ts_rewrite: [
    "ts_rewrite('a & b'::tsquery, 'SELECT ''a''::tsquery, ''c''::tsquery')",
    "ts_rewrite('a'::tsquery, 'a'::tsquery, ''::tsquery)",
  ],
  is_normalized: ["'a' IS NFC NORMALIZED", "'' IS NFKD NORMALIZED", "is_normalized('a')"],
  normalize: ["normalize('a')", "normalize('', NFKD)"],
  jsonb_set_lax: ["jsonb_set_lax('{}', '{a}', '1')", "jsonb_set_lax('{}', '{a}', '1', true, 'delete_key')"],
  json_build_object: ["json_build_object('a', NULL)", 'json_build_object()'],
  jsonb_build_object: ["jsonb_build_object('a', NULL)", 'jsonb_build_object()'],
  concat_ws: ["concat_ws(',', NULL)", "concat_ws('', NULL, NULL)"],
  format: ["format('%s', NULL)", "format('')", "format('%I', 'a')"],
  xpath: ["xpath('/b', '<a/>')", "xpath('/b', '<a/>', '{}'::text[])"],
  xpath_exists: ["xpath_exists('/b', '<a/>')", "xpath_exists('/b', '<a/>', '{}'::text[])"],
  xmlexists: ["xmlexists('/b' PASSING CAST('<a/>' AS xml))"],
  to_ascii: ["convert_from('a', 'LATIN1')"],
  date_trunc: [
    "date_trunc('day', 'infinity'::timestamptz, 'UTC')",
    "date_trunc('century', '-infinity'::timestamp)",
    "date_trunc('hour', 'infinity'::interval)",
  ],
  // Locks of one session do not wait for each other; these are let go at the end.
  pg_advisory_lock: ['pg_advisory_lock(1)', 'pg_advisory_lock(1, 2)'],
  pg_advisory_lock_shared: ['pg_advisory_lock_shared(1)', 'pg_advisory_lock_shared(1, 2)'],
  pg_advisory_xact_lock: ['pg_advisory_xact_lock(1)', 'pg_advisory_xact_lock(1, 2)'],
  pg_advisory_xact_lock_shared: ['pg_advisory_xact_lock_shared(1)', 'pg_advisory_xact_lock_shared(1, 2)'],
  repeat: ["repeat('a', 0)", "repeat('', 65536)", "repeat('a', 2147483647)", "repeat('a', -1)"],
  lpad: ["lpad('a', 3)", "lpad('', 0, '')", "lpad('a', 3, '')"],
  rpad: ["rpad('a', 3)", "rpad('', 0, '')", "rpad('a', 3, '')"],
  factorial: ['factorial(0)', 'factorial(20)'],
};

/** At most this many combinations of arguments for a function; spread over all of them. */
const MOST = 90;

function combinations(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const total = lists.reduce((product, values) => product * values.length, 1);
  const step = Math.max(1, total / MOST);
  const picked: (readonly string[])[] = [];
  for (let at = 0; at < total; at += step) {
    let rest = Math.floor(at);
    picked.push(
      lists.map((values) => {
        const value = values[rest % values.length] ?? '';
        rest = Math.floor(rest / values.length);
        return value;
      }),
    );
  }
  return picked;
}

interface Probe {
  readonly name: string;
  readonly expressions: readonly string[];
}

describe('PostgreSQL’s own that never give NULL', () => {
  const ground = useGround(`
    CREATE TYPE probe_mood AS ENUM ('m1', 'm2');
    CREATE SEQUENCE counter;
    CREATE FUNCTION probe(expressions text[]) RETURNS TABLE (expression text, outcome text) LANGUAGE plpgsql AS $$
    BEGIN
      FOREACH expression IN ARRAY expressions LOOP
        BEGIN
          EXECUTE 'SELECT CASE num_nulls((SELECT ' || expression || ')) WHEN 0 THEN ''value'' ELSE ''null'' END' INTO outcome;
        EXCEPTION WHEN OTHERS THEN outcome := 'error';
        END;
        RETURN NEXT;
      END LOOP;
    END $$;`);

  /** Runs all expressions; the names of the probes of which none gave anything but an error. */
  async function run(probes: readonly Probe[]): Promise<{ readonly nulls: readonly string[]; readonly untried: readonly string[] }> {
    const nulls: string[] = [];
    const untried: string[] = [];
    for (const { name, expressions } of probes) {
      await ground().client.query("SELECT nextval('counter')");
      const { rows } = await ground().client.query<{ expression: string; outcome: string }>('SELECT * FROM probe($1::text[])', [
        expressions,
      ]);
      nulls.push(...rows.filter(({ outcome }) => outcome === 'null').map(({ expression }) => expression));
      if (!rows.some(({ outcome }) => outcome === 'value')) untried.push(name);
    }
    return { nulls, untried };
  }

  const typeName = (oid: number): string => ground().catalog.types.get(oid)?.name ?? '';
  const signature = (entry: PgFunction): string => `${entry.name}(${entry.argumentTypeOids.map(typeName).join(', ')})`;
  const builtins = (): readonly PgFunction[] =>
    [...ground().catalog.functionsByName.values()].flat().filter((entry) => entry.builtin && entry.kind === 'function');

  /** Calls over all values; NULLs among the arguments where the rule allows for them. */
  function probeOf(entry: PgFunction, withNulls: readonly number[] = []): Probe {
    const special = SPECIAL[entry.name];
    if (special !== undefined) return { name: entry.name, expressions: special };
    const lists = entry.argumentTypeOids.map((oid, index) => [
      ...(VALUES[typeName(oid)] ?? []),
      ...(withNulls.includes(index) ? [`NULL::${{ any: 'text', anyenum: 'probe_mood' }[typeName(oid)] ?? format(oid)}`] : []),
    ]);
    return { name: signature(entry), expressions: combinations(lists).map((args) => `pg_catalog."${entry.name}"(${args.join(', ')})`) };
  }

  function format(oid: number): string {
    const name = typeName(oid);
    if (/^any(compatible)?array$/.test(name)) return 'int4[]';
    if (/^any/.test(name)) return 'int4';
    return name.startsWith('_') ? `${name.slice(1)}[]` : name;
  }

  it('functions', async () => {
    const total = builtins().filter((entry) => !entry.returnsSet && nullRule(entry) !== 'partial');
    expect(total.length).toBeGreaterThan(400);
    const probes = total.map((entry) => {
      const rule = nullRule(entry);
      const positions = entry.argumentTypeOids.map((_oid, index) => index);
      const lenient = rule === 'never' ? positions : rule === 'first' ? positions.slice(1) : rule === 'firstTwo' ? positions.slice(2) : [];
      return probeOf(entry, entry.strict ? [] : lenient);
    });
    const { nulls, untried } = await run(probes);
    expect(nulls).toEqual([]);
    expect(untried).toEqual([]);
  }, 60_000);

  it('`any` rules: array_cat and its like', async () => {
    const { nulls } = await run([
      {
        name: 'any',
        expressions: [
          "array_cat(NULL, '{1}'::int[])",
          "array_cat('{}'::int[], NULL)",
          'array_append(NULL, 1)',
          "array_append('{1}'::int[], NULL)",
          "array_prepend(NULL, '{}'::int[])",
          'array_prepend(1, NULL)',
        ],
      },
    ]);
    expect(nulls).toEqual([]);
  });

  it('operators', async () => {
    const operators = [...ground().catalog.operatorsByName.values()]
      .flat()
      .filter((entry) => isTotalOperator(entry) && typeName(entry.leftTypeOid) !== '_aclitem');
    // Operators on access lists only tell that they are gone.
    expect(operators.length).toBeGreaterThan(650);
    const probes = operators.map((entry): Probe => {
      const types = entry.leftTypeOid === 0 ? [entry.rightTypeOid] : [entry.leftTypeOid, entry.rightTypeOid];
      const lists = types.map((oid) => VALUES[typeName(oid)] ?? []);
      const operator = `OPERATOR(pg_catalog.${entry.name})`;
      return {
        name: `${entry.name} (${types.map(typeName).join(', ')})`,
        expressions: combinations(lists).map((args) =>
          args.length === 1 ? `(${operator} ${args[0] ?? ''})` : `(${args.join(` ${operator} `)})`,
        ),
      };
    });
    const { nulls, untried } = await run(probes);
    expect(nulls).toEqual([]);
    expect(untried).toEqual([]);
  }, 60_000);

  it('aggregates over one row', async () => {
    const aggregates = [...ground().catalog.functionsByName.values()]
      .flat()
      .filter((entry) => entry.kind === 'aggregate' && nullRule(entry) !== 'partial');
    expect(aggregates.length).toBeGreaterThan(120);
    const ordered = new Set(['mode', 'percentile_cont', 'percentile_disc', 'rank', 'dense_rank', 'percent_rank', 'cume_dist']);
    const probes = aggregates
      .filter(({ name }) => !ordered.has(name))
      .map((entry): Probe => {
        const lists = entry.argumentTypeOids.map((oid) => [
          ...(VALUES[typeName(oid)] ?? []),
          ...(nullRule(entry) === 'filled' ? [`NULL::${format(oid)}`] : []),
        ]);
        const calls = combinations(lists).map((args) => {
          const columns = args.map((_arg, index) => `a${index}`);
          const rows = args.length === 0 ? '' : ` FROM (VALUES (${args.join(', ')})) t(${columns.join(', ')})`;
          return `${entry.name}(${args.length === 0 ? '*' : columns.join(', ')})${rows}`;
        });
        return { name: signature(entry), expressions: calls };
      });
    probes.push({
      name: 'ordered sets',
      expressions: [
        ...(VALUES['float8'] ?? []).flatMap((value) => [
          `percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM (VALUES (${value})) t(x)`,
          `mode() WITHIN GROUP (ORDER BY x) FROM (VALUES (${value})) t(x)`,
        ]),
        ...(VALUES['interval'] ?? []).flatMap((value) => [
          `percentile_cont(1) WITHIN GROUP (ORDER BY x) FROM (VALUES (${value})) t(x)`,
          `percentile_disc(0) WITHIN GROUP (ORDER BY x) FROM (VALUES (${value})) t(x)`,
        ]),
        ...['rank', 'dense_rank', 'percent_rank', 'cume_dist'].map(
          (name) => `${name}(1) WITHIN GROUP (ORDER BY x) FROM (VALUES (1)) t(x) WHERE x > 1`,
        ),
      ],
    });
    const { nulls, untried } = await run(probes);
    expect(nulls).toEqual([]);
    expect(untried).toEqual([]);
  }, 60_000);

  it('casts', async () => {
    const { rows } = await ground().client.query<{ source: number; function: number; name: string }>(
      `SELECT castsource::int AS source, castfunc::int AS function, format_type(casttarget, NULL) AS name FROM pg_cast
       WHERE casttarget::regtype::text NOT LIKE 'pg\\_%' AND castsource::regtype::text NOT LIKE 'pg\\_%'`,
    );
    const byOid = new Map(builtins().map((entry) => [entry.oid, entry]));
    // A cast without a function reads or takes over what the other type wrote.
    const isTotal = (row: { function: number }): boolean => {
      const entry = byOid.get(row.function);
      return row.function === 0 || (entry !== undefined && nullRule(entry) === 'total');
    };
    const probes = rows
      .filter(isTotal)
      .filter(({ name }) => name !== 'regclass')
      .map(({ source, name }): Probe => ({
        name: `${typeName(source)} to ${name}`,
        expressions: (VALUES[typeName(source)] ?? []).map((value) => `CAST(${value} AS ${name})`),
      }));
    expect(probes.length).toBeGreaterThan(180);
    const { nulls, untried } = await run(probes);
    expect(nulls).toEqual([]);
    expect(untried).toEqual([]);
    const partial = rows.filter((row) => !isTotal(row)).map(({ source, name }) => `${typeName(source)} to ${name}`);
    expect(partial.sort()).toEqual([
      ...['bigint', 'boolean', 'double precision', 'integer', 'numeric', 'real', 'smallint'].map((name) => `jsonb to ${name}`),
      'timestamp to time without time zone',
      'timestamptz to time with time zone',
      'timestamptz to time without time zone',
    ]);
  }, 60_000);

  it('fields of dates and times', async () => {
    const fields =
      'century day decade dow doy epoch hour isodow isoyear julian microseconds millennium milliseconds minute month quarter second timezone timezone_hour timezone_minute week year years'.split(
        ' ',
      );
    const probes = ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'].flatMap((type) => {
      const oid =
        ground()
          .catalog.typesByName.get(type)
          ?.find(({ schema }) => schema === 'pg_catalog')?.oid ?? 0;
      return fields
        .filter((field) => isFieldAlwaysThere(field, oid, false))
        .map((field): Probe => ({
          name: `${field} of ${type}`,
          expressions: (VALUES[type] ?? []).flatMap((value) => [`extract(${field} FROM ${value})`, `date_part('${field}', ${value})`]),
        }));
    });
    expect(probes.length).toBeGreaterThan(60);
    expect((await run(probes)).nulls).toEqual([]);
  });

  it('outputs of set-returning functions', async () => {
    const calls: readonly (readonly [output: string, call: string])[] = [
      ['', "generate_series('1'::int, '3'::int)"],
      ['', "generate_series('2020-01-01'::timestamptz, '2020-01-03', '1 day')"],
      ['', "generate_subscripts('{1,NULL}'::int[], 1)"],
      ['', 'json_object_keys(\'{"a": null}\')'],
      ['', 'jsonb_object_keys(\'{"a": null}\')'],
      ['', "regexp_split_to_table('a,,b', ',')"],
      ['', "regexp_matches('ab', '(x)|b')"],
      ['', "jsonb_path_query('[null]', '$[*]')"],
      ['', "jsonb_path_query_tz('[null]', '$[*]')"],
      ['', "string_to_table('a,,b', ',')"],
      ['value', "json_array_elements('[null]')"],
      ['value', "jsonb_array_elements('[null]')"],
      ['key', 'json_each(\'{"a": null}\')'],
      ['value', 'json_each(\'{"a": null}\')'],
      ['key', 'jsonb_each(\'{"a": null}\')'],
      ['value', 'jsonb_each(\'{"a": null}\')'],
      ['key', 'json_each_text(\'{"a": null}\')'],
      ['key', 'jsonb_each_text(\'{"a": null}\')'],
      ['lexeme', "unnest('a b:1'::tsvector)"],
      ['', "unnest('{[1,2)}'::int4multirange)"],
    ];
    for (const [output, call] of calls) {
      const name = call.slice(0, call.indexOf('('));
      const overloads = builtins().filter((entry) => entry.name === name && entry.returnsSet && isOutputFilled(entry, output, 2));
      expect(overloads.length, call).toBeGreaterThan(0);
      const { rows } = await ground().client.query<{ nulls: string; rows: string }>(
        `SELECT count(*) FILTER (WHERE f.${output === '' ? 'f' : output} IS NULL) AS nulls, count(*) AS rows FROM ${call} f${output === '' ? '(f)' : ''}`,
      );
      expect(rows[0]?.nulls, call).toBe('0');
      expect(Number(rows[0]?.rows), call).toBeGreaterThan(0);
    }
  });

  it('arrays without NULL elements', async () => {
    const calls = [
      "regexp_split_to_array('a,,b', ',')",
      'enum_range(NULL::probe_mood)',
      "enum_range('m2'::probe_mood, NULL)",
      'array_positions(ARRAY[1, NULL], NULL)',
      "tsvector_to_array('a b')",
      'current_schemas(true)',
      "xpath('/a', '<a/>')",
      "parse_ident('a.b')",
      "string_to_array('a,,b', ',')",
      "string_to_array('', '')",
      "string_to_array('ab', NULL)",
    ];
    for (const call of calls) {
      const entry = builtins().find((candidate) => candidate.name === call.slice(0, call.indexOf('(')));
      expect(entry && elementRule(entry, 2), call).toBe('notNull');
      const { rows } = await ground().client.query<{ nulls: string }>(
        `SELECT count(*) FILTER (WHERE e::text IS NULL) AS nulls FROM unnest(${call}) e`,
      );
      expect(rows[0]?.nulls, call).toBe('0');
    }
  });
});
