/** FROM: items and the joins between them, with a tie for each further open item. */
import { condition, tie } from './conditions.js';
import { attributeCall, columnsOf } from './expressions.js';
import { alias, cleanItem, closedItem, derived, openItem, type Item } from './items.js';
import { ident, inside, unambiguous, visible, type Context, type Pen, type Range, type State } from './pen.js';

export interface From {
  readonly sql: string;
  /** Those that the query around it can name. */
  readonly ranges: readonly Range[];
  /** What WHERE has to say for the ties to hold. */
  readonly conditions: readonly string[];
  /** Whether the hook stands in an ON already. */
  readonly hooked: boolean;
  /** The first of the ranges behind the last comma: an ON names none before it. */
  readonly start: number;
  /** Whether a join has merged columns. */
  readonly merged: boolean;
}

export interface FromPlan {
  /** What its first item is. */
  readonly first: State;
  /** Whether each row must come through a hook: in WHERE, in an ON, or in the first item. */
  readonly closing: 'where' | 'on' | 'part' | 'no';
  readonly context: Context;
  /** Ranges that are there already: the target of an UPDATE or DELETE. */
  readonly beside?: readonly Range[];
  /** Whether only its first item may be open. */
  readonly single?: boolean;
}

export function fromClause(pen: Pen, plan: FromPlan): From {
  const { dice } = pen;
  const taken = new Set((plan.beside ?? []).map((range) => range.alias));
  const first = itemOf(pen, plan.first, plan.context, taken);
  let from: From = { sql: first.sql, ranges: [first.range], conditions: [], hooked: false, start: 0, merged: false };
  const count = dice.weigh([[5, 0], [5, 1], [2, 2], [1, 3]]) + (plan.closing === 'on' ? 1 : 0);
  for (let index = 0; index < count; index++) {
    const wantsHook = plan.closing === 'on' && index === count - 1;
    from = joined(pen, plan, from, taken, wantsHook);
    if (dice.once(12)) from = wrapped(pen, from, taken);
  }
  return from;
}

function itemOf(pen: Pen, state: State, context: Context, taken: Set<string>): Item {
  if (state === 'clean') return cleanItem(pen, context, taken);
  return (state === 'closed' ? closedItem(pen, context, taken) : undefined) ?? openItem(pen, context, taken);
}

type JoinKind = 'inner' | 'cross' | 'comma' | 'left' | 'right' | 'full' | 'using' | 'natural' | 'lateral';

/** The joins that keep a placement good, by what comes in. */
function joinKind(pen: Pen, plan: FromPlan, state: State): JoinKind {
  const { dice } = pen;
  if (pen.slip()) return dice.pick(['left', 'cross', 'right', 'full', 'natural', 'using', 'comma', 'lateral']);
  const kept = plan.closing === 'where' || plan.closing === 'no';
  if (state === 'open') return dice.weigh<JoinKind>([[5, 'inner'], [2, 'left'], [2, 'comma'], [1, 'cross'], [2, 'using'], [1, 'natural'], [1, 'lateral']]);
  const inwards: readonly [number, JoinKind][] = kept ? [[2, 'right'], [2, 'full']] : [];
  return dice.weigh<JoinKind>([[5, 'inner'], [4, 'left'], [2, 'comma'], [2, 'cross'], [2, 'using'], [1, 'natural'], [2, 'lateral'], ...inwards]);
}

function joined(pen: Pen, plan: FromPlan, left: From, taken: Set<string>, wantsHook: boolean): From {
  const { dice } = pen;
  const { context } = plan;
  const cleanOnly = plan.first === 'clean' || (plan.single ?? false);
  const state = pen.slip() ? 'open' : cleanOnly ? 'clean' : dice.weigh<State>([[6, 'clean'], [3, 'open'], [1, 'closed']]);
  const anchors = [...left.ranges, ...(plan.beside ?? [])].filter((range) => range.state !== 'clean');
  if (wantsHook) {
    const right = itemOf(pen, state, context, taken);
    return hookedJoin(pen, plan, left, right, anchors);
  }
  const kind = joinKind(pen, plan, state);
  if (kind === 'lateral') return lateral(pen, plan, left, state, taken, anchors);
  const right = itemOf(pen, state, context, taken);
  const ranges = [...left.ranges, right.range];
  const bound = right.range.state === 'open' ? tie(pen, [right.range], anchors) : undefined;
  switch (kind) {
    case 'comma':
    case 'cross': {
      pen.form(kind === 'comma' ? 'comma' : 'CROSS JOIN');
      const sql = kind === 'comma' ? `${left.sql}, ${right.sql}` : `${left.sql} CROSS JOIN ${right.sql}`;
      const start = kind === 'comma' ? left.ranges.length : left.start;
      return { ...left, sql, ranges, start, conditions: [...left.conditions, ...(bound === undefined ? [] : [bound])] };
    }
    case 'using':
    case 'natural':
      return named(pen, kind, left, right, bound, taken);
    default:
      return onJoin(pen, plan, kind, left, right, bound);
  }
}

