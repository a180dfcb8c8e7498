/**
 * Random queries that make JSON, over the corpus's schema: for a seed always the same.
 *
 * Each is a statement that PostgreSQL accepts; what an expression gives, and whether it is NULL, is
 * left to chance.
 */
import { createRandom, type Random } from '../support/random.js';

interface From {
  readonly sql: string;
  /** Whole rows, and columns of any type. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

const columnsOf = (alias: string, names: string): readonly string[] => names.split(' ').map((name) => `${alias}.${name}`);

const MEMBER = 'id organization_id email nickname birthday score level boss_id settings roles created_at last_seen';
const PROJECT = 'id lead_id title description state previous_states budget starts_on ends_on labels';
const TASK = 'id assignee_id title done urgency estimate hours due notes position title_length';
const EVERYTHING =
  `id n_bool c_int2 n_int4 c_int8 n_int8 c_oid n_float4 c_float8 n_numeric c_numeric c_money n_text c_char c_single c_name n_citext
  c_uuid n_inet n_cidr c_macaddr n_date c_time n_timetz c_timestamp n_timestamptz n_interval c_json n_jsonb c_bytea n_bit n_xml n_tsvector n_point
  c_pg_lsn c_jsonpath n_hstore c_ltree c_status n_other c_address n_contact n_int4range c_numrange n_tstzrange n_int4multirange counts_with_gaps`
    .trim()
    .split(/\s+/)
    .join(' ');

const FROMS: readonly From[] = [
  { sql: 'members m', rows: ['m'], columns: columnsOf('m', MEMBER) },
  { sql: 'everything e', rows: ['e'], columns: columnsOf('e', EVERYTHING) },
  { sql: 'everything e', rows: ['e', 'e.c_contact', 'e.n_address'], columns: columnsOf('e', EVERYTHING) },
  {
    sql: 'projects p LEFT JOIN members m ON m.id = p.lead_id',
    rows: ['p', 'm'],
    columns: [...columnsOf('p', PROJECT), ...columnsOf('m', MEMBER)],
  },
  {
    sql: 'tasks t FULL JOIN members m ON m.id = t.assignee_id',
    rows: ['t', 'm'],
    columns: [...columnsOf('t', TASK), ...columnsOf('m', MEMBER)],
  },
  {
    sql: "(SELECT id, title, hours, 'x' AS word, NULL::int AS nothing FROM tasks) d JOIN (VALUES (1, 'a'), (NULL, 'b')) v (n, s) ON true",
    rows: ['d', 'v'],
    columns: [...columnsOf('d', 'id title hours word nothing'), 'v.n', 'v.s'],
  },
  {
    sql: 'project_overview o LEFT JOIN LATERAL unnest(ARRAY[1, o.tasks]) WITH ORDINALITY AS u (x, at) ON true',
    rows: ['o', 'u'],
    columns: ['o.id', 'o.title', 'o.state', 'o.hours', 'o.done', 'o.lead_email', 'u.x', 'u.at'],
  },
  {
    sql: '(projects p RIGHT JOIN tasks t USING (title)) AS j LEFT JOIN organization_stats s ON s.members = 0',
    rows: ['j', 's'],
    columns: ['j.title', 's.members', 's.average_score', 's.nicknames', 's.plan'],
  },
  {
    sql: 'billing.invoices i LEFT JOIN vehicles h ON h.wheels = 4',
    rows: ['i', 'h'],
    columns: [...columnsOf('i', 'state previous total fee lines'), 'h.wheels'],
  },
];

const LITERALS: readonly string[] = [
  "'text'",
  '1',
  '1.50',
  'true',
  'NULL::int',
  'NULL::text',
  "'NaN'::float8",
  "'Infinity'::numeric",
  '9007199254740993',
  "'{}'::int[]",
  "DATE 'infinity'",
];

class Writer {
  private aliases = 0;

  constructor(
    private readonly random: Random,
    private readonly from: From,
    /** SQL's own constructors, from PostgreSQL 16 on. */
    private readonly standard: boolean,
  ) {}

  /** A value of any type. */
  value(depth: number): string {
    const { random } = this;
    if (depth <= 0 || random.chance(0.35)) return this.plain();
    if (random.chance(0.1)) return `ARRAY[${this.plain()}::text, 'x']`;
    if (random.chance(0.08)) return `ROW(${this.plain()}, ${this.value(depth - 1)})`;
    return this.json(depth - 1, random.chance(0.5));
  }

  private plain(): string {
    const { random, from } = this;
    if (random.chance(0.2)) return random.pick(from.rows) ?? '1';
    return (random.chance(0.8) ? random.pick(from.columns) : random.pick(LITERALS)) ?? '1';
  }

  /** json, or jsonb. */
  json(depth: number, binary: boolean): string {
    const { random } = this;
    const b = binary ? 'b' : '';
    const inner = (): string => this.json(depth - 1, binary);
    const kinds: readonly (() => string)[] = [
      () => `to_json${b}(${this.typed(this.value(depth - 1))})`,
      () => `json${b}_build_object(${this.pairs(depth)})`,
      () => `json${b}_build_object(${this.pairs(depth)})`,
      () => `json${b}_build_array(${this.list(depth)})`,
      () => this.aggregate(depth, b),
      () => this.aggregate(depth, b),
    ];
    const deeper: readonly (() => string)[] = [
      () => `coalesce(${inner()}, ${random.pick(["'[]'", "'{}'", "'null'"]) ?? ''}${random.chance(0.2) ? `, ${inner()}` : ''})`,
      () => `CASE WHEN ${this.condition()} THEN ${inner()} ${random.chance(0.7) ? `ELSE ${inner()} ` : ''}END`,
      () => `json${b}_strip_nulls(${inner()})`,
      () => `(json${b}_build_object(${this.pairs(depth)}) -> 'a')`,
      () => `(SELECT json${b}_agg(e) FROM json${b}_array_elements(json${b}_build_array(${this.list(depth)})) e)`,
      () => `(SELECT json${b}_agg(v) FROM json${b}_each(json${b}_build_object(${this.pairs(depth)})) e (k, v))`,
      () => `${this.json(depth - 1, !binary)}::json${b}`,
      () => `${inner()}::text::json${b}`,
      ...(binary
        ? [
            (): string => `(${inner()} || ${inner()})`,
            (): string => `(jsonb_build_object(${this.pairs(depth)}) - 'a')`,
            (): string => `nullif(${inner()}, '[]')`,
            (): string => `jsonb_set(jsonb_build_object(${this.pairs(depth)}), '{a}', ${inner()}${random.chance(0.3) ? ', false' : ''})`,
            (): string => `jsonb_set(jsonb_build_object('b', jsonb_build_object(${this.pairs(depth)})), '{b,a}', ${inner()})`,
            (): string => `(${inner()} #> '{a}')`,
          ]
        : []),
      ...(this.standard ? [(): string => this.standardJson(depth, b)] : []),
    ];
    const all = depth > 0 ? [...kinds, ...deeper] : kinds.slice(0, 4);
    return (random.pick(all) ?? (() => `'{}'::json${b}`))();
  }

  /** A literal needs a type where any is taken. */
  private typed(value: string): string {
    return value.startsWith("'") && !value.includes('::') ? `${value}::text` : value;
  }

  private pairs(depth: number): string {
    const { random } = this;
    const dynamic = random.chance(0.08);
    return Array.from({ length: 1 + random.below(4) }, (_, index) => {
      const key = dynamic
        ? `coalesce(${this.plain()}::text, 'none')`
        : (random.pick(["'a'", "'b'", "'__proto__'", "'the key'", `'k${index}'`]) ?? "'a'");
      return `${key}, ${this.value(depth - 1)}`;
    }).join(', ');
  }

  private list(depth: number): string {
    return Array.from({ length: this.random.below(4) }, () => this.value(depth - 1)).join(', ');
  }

  private condition(): string {
    const { random, from } = this;
    const column = random.pick(from.columns) ?? '1';
    return (
      random.pick([
        `${column} IS NOT NULL`,
        `${column} IS NULL`,
        'random() > 0.5',
        'now() IS NOT NULL',
        `${random.pick(from.rows) ?? 'NULL'} IS DISTINCT FROM NULL`,
      ]) ?? 'true'
    );
  }

  /** A subquery that gathers rows, of a table of its own or of one around it. */
  private aggregate(depth: number, b: string): string {
    const { random } = this;
    const from = random.pick(FROMS.slice(0, 5)) ?? FROMS[0];
    if (from === undefined) return `'[]'::json${b}`;
    const tag = `_${++this.aliases}${depth}`;
    const renamed = renameAliases(from, tag);
    const writer = new Writer(random, renamed, this.standard);
    writer.aliases = this.aliases * 10;
    const value = writer.value(depth - 1);
    const filter = random.chance(0.3) ? ` FILTER (WHERE ${writer.condition()})` : '';
    // A condition alone may look out: an aggregate of nothing but outer columns would be the outer query's.
    const where = random.chance(0.3) ? ` WHERE ${(random.chance(0.5) ? writer : this).condition()}` : '';
    const call = random.chance(0.75)
      ? `json${b}_agg(${writer.typed(value)})`
      : `json${b}_object_agg(coalesce(${writer.plain()}::text, 'none'), ${writer.typed(value)})`;
    return `(SELECT ${call}${filter} FROM ${renamed.sql}${where})`;
  }

  private standardJson(depth: number, b: string): string {
    const { random } = this;
    const returning = ` RETURNING json${b}`;
    const onNull = random.pick(['', ' ABSENT ON NULL', ' NULL ON NULL']) ?? '';
    if (random.chance(0.5))
      return `JSON_ARRAY(${this.typed(this.value(depth - 1))}, ${this.typed(this.value(depth - 1))}${onNull}${returning})`;
    return `JSON_OBJECT('a': ${this.typed(this.value(depth - 1))}, ${random.pick(["'a'", "'b'"]) ?? "'c'"}: ${this.typed(this.value(depth - 1))}${onNull}${returning})`;
  }
}

