/** Values: columns, constants, calls, and queries that make one. */
import { ident, inside, type Column, type Context, type Pen, type Range, type Type } from './pen.js';
import { parameterMark } from '../text.js';

/** A value, and the column that it makes, by the name that PostgreSQL gives it. */
export interface Expression extends Column {
  readonly sql: string;
}

/** What an expression can use. */
export interface Place {
  readonly ranges: readonly Range[];
  readonly context: Context;
  /** Whether the rows around it are filtered, so that a query in it can be tied to them. */
  readonly filtered: readonly Range[];
}

const CONSTANTS: Readonly<Record<Type, readonly [string, ...string[]]>> = {
  int: ['1', '2', '3', '1001', '1002', '2001', '0', 'NULL::int'],
  text: ["'a1'", "'a2'", "'m1'", "'z1'", "''", 'NULL::text'],
  bool: ['true', 'false', 'NULL::bool'],
  ints: ["'{1,2}'::int[]", 'ARRAY[1001]', "'{}'::int[]"],
};

export const TYPES: readonly [Type, ...Type[]] = ['int', 'text', 'bool', 'ints'];

/** References to the columns of one type that these ranges have. */
export function columnsOf(ranges: readonly Range[], type: Type): readonly { readonly range: Range; readonly column: Column }[] {
  return ranges.flatMap((range) => range.columns.filter((column) => column.type === type).map((column) => ({ range, column })));
}

/** A column as it comes up: an outer query's says nothing of this query's own rows, so that no filter over it is about them. */
function seen({ context }: Place, { range, column }: ReturnType<typeof columnsOf>[number]): Column {
  return context.outer.includes(range) ? { ...column, listed: false, raw: false, team: false } : column;
}

export function reference(pen: Pen, range: Range, column: Column): string {
  // Where another range has the name as well, PostgreSQL says that it is ambiguous, or takes the nearer one.
  if (pen.dice.once(30)) return ident(column.name);
  if (pen.dice.once(40)) return `(${ident(range.alias)}).${ident(column.name)}`;
  return `${ident(range.alias)}.${ident(column.name)}`;
}

export function constant(pen: Pen, type: Type): string {
  const literal = pen.dice.pick(CONSTANTS[type]);
  if (pen.dice.once(10) && (type === 'int' || type === 'text')) {
    pen.form('parameter');
    return parameterMark(pen.fresh('p'), type, literal);
  }
  return type === 'text' && literal.startsWith("'") ? `${literal}::text` : literal;
}

function plain(sql: string, type: Type, name: string): Expression {
  return { sql, type, name, coloured: false, listed: false, team: false };
}

export function expression(pen: Pen, place: Place, type: Type): Expression {
  const found = pen.dice.any(columnsOf(place.ranges, type));
  const way = pen.dice.weigh<'column' | 'constant' | 'computed' | 'query' | 'call'>([
    [10, 'column'],
    [2, 'constant'],
    [3, 'computed'],
    [2, 'query'],
    [1, 'call'],
  ]);
  if (found && way === 'column') {
    return { ...seen(place, found), sql: reference(pen, found.range, found.column) };
  }
  if (way === 'query' && place.context.depth > 0) {
    const query = valueQuery(pen, place, type);
    if (query) return query;
  }
  if (way === 'call' && type === 'text' && pen.slip()) {
    pen.form('read by name');
    return plain(
      `${pen.dice.pick(["query_to_xml('SELECT title FROM docs ORDER BY 1', true, false, '')", "table_to_xml('notes', true, false, '')"])}::text`,
      type,
      'query_to_xml',
    );
  }
  if (way === 'call') {
    const call = attributeCall(pen, place.ranges, type, pen.dice.once(8));
    if (call) return call;
  }
  if (found && way !== 'constant')
    return computed(pen, place, type, `${ident(found.range.alias)}.${ident(found.column.name)}`, seen(place, found));
  return plain(constant(pen, type), type, '?column?');
}

