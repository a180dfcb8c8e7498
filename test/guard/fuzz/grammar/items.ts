/** One item of FROM: a table of those that are listed, what leads to one, a query, a function, rows of their own. */
import { constant } from './expressions.js';
import { ident, inside, unambiguous, type Column, type Context, type Cte, type Pen, type Range, type State, type Type } from './pen.js';

export interface Item {
  readonly sql: string;
  readonly range: Range;
}

type Columns = Readonly<Record<string, Type>>;

const ALIASES: readonly [string, ...string[]] = [
  'd',
  'b',
  'g',
  'e',
  's',
  't',
  'x',
  'docs',
  'comments',
  'c',
  'owner',
  'id',
  'count',
  'teams',
];

/** An alias that no other item of the same FROM has; it may hide one of a query around it. */
export function alias(pen: Pen, taken: Set<string>, wanted?: string): string {
  const first = wanted ?? pen.dice.pick(ALIASES);
  const name = taken.has(first) ? pen.fresh(first) : first;
  taken.add(name);
  return name;
}

export function columnsFrom(columns: Columns, listed: boolean): readonly Column[] {
  return Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    // A count tells nobody whose it is.
    coloured: name !== 'n',
    listed,
    raw: listed,
    team: listed && name === 'team_id',
  }));
}

const DOCS: Columns = { id: 'int', team_id: 'int', title: 'text', owner: 'int', public: 'bool', tags: 'ints' };
const NOTES: Columns = { id: 'int', team_id: 'int', body: 'text' };

interface Source {
  readonly name: string;
  readonly columns: Columns;
  readonly form: string;
  /** What may stand around the name: `ONLY` before it, `*` or a sample behind it. */
  readonly table: boolean;
}

/** What leads to the rows of a listed table, each of them one for one. */
const OPEN: readonly [readonly [number, Source], ...(readonly [number, Source])[]] = [
  [10, { name: 'docs', columns: DOCS, form: 'table', table: true }],
  [3, { name: 'public.docs', columns: DOCS, form: 'table with its schema', table: true }],
  [3, { name: 'notes', columns: NOTES, form: 'partitioned table', table: true }],
  [2, { name: 'docs_view', columns: { id: 'int', team_id: 'int', title: 'text', owner: 'int' }, form: 'view', table: false }],
  [1, { name: 'docs_deep', columns: { id: 'int', team_id: 'int', name: 'text' }, form: 'view of a view', table: false }],
  [
    1,
    { name: 'docs_commented', columns: { id: 'int', team_id: 'int', title: 'text', body: 'text' }, form: 'view with a join', table: false },
  ],
  [1, { name: 'docs_archived', columns: DOCS, form: 'child table', table: true }],
  [1, { name: 'notes_even', columns: NOTES, form: 'partition', table: true }],
  [1, { name: 'all_docs()', columns: DOCS, form: 'function of the table', table: false }],
  [1, { name: 'docs_copy', columns: { id: 'int', team_id: 'int', title: 'text' }, form: 'materialized view', table: false }],
];

/** Views that mix rows below any hook that stands outside them. */
const MIXED: readonly [Source, ...Source[]] = [
  {
    name: 'docs_counted',
    columns: { team_id: 'int', n: 'int', last: 'int', titles: 'text' },
    form: 'view with an aggregate',
    table: false,
  },
  {
    name: 'docs_tallied',
    columns: { team_id: 'int', n: 'int', titles: 'text' },
    form: 'view with an aggregate, materialized',
    table: false,
  },
  { name: 'docs_latest', columns: { id: 'int', team_id: 'int', title: 'text' }, form: 'view with DISTINCT', table: false },
  { name: 'docs_ranked', columns: { id: 'int', team_id: 'int', title: 'text' }, form: 'view with a window', table: false },
  { name: 'docs_paired', columns: { id: 'int', team_id: 'int', title: 'text' }, form: 'view of the table twice', table: false },
  {
    name: 'docs_numbered',
    columns: { id: 'int', team_id: 'int', title: 'text', n: 'int' },
    form: 'view with a scalar query',
    table: false,
  },
  { name: 'docs_called', columns: { id: 'int', team_id: 'int', title: 'text' }, form: 'view of a function', table: false },
  { name: 'docs_notes', columns: { id: 'int', team_id: 'int', title: 'text' }, form: 'view with UNION', table: false },
];

const CLEAN: readonly [readonly [number, Source], ...(readonly [number, Source])[]] = [
  [5, { name: 'comments', columns: { id: 'int', doc_id: 'int', body: 'text' }, form: 'unlisted table', table: true }],
  [3, { name: 'teams', columns: { id: 'int', name: 'text' }, form: 'unlisted table', table: true }],
  [1, { name: 'other.docs', columns: { id: 'int', title: 'text' }, form: 'namesake in another schema', table: true }],
];

