/** Statements that change rows: UPDATE, DELETE, INSERT and MERGE (`merge.ts`), with RETURNING. */
import { closingCondition, condition, tie, whereClause } from './conditions.js';
import { columnsOf, constant, expression, type Expression, type Place } from './expressions.js';
import { fromClause } from './from.js';
import type { From } from './joins.js';
import { columnsFrom } from './items.js';
import { ident, inside, visible, type Column, type Context, type Pen, type Query, type Range, type Type } from './pen.js';

export interface Target {
  readonly table: string;
  readonly sql: string;
  readonly range: Range;
}

const TARGETS: readonly [readonly [number, string], ...(readonly [number, string])[]] = [
  [8, 'docs'],
  [3, 'comments'],
  [2, 'notes'],
  [1, 'public.docs'],
  [1, 'docs_view'],
  [1, 'docs_archived'],
  [1, 'teams'],
];

const COLUMNS: Readonly<Record<string, Readonly<Record<string, Type>>>> = {
  docs: { id: 'int', team_id: 'int', title: 'text', owner: 'int', public: 'bool', tags: 'ints' },
  notes: { id: 'int', team_id: 'int', body: 'text' },
  docs_view: { id: 'int', team_id: 'int', title: 'text', owner: 'int' },
  comments: { id: 'int', doc_id: 'int', body: 'text' },
  teams: { id: 'int', name: 'text' },
};

export function target(pen: Pen, wanted?: string): Target {
  const { dice } = pen;
  const table = wanted ?? dice.weigh(TARGETS);
  const own = table.replace('public.', '');
  const listed = own !== 'comments' && own !== 'teams';
  const columns = columnsFrom(COLUMNS[own === 'docs_archived' ? 'docs' : own] ?? {}, listed);
  const named = dice.once(3);
  const alias = named ? own : dice.pick(['d', 't', 'b', 'x', 'comments']);
  if (listed) pen.reads++;
  const only = own === 'docs' && dice.once(12) ? 'ONLY ' : '';
  return {
    table,
    sql: `${only}${table}${named ? '' : ` AS ${ident(alias)}`}`,
    range: { alias, columns, state: listed ? 'open' : 'clean' },
  };
}

/** A statement that changes rows, by its kind; without RETURNING it has no columns. */
export function updateOrDelete(pen: Pen, context: Context, returning: boolean): Query {
  const { dice } = pen;
  pen.changes = true;
  const into = target(pen);
  const deletes = dice.once(2);
  pen.form(deletes ? 'DELETE' : 'UPDATE');
  const closing = dice.weigh<'where' | 'part' | 'condition'>(
    context.depth > 0
      ? [
          [6, 'where'],
          [2, 'part'],
          [2, 'condition'],
        ]
      : [[1, 'where']],
  );
  const from = otherRows(pen, into, closing, context, deletes ? 'USING' : 'FROM');
  const own = [into.range, ...(from?.ranges ?? [])];
  const place: Place = { ranges: visible(own, context.outer), context, filtered: own.filter(({ state }) => state !== 'clean') };
  const conditions = [...(from?.conditions ?? [])];
  const parts = from?.ranges.filter(({ state }) => state !== 'clean') ?? [];
  if (from) {
    // Without a tie, each row that passes the filter would stand for every row of the target.
    const bound = tie(pen, [into.range], parts.length > 0 ? parts : from.ranges);
    if (bound !== undefined) conditions.push(bound);
  }
  if (dice.once(2)) conditions.push(condition(pen, place));
  if (closing === 'condition') {
    const closingOne = closingCondition(pen, { ...place, ranges: [into.range] });
    if (closingOne !== undefined) conditions.push(closingOne);
  }
  const hook = closing === 'where' && !pen.slip() ? pen.hook(own, dice.once(8)) : undefined;
  const where = whereClause(pen, conditions, hook);
  const returned = returning ? returningList(pen, place, into.range) : { sql: '', columns: [] };
  const others = from === undefined ? '' : ` ${deletes ? 'USING' : 'FROM'} ${from.sql}`;
  const sql = deletes
    ? `DELETE FROM ${into.sql}${others}${where}${returned.sql}`
    : `UPDATE ${into.sql} SET ${assignments(pen, place, into)}${others}${where}${returned.sql}`;
  return { sql, columns: returned.columns, returns: returned.sql !== '' };
}

function otherRows(pen: Pen, into: Target, closing: 'where' | 'part' | 'condition', context: Context, form: string): From | undefined {
  const { dice } = pen;
  if (closing !== 'part' && !dice.once(3)) return undefined;
  pen.form(form === 'USING' ? 'DELETE USING' : 'UPDATE FROM');
  const first = closing === 'part' ? 'closed' : 'clean';
  // With a hook in WHERE, the rows beside the target are filtered or tied as those of any FROM are.
  return fromClause(pen, {
    first,
    closing: closing === 'where' ? 'where' : 'part',
    context,
    beside: [into.range],
    single: closing === 'condition',
  });
}

