/** Random queries and writes over a few small tables, by seed: joins of every kind, conditions, expressions, groups, subqueries. */

import { randomNumbers } from '../../support/random.js';

export const RANDOM_SCHEMA = `
CREATE TABLE t1 (a int PRIMARY KEY, b int, c text, d text NOT NULL, e boolean, j jsonb);
CREATE TABLE t2 (a int PRIMARY KEY, b int UNIQUE, c text, d text NOT NULL, e boolean NOT NULL, j jsonb NOT NULL);
CREATE TABLE t3 (a int NOT NULL, b int NOT NULL, c text, d text, e boolean, j jsonb, PRIMARY KEY (a, b), FOREIGN KEY (a) REFERENCES t1 ON DELETE CASCADE);
CREATE TABLE t4 (a int PRIMARY KEY, b int, c text, d text NOT NULL, e boolean, j jsonb);
CREATE UNIQUE INDEX ON t1 (b) WHERE e;
CREATE VIEW v1 AS SELECT t1.a, t2.b, t2.c, t1.d, t2.e, t1.j FROM t1 LEFT JOIN t2 ON t2.a = t1.b;
INSERT INTO t1 VALUES (1, NULL, 'x', '', NULL, '{"k": 1}'), (2, 2, NULL, 'y', true, NULL), (3, 1, '', 'x', false, 'null'), (4, NULL, NULL, 'z', NULL, '[]');
INSERT INTO t2 VALUES (1, NULL, NULL, 'x', true, '{}'), (2, 3, 'y', '', false, '{"k": null}'), (5, 1, 'x', 'y', true, '[1]');
INSERT INTO t3 VALUES (1, 1, NULL, NULL, NULL, NULL), (1, 2, 'x', NULL, true, '{}'), (3, 2, '', 'x', false, NULL);
`;

type Kind = 'int' | 'text' | 'bool' | 'json' | 'ints';

interface Column {
  readonly sql: string;
  readonly kind: Kind;
}

const COLUMNS: readonly (readonly [name: string, kind: Kind])[] = [
  ['a', 'int'],
  ['b', 'int'],
  ['c', 'text'],
  ['d', 'text'],
  ['e', 'bool'],
  ['j', 'json'],
];

/** One statement; PostgreSQL refuses a few, such as a FULL JOIN that it cannot hash. */
export function randomQuery(seed: number): string {
  return new Generator(seed).statement();
}

/** A star over tables joined by USING, NATURAL and ON, some names in several of them. */
export function randomStar(seed: number): string {
  return new Generator(seed).star();
}

function columnsOf(alias: string): readonly Column[] {
  return COLUMNS.map(([name, kind]) => ({ sql: `${alias}.${name}`, kind }));
}

interface Query {
  readonly sql: string;
  readonly kinds: readonly Kind[];
}

interface From {
  readonly sql: string;
  readonly columns: readonly Column[];
}

class Generator {
  private readonly next: () => number;
  private aliases = 0;
  private readonly ctes: { readonly name: string; readonly kinds: readonly Kind[] }[] = [];

  constructor(seed: number) {
    this.next = randomNumbers(seed);
  }

  private pick<T>(options: readonly [T, ...T[]]): T {
    return options[Math.floor(this.next() * options.length)] ?? options[0];
  }

  private chance(probability: number): boolean {
    return this.next() < probability;
  }

  private alias(): string {
    return `q${++this.aliases}`;
  }

  statement(): string {
    if (this.chance(0.85)) return this.query(3, []).sql;
    return this.chance(0.4) ? this.insert() : this.change();
  }

  private change(): string {
    const table = this.pick(['t1', 't2', 't3']);
    const alias = this.alias();
    const own = columnsOf(alias);
    const from = this.chance(0.5) ? this.from(2, []) : { sql: '', columns: [] };
    const where = ` WHERE ${this.condition(2, [...own, ...from.columns])}`;
    const update = this.chance(0.5);
    const head = update ? `UPDATE ${table} ${alias} SET ${this.assignments([...own, ...from.columns])}` : `DELETE FROM ${table} ${alias}`;
    const list = from.sql === '' ? '' : ` ${update ? 'FROM' : 'USING'} ${from.sql}`;
    return `${head}${list}${where} RETURNING ${this.returned([...own, ...columnsOf('old'), ...columnsOf('new'), ...from.columns])}`;
  }

