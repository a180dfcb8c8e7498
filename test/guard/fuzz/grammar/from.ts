/** FROM: items and the joins between them, with a tie for each further open item. */
import { tie } from './conditions.js';
import { alias, itemOf } from './items.js';
import { hookedJoin, inReach, lateral, named, nestedJoin, NESTING, onJoin, type From, type FromPlan, type JoinKind } from './joins.js';
import { ident, unambiguous, type Pen, type State } from './pen.js';

export function fromClause(pen: Pen, plan: FromPlan): From {
  const { dice } = pen;
  const taken = new Set((plan.beside ?? []).map((range) => range.alias));
  const first = itemOf(pen, plan.first, plan.context, taken);
  let from: From = { sql: first.sql, ranges: [first.range], conditions: [], hooked: false, start: 0, merged: false };
  const count =
    dice.weigh([
      [5, 0],
      [5, 1],
      [2, 2],
      [1, 3],
    ]) + (plan.closing === 'on' ? 1 : 0);
  for (let index = 0; index < count; index++) {
    const wantsHook = plan.closing === 'on' && index === count - 1;
    from = joined(pen, plan, from, taken, wantsHook);
    if (dice.once(12)) from = wrapped(pen, from, taken);
  }
  return from;
}

/** The joins that keep a placement good, by what comes in. */
function joinKind(pen: Pen, plan: FromPlan, state: State): JoinKind {
  const { dice } = pen;
  if (pen.slip()) return dice.pick(['left', 'cross', 'right', 'full', 'natural', 'using', 'comma', 'lateral']);
  const kept = plan.closing === 'where' || plan.closing === 'no';
  if (state === 'open')
    return dice.weigh<JoinKind>([
      [5, 'inner'],
      [2, 'left'],
      [2, 'comma'],
      [1, 'cross'],
      [2, 'using'],
      [1, 'natural'],
      [1, 'lateral'],
    ]);
  const inwards: readonly [number, JoinKind][] = kept
    ? [
        [2, 'right'],
        [2, 'full'],
      ]
    : [];
  return dice.weigh<JoinKind>([
    [5, 'inner'],
    [4, 'left'],
    [2, 'comma'],
    [2, 'cross'],
    [2, 'using'],
    [1, 'natural'],
    [2, 'lateral'],
    ...inwards,
  ]);
}

function joined(pen: Pen, plan: FromPlan, left: From, taken: Set<string>, wantsHook: boolean): From {
  const { dice } = pen;
  const { context } = plan;
  const cleanOnly = plan.first === 'clean' || (plan.single ?? false);
  const state = pen.slip()
    ? 'open'
    : cleanOnly
      ? 'clean'
      : dice.weigh<State>([
          [6, 'clean'],
          [3, 'open'],
          [1, 'closed'],
        ]);
  const anchors = [...left.ranges, ...(plan.beside ?? [])].filter((range) => range.state !== 'clean');
  if (wantsHook) {
    const right = itemOf(pen, state, context, taken);
    return hookedJoin(pen, plan, left, right, anchors);
  }
  const kind = joinKind(pen, plan, state);
  if (kind === 'lateral') return lateral(pen, plan, left, state, taken, anchors);
  const alone = itemOf(pen, state, context, taken);
  const nested = NESTING.includes(kind) && dice.once(8) ? nestedJoin(pen, plan, alone, cleanOnly, taken) : undefined;
  const right = nested?.item ?? alone;
  const ranges = [...left.ranges, right.range];
  const forgotten = right.range.state === 'open' && (kind === 'cross' || kind === 'comma') && pen.slip();
  const near = anchors.filter((range) => inReach(left).includes(range));
  const tied = right.range.state === 'open' ? tie(pen, [right.range], near.length > 0 ? near : anchors) : undefined;
  const bound = forgotten ? undefined : tied;
  switch (kind) {
    case 'comma':
    case 'cross': {
      pen.form(kind === 'comma' ? 'comma' : 'CROSS JOIN');
      const sql = kind === 'comma' ? `${left.sql}, ${right.sql}` : `${left.sql} CROSS JOIN ${right.sql}`;
      const start = kind === 'comma' ? left.ranges.length : left.start;
      return {
        ...left,
        ...(forgotten && tied !== undefined ? { forgotten: tied } : {}),
        sql,
        ranges,
        start,
        conditions: [...left.conditions, ...(bound === undefined ? [] : [bound])],
      };
    }
    case 'using':
    case 'natural':
      return named(pen, kind, left, right, bound, taken);
    default: {
      const both = onJoin(pen, plan, near.length > 0 || bound === undefined ? kind : 'inner', left, right, bound, near.length === 0);
      return nested ? { ...both, ranges: [...both.ranges, nested.other] } : both;
    }
  }
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
  return {
    ...from,
    sql: `(${from.sql}) AS ${ident(name)}${list}`,
    ranges: [{ alias: name, columns: renamed ?? unambiguous(columns), state }],
  };
}