/** What ids may become; a value of another team's is no matter of the filter's. */
function assignments(pen: Pen, place: Place, { range }: Target): string {
  const { dice } = pen;
  const columns = range.columns.filter(({ name }) => name !== 'id');
  const count = 1 + dice.roll(2);
  const chosen = [...new Set(Array.from({ length: count }, () => dice.any(columns)))].flatMap((column) => column ?? []);
  if (chosen.length === 2 && dice.once(4)) {
    pen.form('SET of a row');
    return `(${chosen.map(({ name }) => ident(name)).join(', ')}) = ROW(${chosen.map(({ type }) => expression(pen, place, type).sql).join(', ')})`;
  }
  if (chosen.length === 2 && place.context.depth > 0 && dice.once(3)) {
    pen.form('SET of a query');
    const intent = pen.slip()
      ? 'open'
      : dice.pick<'closed' | 'clean' | 'tied'>(['closed', 'clean', ...(place.filtered.length > 0 ? (['tied'] as const) : [])]);
    const types = chosen.map(({ type }) => type);
    const { sql } = pen.grammar.query(pen, {
      intent,
      ...(intent === 'tied' ? { tieTo: place.filtered } : {}),
      types,
      use: 'scalar',
      context: inside(place.context, place.ranges),
    });
    return `(${chosen.map(({ name }) => ident(name)).join(', ')}) = (${sql})`;
  }
  if (dice.once(12) && range.columns.some(({ name }) => name === 'tags')) return `tags[1] = ${constant(pen, 'int')}`;
  return chosen
    .map(
      ({ name, type }) =>
        `${ident(name)} = ${dice.once(3) ? expression(pen, place, type).sql : dice.once(6) ? 'DEFAULT' : constant(pen, type)}`,
    )
    .join(', ');
}

export function returningList(pen: Pen, place: Place, into: Range): Query {
  const { dice } = pen;
  pen.form('RETURNING');
  if (dice.once(10)) return { sql: ` RETURNING *`, columns: [] };
  const versions = pen.version >= 18 && dice.once(3);
  const renamed = versions && dice.once(4);
  if (versions) pen.form('OLD and NEW');
  const made = Array.from({ length: 1 + dice.roll(2) }, (): Expression => {
    const type = dice.pick<Type>(['int', 'text', 'int', 'bool']);
    const column = dice.any(columnsOf([into], type))?.column;
    if (versions && column)
      return {
        sql: `${dice.pick(renamed ? ['o', 'n'] : ['old', 'new'])}.${ident(column.name)}`,
        type,
        name: column.name,
        coloured: column.coloured,
        listed: column.listed,
        team: false,
      };
    return expression(pen, place, type);
  });
  const columns = made.map(({ type, coloured, listed }): Column => ({ name: pen.fresh('r'), type, coloured, listed, team: false }));
  return {
    sql: ` RETURNING ${renamed ? 'WITH (OLD AS o, NEW AS n) ' : ''}${made.map(({ sql }, index) => `${sql} AS ${columns[index]?.name ?? ''}`).join(', ')}`,
    columns,
  };
}

/** New rows: given, or those that a guarded change of the same statement returned. */
export function insert(pen: Pen, context: Context, returning: boolean): Query {
  const { dice } = pen;
  pen.changes = true;
  pen.form('INSERT');
  const gone = dice.any(context.ctes.filter(({ state }) => state === 'closed'));
  const into = dice.pick(['archive', 'comments', 'docs', 'notes']);
  const id = into === 'archive' ? 'title' : into === 'comments' ? 'body' : into === 'notes' ? 'body' : 'title';
  const columns = `id, ${id}`;
  const rows =
    gone && !dice.once(4)
      ? fromRemoved(pen, context, gone)
      : pen.slip()
        ? pen.grammar.query(pen, { intent: 'closed', types: ['int', 'text'], context }).sql
        : newRows(pen);
  const listed = into === 'docs' || into === 'notes';
  const range: Range = { alias: into, columns: columnsFrom({ id: 'int', [id]: 'text' }, false), state: listed ? 'open' : 'clean' };
  const conflict = into === 'archive' || !dice.once(3) ? '' : onConflict(pen, into, id, range);
  const returned = returning
    ? returningList(pen, { ranges: [range], context: { ...context, depth: listed ? 0 : context.depth }, filtered: [] }, range)
    : { sql: '', columns: [] };
  return {
    sql: `INSERT INTO ${into} (${columns}) ${rows}${conflict}${returned.sql}`,
    columns: returned.columns,
    returns: returned.sql !== '',
  };
}

function newRows(pen: Pen): string {
  const { dice } = pen;
  const row = (): string => `(${dice.pick(['9', '8', '1', '1001', '2001', '1009'])}, ${constant(pen, 'text')})`;
  return `VALUES ${Array.from({ length: 1 + dice.roll(2) }, row).join(', ')}`;
}

function fromRemoved(pen: Pen, context: Context, gone: Context['ctes'][number]): string {
  pen.form('INSERT of what was removed');
  const range: Range = { alias: gone.name, columns: gone.columns, state: 'closed' };
  const place: Place = { ranges: [range], context: { ...context, depth: 0 }, filtered: [range] };
  const where = pen.dice.once(3) ? ` WHERE ${condition(pen, place)}` : '';
  return `SELECT ${expression(pen, place, 'int').sql}, ${expression(pen, place, 'text').sql} FROM ${ident(gone.name)}${where}`;
}

function onConflict(pen: Pen, table: string, column: string, range: Range): string {
  const { dice } = pen;
  if (dice.once(3)) {
    pen.form('ON CONFLICT DO NOTHING');
    return ` ON CONFLICT ${dice.once(2) ? '(id) ' : ''}DO NOTHING`;
  }
  pen.form('ON CONFLICT DO UPDATE');
  const value = dice.pick(["'new'", `excluded.${column}`, `${table}.${column} || excluded.${column}`]);
  const where = dice.once(3) ? ` WHERE ${table}.id > 0${dice.once(2) ? pen.hook([range]) : ''}` : '';
  return ` ON CONFLICT (id) DO UPDATE SET ${column} = ${value}${where}`;
}