  private insert(): string {
    const table = this.pick(['t1', 't2', 't4']);
    const alias = this.alias();
    const from = this.from(2, []);
    // Now a row that is there, now one that is not; and what refuses NULL gets none.
    const [key, label, active] = [this.pick(['1', '2', '70']), this.written('text', from.columns), this.written('bool', from.columns)];
    const rest = COLUMNS.filter(([name]) => (name === 'b' ? table === 't4' : name === 'c' || (name === 'j' && table !== 't2'))).filter(() =>
      this.chance(0.7),
    );
    const given = [
      key,
      `COALESCE(${label}, 'l')`,
      `COALESCE(${active}, true)`,
      ...(table === 't2' ? ["'{}'"] : []),
      ...rest.map(([, kind]) => this.written(kind, from.columns)),
    ];
    const names = ['a', 'd', 'e', ...(table === 't2' ? ['j'] : []), ...rest.map(([name]) => name)];
    const conflict = this.pick(['', ' ON CONFLICT DO NOTHING', 'update']);
    const both = [...columnsOf(alias), ...columnsOf('excluded')];
    const where = this.chance(0.5) ? ` WHERE ${this.condition(1, both)}` : '';
    const handled = conflict === 'update' ? ` ON CONFLICT (a) DO UPDATE SET ${this.assignments(both)}${where}` : conflict;
    const shown = this.returned([...columnsOf(alias), ...columnsOf('old'), ...columnsOf('new')]);
    return `INSERT INTO ${table} AS ${alias} (${names.join(', ')}) SELECT ${given.join(', ')} FROM ${from.sql} LIMIT 1${handled} RETURNING ${shown}`;
  }

  private assignments(columns: readonly Column[]): string {
    const [first, ...others] = [
      ['c', 'text'],
      ['e', 'bool'],
      ['j', 'json'],
    ] as const;
    return [first, ...others.filter(() => this.chance(0.3))].map(([name, kind]) => `${name} = ${this.written(kind, columns)}`).join(', ');
  }

  /** A value for a column, often one that cannot be NULL. */
  private written(kind: Kind, columns: readonly Column[]): string {
    const value = this.expression(kind, 1, columns);
    const instead = { int: '9', text: "'w'", bool: 'false', json: "'{}'", ints: "'{}'" }[kind];
    return this.chance(0.4) ? `COALESCE(${value}, ${instead})` : value;
  }

  private returned(columns: readonly Column[]): string {
    return Array.from({ length: 4 }, (_item, index) => `${this.expression(this.kind(), 1, columns)} AS r${index + 1}`).join(', ');
  }

  star(): string {
    const item = (depth: number): string => {
      const nested = depth > 0 && this.chance(0.3);
      if (nested) return `(${this.tables(() => item(depth - 1), 1)})${this.chance(0.3) ? ` AS ${this.alias()}` : ''}`;
      const alias = this.alias();
      return this.chance(0.2)
        ? `(SELECT a, d AS ${this.pick(['x', 'b', '"Y"'])} FROM t1) ${alias}`
        : `${this.pick(['t1', 't2', 't3', 't4', 'v1'])} ${alias}`;
    };
    const lists = Array.from({ length: this.pick([1, 1, 1, 2]) }, () => this.tables(() => item(1), 2));
    const stars = this.pick(['*', '*', '*, 1 AS one', `q1.*, *`]);
    return `SELECT ${stars} FROM ${lists.join(', ')}`;
  }

  private tables(item: () => string, most: number): string {
    let sql = item();
    for (let more = 1 + Math.floor(this.next() * most); more > 0; more--) {
      const kind = this.pick(['', 'LEFT ', 'RIGHT ', 'FULL ', 'NATURAL ', 'NATURAL LEFT ', 'NATURAL FULL ', 'CROSS ']);
      const using =
        kind.startsWith('NATURAL') || kind === 'CROSS '
          ? ''
          : this.pick([' USING (a)', ' USING (a, d)', ` USING (a) AS ${this.alias()}`, kind === 'FULL ' ? ' USING (a)' : ' ON true']);
      sql = `${sql} ${kind}JOIN ${item()}${using}`;
    }
    return sql;
  }

  private query(depth: number, outer: readonly Column[]): Query {
    if (depth > 1 && this.chance(0.15)) {
      const left = this.select(depth - 1, outer);
      const right = this.select(depth - 1, outer, left.kinds);
      return { sql: `(${left.sql}) ${this.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'])} (${right.sql})`, kinds: left.kinds };
    }
    if (depth > 2 && this.chance(0.25)) {
      const cte = this.query(depth - 1, outer);
      const name = this.alias();
      const names = cte.kinds.map((_kind, index) => `c${index + 1}`);
      this.ctes.push({ name, kinds: cte.kinds });
      const main = this.select(depth - 1, outer);
      this.ctes.pop();
      return { sql: `WITH ${name}(${names.join(', ')}) AS (${cte.sql}) ${main.sql}`, kinds: main.kinds };
    }
    return this.select(depth, outer);
  }

