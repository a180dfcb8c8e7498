/** The joins that a FROM is made of, one function for each way of writing one. */
import { condition, tie } from './conditions.js';
import { attributeCall, columnsOf } from './expressions.js';
import { alias, derived, itemOf, type Item } from './items.js';
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
  /** A tie that was left out, for an ON where it ties nothing. */
  readonly forgotten?: string;
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

export type JoinKind = 'inner' | 'cross' | 'comma' | 'left' | 'right' | 'full' | 'using' | 'natural' | 'lateral';

const JOINS = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT OUTER JOIN', full: 'FULL JOIN' } as const;

export function onJoin(
  pen: Pen,
  plan: FromPlan,
  kind: 'inner' | 'left' | 'right' | 'full',
  left: From,
  right: Item,
  bound: string | undefined,
  far: boolean,
): From {
  pen.form(JOINS[kind].replace(' OUTER', ''));
  const own = inReach(left);
  const ranges = nullable(kind, left.ranges, right.range);
  const place = { ranges: visible([...own, right.range], plan.context.outer), filtered: [], context: plan.context };
  // FULL JOIN wants a condition that can be merged or hashed.
  const other = kind === 'full' || pen.dice.once(2) ? (tie(pen, own, [right.range]) ?? 'true') : condition(pen, place);
  // The tie of a row that may be missing belongs into the ON; that of an inner join may stand outside.
  const outside = bound !== undefined && kind === 'inner' && (far || pen.dice.once(3));
  const late = left.forgotten !== undefined && kind !== 'full' ? ` AND ${left.forgotten}` : '';
  const on = bound !== undefined && !outside ? (pen.dice.once(3) && kind !== 'full' ? `${bound} AND ${other}` : bound) : other;
  return {
    ...left,
    sql: `${left.sql} ${JOINS[kind]} ${right.sql} ON ${on}${late}`,
    ranges,
    conditions: outside ? [...left.conditions, bound] : left.conditions,
  };
}

export const NESTING: readonly JoinKind[] = ['inner', 'left', 'right', 'full'];

/** A join in parentheses on the right of another. */
export function nestedJoin(
  pen: Pen,
  plan: FromPlan,
  first: Item,
  cleanOnly: boolean,
  taken: Set<string>,
): { readonly item: Item; readonly other: Range } {
  const { dice } = pen;
  pen.form('join on the right of a join');
  const second = itemOf(
    pen,
    cleanOnly || first.range.state === 'clean' ? 'clean' : dice.pick<State>(['clean', 'open']),
    plan.context,
    taken,
  );
  const kind = pen.slip() ? dice.pick(['right', 'full', 'left'] as const) : dice.pick(['inner', 'left'] as const);
  const place = { ranges: visible([first.range, second.range], plan.context.outer), filtered: [], context: plan.context };
  const on =
    (second.range.state === 'open' || kind === 'full' || dice.once(2) ? tie(pen, [second.range], [first.range]) : undefined) ??
    (kind === 'full' ? 'true' : condition(pen, place));
  const [left, right] = [nullable(kind, [first.range], second.range)[0] ?? first.range, second.range];
  return {
    item: { sql: `(${first.sql} ${JOINS[kind]} ${second.sql} ON ${on})`, range: left },
    other: { ...right, columns: right.columns.map((column) => ({ ...column, team: false })) },
  };
}

/** What an ON can name: nothing in front of the last comma. */
export function inReach({ ranges, start }: From): readonly Range[] {
  return ranges.slice(start);
}

/** A side that may be missing has no team on every row. */
function nullable(kind: JoinKind, left: readonly Range[], right: Range): readonly Range[] {
  const without = (range: Range): Range => ({ ...range, columns: range.columns.map((column) => ({ ...column, team: false })) });
  return [...(kind === 'right' || kind === 'full' ? left.map(without) : left), kind === 'left' || kind === 'full' ? without(right) : right];
}

export function hookedJoin(pen: Pen, plan: FromPlan, left: From, right: Item, anchors: readonly Range[]): From {
  const kind = pen.slip() ? pen.dice.pick(['left', 'right', 'full'] as const) : 'inner';
  pen.form('hook in ON');
  if (kind !== 'inner') pen.plain = false;
  const own = inReach(left);
  const near = anchors.filter((range) => own.includes(range));
  const bound = right.range.state === 'open' ? tie(pen, [right.range], near.length > 0 ? near : anchors) : undefined;
  const place = { ranges: visible([...own, right.range], plan.context.outer), filtered: [], context: plan.context };
  const outside = bound !== undefined && near.length === 0 ? [bound] : [];
  const on = (near.length > 0 ? bound : undefined) ?? tie(pen, own, [right.range]) ?? condition(pen, place);
  const ranges = [...left.ranges, right.range];
  return {
    ...left,
    sql: `${left.sql} ${JOINS[kind]} ${right.sql} ON ${on}${pen.hook([...own, right.range])}`,
    ranges,
    conditions: [...left.conditions, ...outside],
    hooked: true,
  };
}