export function openItem(pen: Pen, context: Context, taken: Set<string>): Item {
  const { dice } = pen;
  const way = dice.weigh<'table' | 'query' | 'cte'>([
    [8, 'table'],
    [2, 'query'],
    [1, 'cte'],
  ]);
  if (way === 'query' && context.depth > 0) return queryItem(pen, 'open', context, taken);
  const known = way === 'cte' && !context.free ? dice.any(context.ctes.filter(({ state }) => state === 'open')) : undefined;
  if (known) return cteItem(pen, known, taken);
  if (!context.free) pen.reads++;
  if (!pen.slip()) return sourceItem(pen, dice.weigh(OPEN), 'open', context, taken);
  return dice.once(3) ? muteItem(pen, context, taken) : sourceItem(pen, dice.pick(MIXED), 'open', context, taken);
}

/** Rows of a listed table of which only constants come up, so that no filter around them can be about them. */
function muteItem(pen: Pen, context: Context, taken: Set<string>): Item {
  const { dice } = pen;
  pen.form('constants of a listed table');
  const { name: table } = dice.weigh(OPEN);
  const types = Array.from({ length: 1 + dice.roll(2) }, () => dice.pick<Type>(['int', 'text', 'bool']));
  const columns = types.map((type, index): Column => ({ name: `k${index}`, type, coloured: false, listed: false, team: false }));
  const list = columns.map(({ name, type }) => `${constant(pen, type)} AS ${name}`).join(', ');
  const others = dice.pick(['', ' CROSS JOIN teams', ', generate_series(1, 2)', ' LEFT JOIN comments c ON c.id = m.id']);
  const written = pen.table(table, context);
  const name = alias(pen, taken);
  return {
    sql: `(SELECT ${list} FROM ${written} AS m${others}) ${ident(name)}`,
    range: { alias: name, columns, state: 'open', mute: true },
  };
}

export function closedItem(pen: Pen, context: Context, taken: Set<string>): Item | undefined {
  const known = pen.dice.any(context.ctes.filter(({ state }) => state === 'closed'));
  if (known && (context.depth <= 0 || !pen.dice.once(3))) return cteItem(pen, known, taken);
  return context.depth > 0 ? queryItem(pen, 'closed', context, taken) : undefined;
}

export function cleanItem(pen: Pen, context: Context, taken: Set<string>): Item {
  const { dice } = pen;
  const way = dice.weigh<'table' | 'rows' | 'query' | 'cte'>([
    [8, 'table'],
    [2, 'rows'],
    [1, 'query'],
    [1, 'cte'],
  ]);
  const known = way === 'cte' ? dice.any(context.ctes.filter(({ state }) => state === 'clean')) : undefined;
  if (known) return cteItem(pen, known, taken);
  if (way === 'query' && context.depth > 0) return queryItem(pen, 'clean', context, taken);
  if (way === 'rows') return rowsItem(pen, context, taken);
  return sourceItem(pen, dice.weigh(CLEAN), 'clean', context, taken);
}

function sourceItem(pen: Pen, source: Source, state: State, context: Context, taken: Set<string>): Item {
  const { dice } = pen;
  pen.form(source.form);
  if (source.name === 'docs_copy') pen.plain = false;
  const columns = columnsFrom(source.columns, state === 'open');
  const written = state === 'open' ? pen.table(source.name, context) : source.name;
  const only = source.table && dice.once(15) ? `ONLY ${written}` : source.table && dice.once(25) ? `${written} *` : written;
  const own = source.name.replace(/^.*\./, '').replace('()', '');
  const named = dice.once(6) && !taken.has(own) ? alias(pen, taken, own) : undefined;
  const name = named ?? alias(pen, taken);
  const renamed = named === undefined && dice.once(10) ? renamedColumns(pen, columns) : undefined;
  const as = named === undefined ? ` ${dice.once(2) ? 'AS ' : ''}${ident(name)}` : '';
  const list = renamed ? `(${renamed.map((column) => ident(column.name)).join(', ')})` : '';
  let sample = '';
  if (source.table && dice.once(15)) {
    pen.form('TABLESAMPLE');
    sample = ` TABLESAMPLE ${dice.pick(['BERNOULLI', 'SYSTEM'])} (100)${dice.once(3) ? ' REPEATABLE (1)' : ''}`;
  }
  return {
    sql: `${only}${as}${list}${sample}`,
    range: { alias: name, columns: renamed ?? columns, state, ...(source.columns === DOCS ? { docs: true } : {}) },
  };
}

/** Other names for the first columns: new ones, or each other's. */
function renamedColumns(pen: Pen, columns: readonly Column[]): readonly Column[] {
  pen.form('renamed columns');
  const names = columns.map(({ name }) => name);
  const swapped = pen.dice.once(2);
  return columns.map((column, index) => {
    const name = swapped ? names[(index + 1) % names.length] : `${column.name.charAt(0)}${index}`;
    return { ...column, name: name ?? column.name };
  });
}