  private select(depth: number, outer: readonly Column[], wanted?: readonly Kind[]): Query {
    const from = this.chance(0.04) ? { sql: '', columns: [] } : this.from(depth, outer);
    const columns = from.columns.length > 0 ? from.columns : [];
    const scope = [...columns, ...outer];
    const where = this.chance(0.45) ? ` WHERE ${this.condition(depth, scope)}` : '';
    const head = from.sql === '' ? '' : ` FROM ${from.sql}`;
    const kinds = wanted ?? Array.from({ length: 1 + Math.floor(this.next() * 4) }, () => this.kind());
    if (from.sql !== '' && this.chance(0.25)) return this.grouped(depth, kinds, columns, head + where);
    const items = kinds.map((kind, index) => {
      const window = from.sql !== '' && this.chance(0.1) ? this.window(kind, columns) : undefined;
      return `${window ?? this.expression(kind, depth, scope)} AS r${index + 1}`;
    });
    const distinct = this.chance(0.1) && !kinds.includes('json') ? 'DISTINCT ' : '';
    const limit = this.chance(0.1) ? ` LIMIT ${this.pick(['1', '2', '0'])}` : '';
    return { sql: `SELECT ${distinct}${items.join(', ')}${head}${where}${limit}`, kinds };
  }

  private grouped(depth: number, kinds: readonly Kind[], columns: readonly Column[], rest: string): Query {
    const keys = columns.filter((column) => column.kind !== 'json' && this.chance(0.25));
    const listed = keys.map((key) => key.sql).join(', ');
    const clause =
      keys.length === 0
        ? ''
        : ` GROUP BY ${this.pick([listed, listed, listed, `ROLLUP (${listed})`, `GROUPING SETS ((${listed}), (${keys[0]?.sql ?? ''}))`])}`;
    const items = kinds.map((kind, index) => {
      const key = keys.find((candidate) => candidate.kind === kind);
      return `${key !== undefined && this.chance(0.5) ? this.wrap(key) : this.aggregate(kind, depth, columns)} AS r${index + 1}`;
    });
    const having = this.chance(0.2) ? ` HAVING ${this.pick([`${this.aggregate('int', depth, columns)} > 0`, 'count(*) > 0'])}` : '';
    return { sql: `SELECT ${items.join(', ')}${rest}${clause}${having}`, kinds };
  }

  private window(kind: Kind, columns: readonly Column[]): string | undefined {
    const value = this.column(kind, columns);
    const order = this.column('int', columns);
    if (value === undefined || order === undefined || kind === 'json' || kind === 'ints') return undefined;
    const frame = this.pick([
      '',
      '',
      ' ROWS BETWEEN 1 PRECEDING AND CURRENT ROW',
      ' ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING',
      ' ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW',
      ' RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING',
      ' GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING EXCLUDE TIES',
    ]);
    const over = `OVER (${this.chance(0.3) ? `PARTITION BY ${value} ` : ''}ORDER BY ${order}${frame})`;
    const call = kind === 'bool' ? 'bool_or' : this.pick(['first_value', 'last_value', 'lag', 'lead', 'max']);
    return `${call}(${value}) ${over}`;
  }

  private wrap(column: Column): string {
    if (this.chance(0.6)) return column.sql;
    return {
      int: `${column.sql} + 1`,
      text: `upper(${column.sql})`,
      bool: `NOT ${column.sql}`,
      json: column.sql,
      ints: `${column.sql} || 1`,
    }[column.kind];
  }

