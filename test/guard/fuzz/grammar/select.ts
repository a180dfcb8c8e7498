/** SELECT: FROM with its ties, WHERE with its hook, and what is made of the rows. */
import { closingCondition, condition, tie, whereClause } from './conditions.js';
import {
  aggregate,
  attributeCall,
  columnsOf,
  expression,
  windowCall,
  windowDefinition,
  type Expression,
  type Place,
} from './expressions.js';
import { fromClause } from './from.js';
import type { From, FromPlan } from './joins.js';
import { countOf } from './items.js';
import { ident, unambiguous, visible, type Column, type Pen, type Query, type Range, type Request, type Type } from './pen.js';

/** How each row of a SELECT comes through a hook. */
type Closing = 'where' | 'part' | 'on' | 'condition' | 'no';

export function selectBlock(pen: Pen, request: Request): Query {
  const { context, intent } = request;
  const { dice } = pen;
  const closing: Closing =
    intent === 'closed'
      ? context.depth > 0
        ? dice.weigh<Closing>([
            [8, 'where'],
            [4, 'part'],
            [2, 'on'],
            [2, 'condition'],
          ])
        : dice.weigh<Closing>([
            [5, 'where'],
            [1, 'on'],
          ])
      : 'no';
  if (intent === 'closed' && request.tieTo === undefined && context.depth > 0 && dice.once(20)) return withoutFrom(pen, request);
  const plan: FromPlan = {
    first: firstState(pen, intent, closing),
    closing: closing === 'condition' ? 'no' : closing,
    context,
    ...(closing === 'condition' ? { single: true } : {}),
  };
  const from = fromClause(pen, plan);
  const ranges = visible(from.ranges, context.outer);
  const place: Place = { ranges, context, filtered: from.ranges.filter(({ state }) => state !== 'clean') };
  const where = whereOf(pen, request, from, closing, place);
  const output = outputOf(pen, request, from, place);
  const distinct = output.distinct;
  // A hook may stand there though nobody meant it to.
  const columns = where.hooked || from.hooked ? output.columns.map((column) => ({ ...column, raw: false })) : output.columns;
  return { sql: `SELECT ${distinct}${output.list} FROM ${from.sql}${where.sql}${output.tail}`, columns };
}

function firstState(pen: Pen, intent: Request['intent'], closing: Closing): Range['state'] {
  if (intent === 'clean') return 'clean';
  if (intent !== 'closed') return 'open';
  if (closing === 'part') return 'closed';
  // A hook over other tables is a hook as well: its filter is about those.
  return pen.dice.once(8) ? 'clean' : 'open';
}

function whereOf(
  pen: Pen,
  request: Request,
  from: From,
  closing: Closing,
  place: Place,
): { readonly sql: string; readonly hooked: boolean } {
  const { dice } = pen;
  const conditions = [...from.conditions];
  if (request.tieTo !== undefined && request.tieTo.length > 0) {
    const own = from.ranges.filter(({ state }) => state !== 'clean');
    // The ranges further out are there to be mistaken for those.
    const others = pen.slip() ? place.context.outer : request.tieTo;
    const bound = tie(pen, own.length > 0 ? own : from.ranges, others);
    if (bound !== undefined) conditions.push(bound);
  }
  const more = dice.weigh([
    [4, 0],
    [4, 1],
    [1, 2],
  ]);
  for (let index = 0; index < more; index++) conditions.push(condition(pen, place));
  if (closing === 'condition') {
    const closingOne = closingCondition(pen, { ...place, ranges: from.ranges });
    if (closingOne !== undefined) conditions.push(closingOne);
  }
  const forgotten = pen.slip();
  const hooked = (closing === 'where' && !forgotten) || (closing === 'on' && !from.hooked) || pen.slip() || dice.once(60);
  // Two hooks are as good as one.
  const hook = hooked ? pen.hook(from.ranges, dice.once(8)) : undefined;
  if (hook !== undefined) pen.form('hook in WHERE');
  return { sql: whereClause(pen, conditions, hook), hooked: hook !== undefined };
}

interface Output {
  readonly distinct: string;
  readonly list: string;
  /** From GROUP BY on. */
  readonly tail: string;
  readonly columns: readonly Column[];
}

type Mode = 'plain' | 'grouped' | 'aggregated' | 'windowed';