/** The same FROM under names of its own. */
function renameAliases(from: From, tag: string): From {
  const aliases = new Set(from.rows.map((row) => row.split('.')[0] ?? row));
  const pattern = new RegExp(`(?<![\\w.'])(${[...aliases].join('|')})(?=[. ]|$)`, 'g');
  const change = (text: string): string => text.replace(pattern, `$1${tag}`);
  return { sql: change(from.sql), rows: from.rows.map(change), columns: from.columns.map(change) };
}

function statement(random: Random, standard: boolean): string {
  const from = random.pick(FROMS) ?? FROMS[0];
  if (from === undefined) return 'SELECT 1';
  const writer = new Writer(random, from, standard);
  const binary = random.chance(0.5);
  const b = binary ? 'b' : '';
  const one = (): string => writer.json(3, binary);
  const limit = 'LIMIT 20';
  const forms: readonly (() => string)[] = [
    () => `SELECT ${one()} AS j, ${writer.json(2, !binary)} AS k FROM ${from.sql} ${limit}`,
    () =>
      `SELECT x.j, to_json${b}(x) AS whole FROM (SELECT ${one()} AS j, ${random.pick(from.columns) ?? '1'} AS c FROM ${from.sql} ${limit}) x`,
    () =>
      `WITH w AS (SELECT ${one()} AS j, 1 AS n FROM ${from.sql} ${limit}) SELECT a.j, json${b}_build_object('b', b.j, 'w', b) AS k FROM w a LEFT JOIN w b ON b.n = 2 ${limit}`,
    () => `(SELECT ${one()} AS j FROM ${from.sql} ${limit}) UNION ALL (SELECT ${one()} FROM ${from.sql} ${limit})`,
    () =>
      `SELECT json${b}_agg(${one()}) AS j, json${b}_object_agg(1, ${random.pick(from.columns) ?? '1'}) AS k FROM (SELECT * FROM ${from.sql} ${limit}) AS ${from.rows[0] ?? 'x'}`,
    () => `SELECT ARRAY(SELECT ${one()} FROM ${from.sql} ${limit}) AS j, array_agg(${one()}) OVER () AS k FROM ${from.sql} ${limit}`,
    () =>
      `SELECT json${b}_agg(${random.pick(from.rows) ?? '1'}) OVER (ORDER BY 1 ROWS 1 PRECEDING) AS j, lag(${one()}) OVER () AS k FROM ${from.sql} ${limit}`,
  ];
  // Of a derived table only the first's columns have a name of their own.
  const usable = from.rows.length === 1 && !from.sql.includes('(') ? forms : forms.filter((_form, index) => index !== 4);
  return (random.pick(usable) ?? (() => 'SELECT 1'))();
}

/** A file of `count` queries. */
export function jsonQueries(seed: number, count: number, standard: boolean): string {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed * 100_003 + index);
    return `-- name: JsonRandom${seed}n${index} :many\n${statement(random, standard)};\n`;
  }).join('\n');
}