  private aggregate(kind: Kind, depth: number, columns: readonly Column[]): string {
    const filter = this.chance(0.15) ? ` FILTER (WHERE ${this.condition(1, columns)})` : '';
    const inner = (of: Kind): string => this.expression(of, Math.min(depth, 1), columns);
    switch (kind) {
      case 'int':
        return this.pick([
          () => `count(*)${filter}`,
          () => `max(${inner('int')})${filter}`,
          () => `sum(${inner('int')})${filter}::int`,
          () => `COALESCE(min(${inner('int')})${filter}, 0)`,
        ])();
      case 'text':
        return this.pick([
          () => `min(${inner('text')})${filter}`,
          () => `string_agg(${inner('text')}, ',')${filter}`,
          () => `COALESCE(max(${inner('text')})${filter}, '')`,
        ])();
      case 'ints':
        return this.pick([
          () => `array_agg(${inner('int')})${filter}`,
          () => `COALESCE(array_agg(${inner('int')})${filter}, '{}')`,
          () => `max(${inner('ints')})${filter}`,
        ])();
      case 'bool':
        return this.pick([() => `bool_or(${inner('bool')})${filter}`, () => `count(*)${filter} > 1`])();
      default:
        return this.pick([() => `jsonb_agg(${inner('text')})${filter}`, () => `to_jsonb(count(${inner('int')})${filter})`])();
    }
  }

  private kind(): Kind {
    return this.pick(['int', 'int', 'text', 'text', 'bool', 'json', 'ints']);
  }

  private from(depth: number, outer: readonly Column[]): From {
    let from = this.item(depth, outer);
    for (let more = Math.floor(this.next() * (depth + 1)); more > 0; more--) {
      if (this.chance(0.15)) {
        const lateral = this.lateral(depth, [...from.columns, ...outer]);
        from = { sql: `${from.sql} ${lateral.sql}`, columns: [...from.columns, ...lateral.columns] };
        continue;
      }
      const right = this.chance(0.3) && depth > 1 ? this.parenthesised(depth - 1, outer) : this.item(depth, outer);
      const kind = this.pick(['JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN']);
      const columns = [...from.columns, ...right.columns];
      const on = kind === 'CROSS JOIN' ? '' : ` ON ${this.joinCondition(kind, from.columns, right.columns, outer)}`;
      from = { sql: `${from.sql} ${kind} ${right.sql}${on}`, columns };
    }
    return from;
  }

  private parenthesised(depth: number, outer: readonly Column[]): From {
    const inner = this.from(depth, outer);
    return { sql: / JOIN /.test(inner.sql) && !inner.sql.startsWith('(') ? `(${inner.sql})` : inner.sql, columns: inner.columns };
  }

  private joinCondition(kind: string, left: readonly Column[], right: readonly Column[], outer: readonly Column[]): string {
    const a = this.column('int', left) ?? '1';
    const b = this.column('int', right) ?? '1';
    if (kind === 'FULL JOIN') return `${a} = ${b}`;
    if (this.chance(0.5)) return `${a} = ${b}`;
    if (this.chance(0.3)) return 'true';
    const condition = this.condition(1, [...left, ...right, ...outer]);
    return this.chance(0.5) ? `${a} = ${b} AND ${condition}` : condition;
  }

  private lateral(depth: number, scope: readonly Column[]): From {
    const query = this.query(Math.max(1, depth - 1), scope);
    const alias = this.alias();
    const names = query.kinds.map((_kind, index) => `c${index + 1}`);
    const columns = query.kinds.map((kind, index): Column => ({ sql: `${alias}.c${index + 1}`, kind }));
    const subselect = `LATERAL (${query.sql}) AS ${alias}(${names.join(', ')})`;
    return { sql: this.pick([`CROSS JOIN ${subselect}`, `LEFT JOIN ${subselect} ON true`]), columns };
  }

  private item(depth: number, outer: readonly Column[]): From {
    const alias = this.alias();
    const cte = this.ctes.at(-1);
    if (cte !== undefined && this.chance(0.5)) {
      return { sql: `${cte.name} ${alias}`, columns: cte.kinds.map((kind, index) => ({ sql: `${alias}.c${index + 1}`, kind })) };
    }
    if (depth > 1 && this.chance(0.25)) {
      const query = this.query(depth - 1, outer);
      const names = query.kinds.map((_kind, index) => `c${index + 1}`);
      return {
        sql: `(${query.sql}) AS ${alias}(${names.join(', ')})`,
        columns: query.kinds.map((kind, index) => ({ sql: `${alias}.c${index + 1}`, kind })),
      };
    }
    if (this.chance(0.1)) return this.merged();
    if (this.chance(0.1)) return this.series(outer);
    const table = this.pick(['t1', 't1', 't2', 't2', 't3', 't4', 'v1']);
    return { sql: `${table} ${alias}`, columns: columnsOf(alias) };
  }