function outputOf(pen: Pen, request: Request, from: From, place: Place): Output {
  const { dice } = pen;
  const { intent, use = 'rows', types } = request;
  if (use === 'exists' && dice.once(2)) return existsOutput(pen, place);
  const mayMix = intent === 'closed' || intent === 'clean' || (use === 'scalar' && intent !== 'open') || pen.slip();
  const mode: Mode =
    use === 'scalar' && (intent === 'open' || !dice.once(3))
      ? 'aggregated'
      : mayMix
        ? dice.weigh<Mode>([
            [8, 'plain'],
            [2, 'grouped'],
            [2, 'aggregated'],
            [1, 'windowed'],
          ])
        : 'plain';
  if (types === undefined && mode === 'plain' && use === 'rows' && dice.once(5)) return starOutput(pen, from);
  const wanted = types ?? Array.from({ length: 1 + dice.roll(3) }, () => dice.pick<Type>(['int', 'text', 'int', 'text', 'bool', 'ints']));
  if (mode === 'grouped' || mode === 'aggregated') return aggregated(pen, request, wanted, mode, place, from);
  const made = wanted.map((type) =>
    mode === 'windowed' && dice.once(2) ? windowCall(pen, place, type, undefined) : expression(pen, place, type),
  );
  if (use === 'rows' && types === undefined && mode === 'plain' && dice.once(20))
    return { ...listed(pen, made, types), distinct: '', tail: namedWindow(pen, from) };
  const list = listed(pen, made, types);
  return { ...list, ...distinctAndOrder(pen, request, made, mayMix) };
}

/** The list of a SELECT; where types are given, names do not matter to anybody. */
function listed(pen: Pen, made: readonly Expression[], types: readonly Type[] | undefined): Pick<Output, 'list' | 'columns'> {
  const named = made.map((one) => {
    if (types !== undefined || !pen.dice.once(3)) return { ...one, written: one.sql };
    const name = pen.dice.once(4) ? pen.dice.pick(['owner', 'id', 'title', 'count', 'doc_id', 'body']) : pen.fresh('v');
    return { ...one, name, written: `${one.sql} AS ${ident(name)}` };
  });
  return {
    list: named.map(({ written }) => written).join(', '),
    columns: named.map(({ name, type, coloured, listed, raw, team }) => ({ name, type, coloured, listed, raw, team })),
  };
}

function starOutput(pen: Pen, { ranges, merged }: From): Output {
  pen.form('*');
  const range = pen.dice.once(2) ? pen.dice.any(ranges) : undefined;
  const columns = range ? range.columns : merged ? [] : unambiguous(ranges.flatMap((one) => one.columns));
  return { distinct: '', list: range ? `${ident(range.alias)}.*` : '*', tail: '', columns };
}

function namedWindow(pen: Pen, { ranges }: From): string {
  const definition = windowDefinition(pen, ranges);
  if (definition === '') return '';
  pen.form('WINDOW');
  return ` WINDOW v AS (${definition})`;
}

/** What EXISTS is given to look at: it counts only whether a row is there. */
function existsOutput(pen: Pen, place: Place): Output {
  const { dice } = pen;
  const mixing = pen.slip()
    ? dice.pick([' HAVING true', ' ORDER BY count(*)', ' GROUP BY ()', ' HAVING count(*) >= 0', ' LIMIT 0', ' GROUP BY ROLLUP (1)'])
    : '';
  const call = dice.once(4) ? attributeCall(pen, place.ranges, dice.pick<Type>(['int', 'text']), dice.once(2))?.sql : undefined;
  const list = call ?? dice.pick(['1', '', '*', 'NULL']);
  return { distinct: '', list: mixing === '' ? list : '1', tail: mixing, columns: [] };
}

/** DISTINCT and LIMIT take rows by their order, so all of the columns order them. */
function distinctAndOrder(
  pen: Pen,
  { use = 'rows', context }: Request,
  made: readonly Expression[],
  mayMix: boolean,
): Pick<Output, 'distinct' | 'tail'> {
  const { dice } = pen;
  const order = made.map((_one, index) => `${index + 1}`).join(', ');
  if (use === 'scalar') {
    pen.form('LIMIT');
    return { distinct: '', tail: ` ORDER BY ${order} LIMIT 1` };
  }
  const way = mayMix
    ? dice.weigh([
        [10, 'plain'],
        [1, 'distinct'],
        [1, 'distinct on'],
        [2, 'limit'],
        [1, 'offset'],
        [2, 'order'],
        [1, 'fetch'],
      ])
    : 'plain';
  const direction = dice.once(2) ? made.map((_one, index) => `${index + 1} DESC`).join(', ') : order;
  const first = made[0]?.sql ?? '1';
  if (way !== 'plain') pen.form(way.toUpperCase());
  switch (way) {
    case 'distinct':
      return { distinct: 'DISTINCT ', tail: dice.once(2) ? ` ORDER BY ${order}` : '' };
    case 'distinct on':
      // A constant would be taken for the number of a column.
      if (!/[a-z]\w*\./i.test(first) || first.startsWith('(')) return { distinct: 'DISTINCT ', tail: '' };
      return { distinct: `DISTINCT ON (${first}) `, tail: ` ORDER BY ${first}, ${order}` };
    case 'limit':
      return {
        distinct: '',
        tail: ` ORDER BY ${direction} LIMIT ${dice.once(6) ? countOf(pen, context) : dice.pick(['2', '1', '3', 'ALL'])}`,
      };
    case 'offset':
      return { distinct: '', tail: ` ORDER BY ${order} OFFSET ${dice.pick(['1', '2'])} LIMIT 2` };
    case 'order':
      if (context.depth > 0 && dice.once(4)) return { distinct: '', tail: ` ORDER BY ${keyQuery(pen, context)}, ${direction} LIMIT 2` };
      return { distinct: '', tail: ` ORDER BY ${direction}` };
    case 'fetch':
      return { distinct: '', tail: ` ORDER BY ${order} FETCH FIRST 2 ROWS ${dice.pick(['ONLY', 'WITH TIES'])}` };
    default:
      return { distinct: '', tail: '' };
  }
}