function computed(pen: Pen, place: Place, type: Type, column: string, { coloured, listed, raw }: Column): Expression {
  const { dice } = pen;
  switch (type) {
    case 'int':
      return dice.pick<() => Expression>([
        () => ({ ...plain(`${column} + 1`, type, '?column?'), coloured, listed, raw }),
        () => ({ ...plain(`COALESCE(${column}, 0)`, type, 'coalesce'), coloured: false }),
        () => ({ ...plain(`CASE WHEN ${column} > 1 THEN ${column} END`, type, 'case'), coloured, listed, raw }),
        () => ({ ...plain(`NULLIF(${column}, 1)`, type, 'nullif'), coloured, listed, raw }),
        () => ({ ...plain(`GREATEST(${column}, 1)`, type, 'greatest'), coloured: false }),
        () => plain(`abs(${column})`, type, 'abs'),
      ])();
    case 'text':
      return dice.pick<() => Expression>([
        () => ({ ...plain(`${column} || 'x'`, type, '?column?'), coloured, listed, raw }),
        () => plain(`upper(${column})`, type, 'upper'),
        () => plain(`COALESCE(${column}, '')::name::text`, type, 'coalesce'),
        () => ({
          ...plain(`${column}::varchar::text`, type, column.split('.')[1]?.replaceAll('"', '') ?? '?column?'),
          coloured,
          listed,
          raw,
        }),
        () => plain(`to_json(${column})::text`, type, 'to_json'),
      ])();
    case 'bool':
      return plain(`${column} IS ${dice.pick(['TRUE', 'NOT NULL', 'NOT TRUE'])}`, type, '?column?');
    case 'ints': {
      const other = dice.any(columnsOf(place.ranges, 'int'));
      if (!other) return plain(`${column} || 1`, type, '?column?');
      pen.form('array');
      return plain(`ARRAY[${ident(other.range.alias)}.${ident(other.column.name)}]`, type, 'array');
    }
  }
}

/**
 * A call that is written as a column. What it calls is found by PostgreSQL alone: a function of
 * this schema, one of its own, or an aggregate, which mixes the rows of the query around it.
 */
export function attributeCall(pen: Pen, ranges: readonly Range[], type: Type, mixes: boolean): Expression | undefined {
  const range = pen.dice.any(ranges);
  if (!range || (type !== 'int' && type !== 'text')) return undefined;
  pen.form('attribute notation');
  const alias = ident(range.alias);
  const row = pen.dice.once(3) ? `(${alias})` : alias;
  if (type === 'int') {
    if (!mixes && !range.docs) return undefined;
    const name = mixes ? pen.dice.pick(['count', 'tally']) : 'rank_of';
    return plain(name === 'count' ? `${row}.count::int` : `${row}.${name}`, type, name);
  }
  const name = mixes
    ? pen.dice.pick(['json_agg', 'array_agg'])
    : pen.dice.pick(range.docs ? ['row_to_json', 'label', 'to_jsonb'] : ['row_to_json', 'to_jsonb']);
  return plain(`${row}.${name}::text`, type, name);
}

/** A scalar query, or EXISTS: with a hook of its own, tied to the rows around it, or of no listed table. */
function valueQuery(pen: Pen, { ranges, filtered, context }: Place, type: Type): Expression | undefined {
  if (type === 'ints') return undefined;
  const within = inside(context, ranges);
  const intent = pen.slip()
    ? 'open'
    : pen.dice.pick<'clean' | 'closed' | 'tied'>(filtered.length > 0 ? ['clean', 'closed', 'tied'] : ['clean', 'closed']);
  const tieTo = intent === 'tied' ? { tieTo: filtered } : {};
  pen.form(context.free ? "query in a condition's value" : `scalar query, ${intent}`);
  if (type === 'bool') {
    const { sql } = pen.grammar.query(pen, { intent, ...tieTo, use: 'exists', context: within });
    return plain(`EXISTS (${sql})`, type, 'exists');
  }
  const { sql, columns } = pen.grammar.query(pen, { intent, ...tieTo, types: [type], use: 'scalar', context: within });
  const [column] = columns;
  return {
    sql: `(${sql})`,
    type,
    name: column?.name ?? '?column?',
    coloured: column?.coloured ?? false,
    listed: column?.listed ?? false,
    team: false,
  };
}