  /** Tables joined by USING or NATURAL, under an alias that renames all columns. */
  private merged(): From {
    const alias = this.alias();
    const kind = this.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
    const using = this.pick([['a'], ['a', 'b'], ['d', 'a']]);
    const rest = COLUMNS.filter(([name]) => !using.includes(name));
    const kinds = [
      ...using.map((name) => COLUMNS.find(([other]) => other === name)?.[1] ?? 'int'),
      ...rest.map(([, type]) => type),
      ...rest.map(([, type]) => type),
    ];
    const names = kinds.map((_kind, index) => `c${index + 1}`);
    return {
      sql: `(${this.pick(['t1', 't2', 'v1'])} ${kind} ${this.pick(['t3', 't4'])} USING (${using.join(', ')})) AS ${alias}(${names.join(', ')})`,
      columns: kinds.map((type, index) => ({ sql: `${alias}.c${index + 1}`, kind: type })),
    };
  }

  private series(outer: readonly Column[]): From {
    const alias = this.alias();
    const int = (): string => this.expression('int', 1, outer);
    const call = this.pick([
      () => `unnest(ARRAY[${int()}, ${int()}])`,
      () => `generate_series(${int()}, 2)`,
      () => `ROWS FROM (unnest(ARRAY[${int()}, 1]), generate_series(1, ${this.pick(['1', '3'])}))`,
    ])();
    return { sql: `${call} WITH ORDINALITY AS ${alias}(c1)`, columns: [{ sql: `${alias}.c1`, kind: 'int' }] };
  }

  private column(kind: Kind, scope: readonly Column[]): string | undefined {
    const fitting = scope.filter((column) => column.kind === kind);
    return fitting[Math.floor(this.next() * fitting.length)]?.sql;
  }

  private condition(depth: number, scope: readonly Column[]): string {
    const int = (): string => this.expression('int', depth - 1, scope);
    const text = (): string => this.expression('text', depth - 1, scope);
    const again = (): string => this.condition(depth - 1, scope);
    const simple: readonly [() => string, ...(() => string)[]] = [
      () => `${int()} ${this.pick(['=', '<>', '<', '>='])} ${int()}`,
      () => `${text()} ${this.pick(['=', '<>', 'LIKE', '~'])} ${text()}`,
      () => `${this.any(scope)} IS NOT NULL`,
      () => `${this.any(scope)} IS NULL`,
      () => `${int()} ${this.pick(['IN', 'NOT IN'])} (1, ${int()})`,
      () => `${int()} ${this.pick(['BETWEEN', 'NOT BETWEEN', 'BETWEEN SYMMETRIC'])} ${int()} AND ${int()}`,
      () => `${int()} ${this.pick(['= ANY', '<> ALL', '> ALL'])} (ARRAY[${this.pick(['1, 2', '1, NULL', ''])}]::int[])`,
      () => `${int()} IS ${this.pick(['DISTINCT', 'NOT DISTINCT'])} FROM ${int()}`,
      () => this.column('bool', scope) ?? 'true',
      () => `(${int()}, ${text()}) ${this.pick(['=', '<>', '<'])} (${int()}, ${text()})`,
      () => `${this.pick(['num_nulls', 'num_nonnulls'])}(${int()}, ${text()}) ${this.pick(['=', '<', '>='])} ${this.pick(['0', '1', '2'])}`,
      () => `ARRAY[${int()}, ${int()}] ${this.pick(['&&', '@>', '<@'])} ARRAY[${int()}]`,
      () => `COALESCE(${int()}, ${this.pick(['0', '1'])}) ${this.pick(['=', '<>', '>', '<='])} ${this.pick(['0', '1'])}`,
    ];
    if (depth <= 0) return this.pick(simple)();
    const compound: readonly (() => string)[] = [
      () => `(${again()} AND ${again()})`,
      () => `(${again()} AND ${again()})`,
      () => `(${again()} OR ${again()})`,
      () => `NOT (${again()})`,
      () => `(${again()}) IS ${this.pick(['TRUE', 'FALSE', 'NOT TRUE', 'NOT FALSE', 'UNKNOWN', 'NOT UNKNOWN'])}`,
      () => `CASE WHEN ${again()} THEN ${again()} ELSE ${this.pick([again(), 'true', 'false', 'NULL'])} END`,
      () => `COALESCE(${again()}, ${this.pick(['true', 'false', 'NULL'])})`,
      () => `${this.pick(['', 'NOT '])}EXISTS (${this.query(1, scope).sql})`,
      () => `${int()} ${this.pick(['IN', 'NOT IN'])} (${this.intQuery(scope)})`,
      () => `${int()} ${this.pick(['= ANY', '> ALL', '<> ALL'])} (${this.intQuery(scope)})`,
      () => `(${this.countQuery(scope)}) ${this.pick(['>', '>=', '=', '<>', '<'])} ${this.pick(['0', '1'])}`,
    ];
    return this.pick([...simple, ...compound])();
  }