const JOINS = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT OUTER JOIN', full: 'FULL JOIN' } as const;

function onJoin(pen: Pen, plan: FromPlan, kind: 'inner' | 'left' | 'right' | 'full', left: From, right: Item, bound: string | undefined): From {
  pen.form(JOINS[kind].replace(' OUTER', ''));
  const own = inReach(left);
  const ranges = nullable(kind, left.ranges, right.range);
  const place = { ranges: visible([...own, right.range], plan.context.outer), filtered: [], context: plan.context };
  // FULL JOIN wants a condition that can be merged or hashed.
  const other = kind === 'full' || pen.dice.once(2) ? (tie(pen, own, [right.range]) ?? 'true') : condition(pen, place);
  // The tie of a row that may be missing belongs into the ON; that of an inner join may stand outside.
  const outside = bound !== undefined && kind === 'inner' && pen.dice.once(3);
  const on = bound !== undefined && !outside ? (pen.dice.once(3) && kind !== 'full' ? `${bound} AND ${other}` : bound) : other;
  return { ...left, sql: `${left.sql} ${JOINS[kind]} ${right.sql} ON ${on}`, ranges, conditions: outside ? [...left.conditions, bound] : left.conditions };
}

/** What an ON can name: nothing in front of the last comma. */
function inReach({ ranges, start }: From): readonly Range[] {
  return ranges.slice(start);
}

/** A side that may be missing has no team on every row. */
function nullable(kind: JoinKind, left: readonly Range[], right: Range): readonly Range[] {
  const without = (range: Range): Range => ({ ...range, columns: range.columns.map((column) => ({ ...column, team: false })) });
  return [
    ...(kind === 'right' || kind === 'full' ? left.map(without) : left),
    kind === 'left' || kind === 'full' ? without(right) : right,
  ];
}

function hookedJoin(pen: Pen, plan: FromPlan, left: From, right: Item, anchors: readonly Range[]): From {
  const kind = pen.slip() ? pen.dice.pick(['left', 'right', 'full'] as const) : 'inner';
  pen.form('hook in ON');
  if (kind !== 'inner') pen.plain = false;
  const own = inReach(left);
  const bound = right.range.state === 'open' ? tie(pen, [right.range], anchors) : undefined;
  const place = { ranges: visible([...own, right.range], plan.context.outer), filtered: [], context: plan.context };
  const on = bound ?? tie(pen, own, [right.range]) ?? condition(pen, place);
  const ranges = [...left.ranges, right.range];
  return { ...left, sql: `${left.sql} ${JOINS[kind]} ${right.sql} ON ${on}${pen.hook([...own, right.range])}`, ranges, hooked: true };
}