/** A query that rows are ordered by: with a hook of its own, or none. */
function keyQuery(pen: Pen, context: Request['context']): string {
  pen.form('query in ORDER BY');
  const intent = pen.slip() ? 'open' : pen.dice.pick<'closed' | 'clean'>(['closed', 'clean']);
  return `(${pen.grammar.query(pen, { intent, types: ['text'], use: 'scalar', context: { ...context, depth: context.depth - 1 } }).sql})`;
}

function aggregated(pen: Pen, request: Request, wanted: readonly Type[], mode: 'grouped' | 'aggregated', place: Place, from: From): Output {
  const { dice } = pen;
  const { types } = request;
  const own = { ...place, ranges: from.ranges };
  if (mode === 'aggregated') {
    pen.form('aggregate');
    const made = wanted.map(
      (type) => (dice.once(12) ? attributeCall(pen, from.ranges, type, true) : undefined) ?? aggregate(pen, own, type),
    );
    return { distinct: '', ...listed(pen, made, types), tail: having(pen, place, 12) };
  }
  pen.form('GROUP BY');
  const keys: string[] = [];
  const made = wanted.map((type): Expression => {
    const found = dice.any(columnsOf(from.ranges, type));
    if (!found || dice.once(2)) return aggregate(pen, own, type);
    const sql = `${ident(found.range.alias)}.${ident(found.column.name)}`;
    keys.push(sql);
    return { ...found.column, sql, team: false };
  });
  const all = keys.join(', ');
  const grouping =
    keys.length === 0
      ? '()'
      : dice.weigh([
          [6, all],
          [1, `ROLLUP (${all})`],
          [1, `CUBE (${all})`],
          [1, `GROUPING SETS ((${all}), ())`],
          [1, `DISTINCT ${all}`],
        ]);
  if (grouping !== all) pen.form('grouping sets');
  return { distinct: '', ...listed(pen, made, types), tail: ` GROUP BY ${grouping}${having(pen, place, 3)}` };
}

function having(pen: Pen, place: Place, inTimes: number): string {
  if (pen.slip()) return ` HAVING true${pen.hook(place.ranges)}`;
  if (!pen.dice.once(inTimes)) return '';
  pen.form('HAVING');
  return ` HAVING count(*) ${pen.dice.pick(['>', '<', '='])} ${pen.dice.pick(['0', '1', '3'])}`;
}

/** Values alone, each of a guarded query. */
function withoutFrom(pen: Pen, request: Request): Query {
  pen.form('SELECT without FROM');
  const { context, types = ['int', 'bool'] } = request;
  const inner = { ...context, depth: context.depth - 1 };
  const parts = types.map((type): { readonly sql: string; readonly column: Column } => {
    const name = pen.fresh('v');
    const column = { name, type, coloured: false, listed: false, team: false };
    if (type === 'bool')
      return { sql: `EXISTS (${pen.grammar.query(pen, { intent: 'closed', use: 'exists', context: inner }).sql}) AS ${name}`, column };
    if (type === 'ints')
      return {
        sql: `ARRAY(SELECT q.c FROM (${pen.grammar.query(pen, { intent: 'closed', types: ['int'], context: inner }).sql}) AS q(c) ORDER BY 1) AS ${name}`,
        column,
      };
    return {
      sql: `(${pen.grammar.query(pen, { intent: 'closed', types: [type], use: 'scalar', context: inner }).sql}) AS ${name}`,
      column,
    };
  });
  return { sql: `SELECT ${parts.map(({ sql }) => sql).join(', ')}`, columns: parts.map(({ column }) => column) };
}