  private intQuery(scope: readonly Column[]): string {
    return this.select(1, scope, ['int']).sql;
  }

  private countQuery(scope: readonly Column[]): string {
    const { sql, columns } = this.from(1, scope);
    const clause = this.pick(['', '', ' GROUP BY ()', ' HAVING true', ' LIMIT 1', ' OFFSET 1']);
    return `SELECT count(${this.pick(['*', '*', this.column('int', columns) ?? '*'])}) FROM ${sql} WHERE ${this.condition(1, [...columns, ...scope])}${clause}`;
  }

  private any(scope: readonly Column[]): string {
    return this.expression(this.kind(), 0, scope);
  }

  private expression(kind: Kind, depth: number, scope: readonly Column[]): string {
    if (depth <= 0 || this.chance(0.5)) return this.leaf(kind, scope);
    const again = (of: Kind = kind): string => this.expression(of, depth - 1, scope);
    const common: readonly (() => string)[] = [
      () => `COALESCE(${again()}, ${again()})`,
      () => `CASE WHEN ${this.condition(depth - 1, scope)} THEN ${again()} ELSE ${again()} END`,
      () => `CASE WHEN ${this.condition(depth - 1, scope)} THEN ${again()} END`,
      () => (kind === 'json' ? again() : `NULLIF(${again()}, ${again()})`),
      () => (kind === 'json' || kind === 'bool' ? again() : `GREATEST(${again()}, ${again()})`),
      () => `(${this.select(1, scope, [kind]).sql} LIMIT 1)`.replace(/ LIMIT \d+ LIMIT 1\)$/, ' LIMIT 1)'),
    ];
    const own: Readonly<Record<Kind, readonly (() => string)[]>> = {
      int: [
        () => `(${again('ints')})[${this.pick(['1', '2'])}]`,
        () => `cardinality(${again('ints')})`,
        () => `(${again()} + ${again()})`,
        () => `(- ${again()})`,
        () => `length(${again('text')})`,
        () => `abs(${again()})`,
        () => `(${again('json')} ->> 'k')::int`,
      ],
      text: [
        () => `array_to_string(${again('ints')}, ',')`,
        () => `(${again()} || ${again()})`,
        () => `lower(${again()})`,
        () => `concat(${again()}, ${again()})`,
        () => `${again('int')}::text`,
        () => `(${again('json')} ->> 'k')`,
      ],
      bool: [() => `(${this.condition(depth - 1, scope)})`, () => `(${again('int')} = ANY (${again('ints')}))`],
      ints: [
        () => `ARRAY[${again('int')}, ${again('int')}]`,
        () => `array_append(${again()}, ${again('int')})`,
        () => `array_remove(${again()}, ${again('int')})`,
        () => `(${again()} || ${again('int')})`,
        () => `(${again('int')} || ${again()})`,
        () => `(${again()} || ${again()})`,
        () => `(${again()})[1:1]`,
        () => `ARRAY(${this.intQuery(scope)})`,
        () =>
          `string_to_array(${this.pick(["'1,2'", "'1,,2'"])}, ',', ${this.pick(["''", 'NULL'])})::int[]`.replace(
            "'1,,2', ',', NULL",
            "'1,2', ',', NULL",
          ),
      ],
      json: [() => `to_jsonb(${again('text')})`, () => `jsonb_build_object('a', ${again('text')})`, () => `(${again()} -> 'k')`],
    };
    const [first = again, ...others] = [...common, ...own[kind]];
    return this.pick([first, ...others])();
  }

  private leaf(kind: Kind, scope: readonly Column[]): string {
    const column = this.chance(0.85) ? this.column(kind, scope) : undefined;
    if (column !== undefined) return column;
    const literals: Readonly<Record<Kind, readonly [string, ...string[]]>> = {
      int: ['1', '2', '0', 'NULL::int'],
      text: ["'x'::text", "''::text", 'NULL::text'],
      bool: ['true', 'false', 'NULL::boolean'],
      ints: ["'{1,2}'::int[]", "'{}'::int[]", "'{1,NULL}'::int[]", 'ARRAY[]::int[]', 'NULL::int[]'],
      json: ['\'{"k": 1}\'::jsonb', "'null'::jsonb", 'NULL::jsonb'],
    };
    return this.pick(literals[kind]);
  }
}