export function cteItem(pen: Pen, cte: Cte, taken: Set<string>): Item {
  pen.form('CTE');
  const name = taken.has(cte.name) || pen.dice.once(2) ? alias(pen, taken) : alias(pen, taken, cte.name);
  return {
    sql: name === cte.name ? ident(name) : `${ident(cte.name)} ${ident(name)}`,
    range: rangeOf(name, unambiguous(cte.columns), cte.state),
  };
}

function queryItem(pen: Pen, intent: State, context: Context, taken: Set<string>): Item {
  pen.form(`derived table, ${intent}`);
  const { sql, columns } = pen.grammar.query(pen, { intent, context: inside(context, []) });
  return derived(pen, sql, columns, intent, taken);
}

/** A query in parentheses, with an alias and sometimes other names of its columns. */
export function derived(pen: Pen, sql: string, columns: readonly Column[], state: State, taken: Set<string>): Item {
  const name = alias(pen, taken);
  if (columns.length === 0 || !pen.dice.once(5))
    return { sql: `(${sql}) ${ident(name)}`, range: rangeOf(name, unambiguous(columns), state) };
  const renamed = columns.map((column, index) => ({ ...column, name: `k${index}` }));
  return {
    sql: `(${sql}) AS ${ident(name)}(${renamed.map((column) => column.name).join(', ')})`,
    range: rangeOf(name, renamed, state),
  };
}

/** Rows that have come through a hook below are raw no more. */
function rangeOf(alias: string, columns: readonly Column[], state: State): Range {
  return { alias, columns: state === 'open' ? columns : columns.map((column) => ({ ...column, raw: false })), state };
}

/** Rows that no table has: VALUES, and functions that make them of their arguments. */
function rowsItem(pen: Pen, context: Context, taken: Set<string>): Item {
  // Read before the alias is taken: the count may be of a query with aliases of its own.
  const until = pen.dice.once(6) ? countOf(pen, context) : '3';
  const name = alias(pen, taken);
  const int = (column: string): Column => ({ name: column, type: 'int', coloured: true, listed: false, team: false });
  const text = (column: string): Column => ({ name: column, type: 'text', coloured: true, listed: false, team: false });
  const make = (form: string, sql: string, columns: readonly Column[]): Item => {
    pen.form(form);
    return { sql, range: { alias: name, columns, state: 'clean' } };
  };
  const quoted = ident(name);
  const ways: readonly [() => Item, ...(() => Item)[]] = [
    () => make('VALUES', `(VALUES (1, 'a1'), (1001, 'm1'), (2001, NULL)) AS ${quoted}(n, w)`, [int('n'), text('w')]),
    () => make('function in FROM', `generate_series(1, ${until}) ${quoted}`, [int(name)]),
    () => make('function in FROM', `unnest(ARRAY[1, 1001, 2001]) WITH ORDINALITY AS ${quoted}(n, o)`, [int('n')]),
    () => make('ROWS FROM', `ROWS FROM (generate_series(1, 2), unnest(ARRAY['a1', 'a2'])) AS ${quoted}(n, w)`, [int('n'), text('w')]),
    () =>
      make('function in FROM', `json_to_recordset('[{"n":1,"w":"a1"},{"n":1001,"w":"m1"}]') AS ${quoted}(n int, w text)`, [
        int('n'),
        text('w'),
      ]),
    () =>
      make(
        'XMLTABLE',
        `XMLTABLE('/r/i' PASSING ('<r><i n="1">a1</i><i n="1001">m1</i></r>'::xml) COLUMNS n int PATH '@n', w text PATH '.') ${quoted}`,
        [int('n'), text('w')],
      ),
  ];
  if (pen.version < 17) return pen.dice.pick(ways)();
  const json = (): Item =>
    make(
      'JSON_TABLE',
      `JSON_TABLE('[{"n":1,"w":"a1"},{"n":1001,"w":"m1"}]', '$[*]' COLUMNS (n int PATH '$.n', w text PATH '$.w')) ${quoted}`,
      [int('n'), text('w')],
    );
  return pen.dice.pick([...ways, json])();
}

/** A number of rows: of a guarded query, or of a table that no hook is over. */
export function countOf(pen: Pen, context: Context): string {
  if (pen.slip()) return `(SELECT count(*)::int FROM ${pen.table('docs', context)})`;
  if (context.depth <= 0) return '2';
  pen.form('query in an argument');
  return `(${pen.grammar.query(pen, { intent: 'closed', types: ['int'], use: 'scalar', context: inside(context, []) }).sql})`;
}

/** An item of the state that is wanted; an open one where there can be no closed one. */
export function itemOf(pen: Pen, state: State, context: Context, taken: Set<string>): Item {
  if (state === 'clean') return cleanItem(pen, context, taken);
  return (state === 'closed' ? closedItem(pen, context, taken) : undefined) ?? openItem(pen, context, taken);
}