/** NATURAL and USING, whose merged columns may have an alias of their own. */
export function named(pen: Pen, kind: 'using' | 'natural', left: From, right: Item, bound: string | undefined, taken: Set<string>): From {
  const { dice } = pen;
  const own = inReach(left);
  const names = unambiguous(own.flatMap(({ columns }) => columns)).filter(({ type }) => type === 'int' || type === 'text');
  const common = unambiguous(right.range.columns).filter((column) =>
    names.some(({ name, type }) => name === column.name && type === column.type),
  );
  const twice = right.range.columns.some(
    ({ name }) => own.flatMap(({ columns }) => columns).filter((other) => other.name === name).length > 1,
  );
  const column = twice && kind === 'natural' ? undefined : dice.any(common);
  const ranges = [...left.ranges, right.range];
  // The equality is with one of the items on the left; only where it is alone is it surely the anchor.
  const tied = own.length === 1 && own[0]?.state !== 'clean' && column?.coloured === true;
  const merged = true;
  const conditions = bound === undefined || (tied && !dice.once(3)) ? left.conditions : [...left.conditions, bound];
  if (!column)
    return {
      ...left,
      sql: `${left.sql} CROSS JOIN ${right.sql}`,
      ranges,
      conditions: bound === undefined ? left.conditions : [...left.conditions, bound],
    };
  const kept = dice.once(4) && (bound === undefined || tied) ? 'LEFT JOIN' : 'JOIN';
  const outer = pen.slip() ? dice.pick(['FULL JOIN', 'RIGHT JOIN']) : kept;
  if (kind === 'natural') {
    pen.form('NATURAL JOIN');
    return {
      ...left,
      sql: `${left.sql} NATURAL ${outer} ${right.sql}`,
      ranges: nullable(outer === 'JOIN' ? 'inner' : 'left', left.ranges, right.range),
      conditions,
      merged,
    };
  }
  pen.form('USING');
  const sql = `${left.sql} ${outer} ${right.sql} USING (${ident(column.name)})`;
  const extended = nullable(outer === 'JOIN' ? 'inner' : 'left', left.ranges, right.range);
  if (!dice.once(3)) return { ...left, sql, ranges: extended, conditions, merged };
  pen.form('USING with an alias');
  const together: Range = {
    alias: alias(pen, taken),
    columns: [{ ...column, team: false }],
    state: own.length === 1 ? (own[0]?.state ?? 'clean') : 'clean',
  };
  return { ...left, sql: `${sql} AS ${ident(together.alias)}`, ranges: [...extended, together], conditions, merged };
}

/** A query or a call that sees the items on its left. */
export function lateral(pen: Pen, plan: FromPlan, left: From, state: State, taken: Set<string>, anchors: readonly Range[]): From {
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
    const range: Range = {
      alias: name,
      columns: [{ name: 'v', type: 'int', coloured: call === undefined, listed: false, team: false }],
      state: 'clean',
    };
    const sql = dice.pick([
      `unnest(ARRAY[${values.join(', ')}])`,
      `(SELECT ${call ?? values[0] ?? '1'})`,
      `(VALUES (${values.join('), (')}))`,
    ]);
    return { ...left, sql: `${left.sql} CROSS JOIN LATERAL ${sql} AS ${ident(name)}(v)`, ranges: [...left.ranges, range] };
  }
  const intent = state === 'open' && !pen.slip() ? 'tied' : state;
  const query = pen.grammar.query(pen, { intent, ...(intent === 'tied' ? { tieTo: anchors } : {}), context: inner });
  const item = derived(pen, query.sql, query.columns, state, taken);
  const kind = dice.pick(['CROSS JOIN', 'LEFT JOIN', 'JOIN']);
  const sql = `${left.sql} ${kind} LATERAL ${item.sql}${kind === 'CROSS JOIN' ? '' : ' ON true'}`;
  return { ...left, sql, ranges: nullable(kind === 'LEFT JOIN' ? 'left' : 'inner', left.ranges, item.range) };
}