/** NATURAL and USING, whose merged columns may have an alias of their own. */
function named(pen: Pen, kind: 'using' | 'natural', left: From, right: Item, bound: string | undefined, taken: Set<string>): From {
  const { dice } = pen;
  const own = inReach(left);
  const names = unambiguous(own.flatMap(({ columns }) => columns)).filter(({ type }) => type === 'int' || type === 'text');
  const common = unambiguous(right.range.columns).filter((column) => names.some(({ name, type }) => name === column.name && type === column.type));
  const twice = right.range.columns.some(({ name }) => own.flatMap(({ columns }) => columns).filter((other) => other.name === name).length > 1);
  const column = twice && kind === 'natural' ? undefined : dice.any(common);
  const ranges = [...left.ranges, right.range];
  // The equality is with one of the items on the left; only where it is alone is it surely the anchor.
  const tied = own.length === 1 && own[0]?.state !== 'clean' && column?.coloured === true;
  const merged = true;
  const conditions = bound === undefined || (tied && !dice.once(3)) ? left.conditions : [...left.conditions, bound];
  if (!column) return { ...left, sql: `${left.sql} CROSS JOIN ${right.sql}`, ranges, conditions: bound === undefined ? left.conditions : [...left.conditions, bound] };
  const outer = dice.once(4) && (bound === undefined || tied) ? 'LEFT JOIN' : 'JOIN';
  if (kind === 'natural') {
    pen.form('NATURAL JOIN');
    return { ...left, sql: `${left.sql} NATURAL ${outer} ${right.sql}`, ranges: nullable(outer === 'JOIN' ? 'inner' : 'left', left.ranges, right.range), conditions, merged };
  }
  pen.form('USING');
  const sql = `${left.sql} ${outer} ${right.sql} USING (${ident(column.name)})`;
  const extended = nullable(outer === 'JOIN' ? 'inner' : 'left', left.ranges, right.range);
  if (!dice.once(3)) return { ...left, sql, ranges: extended, conditions, merged };
  pen.form('USING with an alias');
  const together: Range = { alias: alias(pen, taken), columns: [{ ...column, team: false }], state: own.length === 1 ? (own[0]?.state ?? 'clean') : 'clean' };
  return { ...left, sql: `${sql} AS ${ident(together.alias)}`, ranges: [...extended, together], conditions, merged };
}

/** A query or a call that sees the items on its left. */
function lateral(pen: Pen, plan: FromPlan, left: From, state: State, taken: Set<string>, anchors: readonly Range[]): From {
  const { dice } = pen;
  pen.form('LATERAL');
  const inner = inside(plan.context, left.ranges);
  if (state !== 'open' && (dice.once(2) || plan.context.depth <= 0)) {
    const name = alias(pen, taken);
    const values = (['int', 'int'] as const).map((type) => {
      const found = dice.any(columnsOf(left.ranges, type));
      return found ? `${ident(found.range.alias)}.${ident(found.column.name)}` : '1';
    });
    const call = dice.once(6) ? attributeCall(pen, left.ranges, 'int', dice.once(2))?.sql : undefined;
    const range: Range = { alias: name, columns: [{ name: 'v', type: 'int', coloured: call === undefined, team: false }], state: 'clean' };
    const sql = dice.pick([`unnest(ARRAY[${values.join(', ')}])`, `(SELECT ${call ?? values[0] ?? '1'})`, `(VALUES (${values.join('), (')}))`]);
    return { ...left, sql: `${left.sql} CROSS JOIN LATERAL ${sql} AS ${ident(name)}(v)`, ranges: [...left.ranges, range] };
  }
  const intent = state === 'open' && !pen.slip() ? 'tied' : state;
  const query = pen.grammar.query(pen, { intent, ...(intent === 'tied' ? { tieTo: anchors } : {}), context: inner });
  const item = derived(pen, query.sql, query.columns, state, taken);
  const kind = dice.pick(['CROSS JOIN', 'LEFT JOIN', 'JOIN']);
  const sql = `${left.sql} ${kind} LATERAL ${item.sql}${kind === 'CROSS JOIN' ? '' : ' ON true'}`;
  return { ...left, sql, ranges: nullable(kind === 'LEFT JOIN' ? 'left' : 'inner', left.ranges, item.range) };
}

/** The joins so far in parentheses, with or without an alias that hides what is in them. */
function wrapped(pen: Pen, from: From, taken: Set<string>): From {
  if (from.start > 0 || from.ranges.length < 2 || from.hooked || from.conditions.length > 0) return from;
  pen.form('join in parentheses');
  if (!pen.dice.once(2)) return { ...from, sql: `(${from.sql})` };
  pen.form('alias of a join');
  const columns = from.ranges.flatMap((range) => range.columns);
  const states = from.ranges.map(({ state }) => state);
  const state = (['open', 'closed'] as const).find((one) => states.includes(one)) ?? 'clean';
  for (const range of from.ranges) taken.delete(range.alias);
  const name = alias(pen, taken);
  const renamed = !from.merged && pen.dice.once(2) ? columns.map((column, index) => ({ ...column, name: `j${index}` })) : undefined;
  const list = renamed ? `(${renamed.map((column) => column.name).join(', ')})` : '';
  return { ...from, sql: `(${from.sql}) AS ${ident(name)}${list}`, ranges: [{ alias: name, columns: renamed ?? unambiguous(columns), state }] };
}