/** An aggregate over these ranges; its arguments may be the outer query's alone, and it is then that query's. */
export function aggregate(pen: Pen, place: Place, type: Type): Expression {
  const { dice } = pen;
  const outermost = dice.once(25) ? place.context.outer : [];
  const ranges = outermost.length > 0 ? outermost : place.ranges;
  const of = (wanted: Type): string | undefined => {
    const found = dice.any(columnsOf(ranges, wanted));
    return found && `${ident(found.range.alias)}.${ident(found.column.name)}`;
  };
  const filter = dice.once(8) ? ` FILTER (WHERE ${of('int') ?? '1'} > 0)` : '';
  if (filter !== '') pen.form('FILTER');
  const int = of('int');
  const text = of('text');
  switch (type) {
    case 'int':
      if (int !== undefined && !dice.once(3)) {
        const name = dice.pick(['max', 'min', 'sum', 'bit_or', 'tally']);
        return {
          ...plain(`${name}(${int})${filter}${name === 'sum' ? '::int' : ''}`, type, name),
          coloured: name === 'max' || name === 'min',
        };
      }
      return plain(`count(*)${filter}::int`, type, 'count');
    case 'text':
      if (text === undefined) return plain(`count(*)${filter}::text`, type, 'count');
      return dice.pick<() => Expression>([
        () => ({ ...plain(`max(${text})${filter}`, type, 'max'), coloured: true }),
        () => plain(`string_agg(${text}, ',' ORDER BY ${text})${filter}`, type, 'string_agg'),
        () => plain(`json_agg(${text} ORDER BY ${text})${filter}::text`, type, 'json_agg'),
        () => plain(`(percentile_disc(0.5) WITHIN GROUP (ORDER BY ${text}))`, type, 'percentile_disc'),
      ])();
    case 'bool':
      return plain(`bool_or(${int ?? '1'} > 1)${filter}`, type, 'bool_or');
    case 'ints':
      return plain(`array_agg(${int ?? '1'} ORDER BY ${int ?? '1'})${filter}`, type, 'array_agg');
  }
}

/** A window function; its frame is ordered by all that tells rows apart, so that it has one answer. */
export function windowCall(pen: Pen, place: Place, type: Type, window: string | undefined): Expression {
  pen.form('window function');
  const of = (wanted: Type): string => {
    const found = pen.dice.any(columnsOf(place.ranges, wanted));
    return found ? `${ident(found.range.alias)}.${ident(found.column.name)}` : 'NULL';
  };
  const over = window ?? `(${windowDefinition(pen, place.ranges)})`;
  if (type === 'text') {
    const name = pen.dice.pick(['lag', 'first_value', 'lead', 'last_value']);
    return plain(`${name}(${of('text')}::text) OVER ${over}`, type, name);
  }
  if (type === 'int') {
    return pen.dice.pick<() => Expression>([
      () => plain(`row_number() OVER ${over}::int`, type, 'row_number'),
      () => plain(`count(*) OVER ${over}::int`, type, 'count'),
      () => ({ ...plain(`lag(${of('int')}::int) OVER ${over}`, type, 'lag'), coloured: true }),
      () => plain(`rank() OVER ${over}::int`, type, 'rank'),
    ])();
  }
  return expression(pen, place, type);
}

export function windowDefinition(pen: Pen, ranges: readonly Range[]): string {
  const all = ranges.flatMap(({ alias, columns }) => columns.map(({ name }) => `${ident(alias)}.${ident(name)}`));
  const partition = pen.dice.any(all);
  const order = all.length > 0 ? `ORDER BY ${all.join(', ')}` : '';
  return pen.dice.once(3) && partition !== undefined ? `PARTITION BY ${partition} ${order}` : order;
}
