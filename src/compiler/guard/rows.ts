/**
 * What the filter makes of a set of rows: the three answers, and how they combine.
 *
 * Invariant: `closed` and `sealed` hold for every database. If the filter lets nothing through, a
 * closed set is empty. A sealed set may have rows, such as `count(*)` of a closed set or a VALUES
 * list, but they reveal nothing about any table. Whatever is not proven is `open`.
 */
import type { Through } from '../query.js';

export type Flow = 'closed' | 'sealed' | 'open';

export interface Rows {
  readonly flow: Flow;
  /** What the hook stands in; undefined for rows that no hook has to do with, such as constants. */
  readonly through: Through | undefined;
  /** Whether each row was touched by a guarded UPDATE or DELETE. */
  readonly taken: boolean;
  /** For open rows: the tables that are read past the filter. */
  readonly leaks: readonly string[];
  /** For closed rows: the tables whose rows come only with a row that passed the filter, by a join. */
  readonly joined: readonly string[];
}

const NOTHING = { taken: false, leaks: [], joined: [] } as const;

export function closed(through: Through, joined: readonly string[] = []): Rows {
  return { ...NOTHING, flow: 'closed', through, joined };
}

export function sealed(through: Through | undefined): Rows {
  return { ...NOTHING, flow: 'sealed', through };
}

export function open(...leaks: readonly string[]): Rows {
  return { ...NOTHING, flow: 'open', through: undefined, leaks: [...new Set(leaks)] };
}

/** The rows of a subquery or CTE, as the query that reads them names the way. */
export function via(through: Through, rows: Rows): Rows {
  return { ...rows, through: rows.through && through };
}

/** Every combination of the rows of each: an inner join, or a FROM list. */
export function product(items: readonly Rows[]): Rows {
  const opens = items.filter((item) => item.flow === 'open');
  const empty = items.filter((item) => item.flow === 'closed');
  const [first] = empty;
  if (first?.through !== undefined) {
    const joined = [...opens.flatMap((item) => item.leaks), ...items.flatMap((item) => item.joined)];
    return { ...closed(first.through, [...new Set(joined)]), taken: empty.some((item) => item.taken) };
  }
  if (opens.length > 0) return open(...opens.flatMap((item) => item.leaks));
  return sealed(firstThrough(items));
}

/** Each row of `kept`, with the rows of `optional` that match it, if any. */
export function outerJoin(kept: Rows, optional: Rows): Rows {
  if (kept.flow === 'closed') return { ...kept, joined: [...kept.joined, ...optional.leaks, ...optional.joined] };
  if (kept.flow === 'open') return kept;
  if (optional.flow === 'open') return optional;
  return sealed(firstThrough([kept, optional]));
}

/** The rows of both sides, as in a full join or a set operation: they are open if one side is. */
export function both(left: Rows, right: Rows, through?: Through): Rows {
  const sides = [left, right];
  const opens = sides.filter((side) => side.flow === 'open');
  if (opens.length > 0) return open(...opens.flatMap((side) => side.leaks));
  const how = firstThrough(sides);
  if (how === undefined || sides.some((side) => side.flow === 'sealed')) return sealed(how);
  const joined = sides.flatMap((side) => side.joined);
  return { ...closed(through ?? how, joined), taken: left.taken && right.taken };
}

function firstThrough(items: readonly Rows[]): Through | undefined {
  return items.find((item) => item.through !== undefined)?.through;
}
