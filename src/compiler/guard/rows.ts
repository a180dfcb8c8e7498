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
  /** The tables that are read past the filter: by open rows alone, by closed ones only beside a row that passed it, by a join. */
  readonly tables: readonly string[];
}

export function closed(through: Through, tables: readonly string[] = []): Rows {
  return { flow: 'closed', through, taken: false, tables };
}

export function sealed(through: Through | undefined): Rows {
  return { flow: 'sealed', through, taken: false, tables: [] };
}

export function open(...tables: readonly string[]): Rows {
  return { flow: 'open', through: undefined, taken: false, tables: [...new Set(tables)] };
}

/** The rows of a subquery or CTE, as the query that reads them names the way. */
export function via(through: Through, rows: Rows): Rows {
  return { ...rows, through: rows.through && through };
}

/** Every combination of the rows of each: an inner join, or a FROM list. One closed set closes all. */
export function product(items: readonly Rows[]): Rows {
  const empty = items.find(({ flow }) => flow === 'closed');
  if (empty === undefined) return anyOf(items);
  return { ...empty, tables: tablesOf(items), taken: items.some(({ taken }) => taken) };
}

/** Each row of `kept`, with the rows of `optional` that match it, if any. */
export function outerJoin(kept: Rows, optional: Rows): Rows {
  if (kept.flow === 'closed') return { ...kept, tables: tablesOf([kept, optional]) };
  if (kept.flow === 'open') return kept;
  return optional.flow === 'open' ? optional : sealed(kept.through ?? optional.through);
}

/** The rows of both sides, as in a full join or a set operation. */
export function both(left: Rows, right: Rows, through?: Through): Rows {
  const sides = [left, right];
  if (sides.some(({ flow }) => flow !== 'closed')) return anyOf(sides);
  return { ...left, through: through ?? left.through, tables: tablesOf(sides), taken: left.taken && right.taken };
}

/** Rows that are not closed: they are open if some of them are. */
function anyOf(items: readonly Rows[]): Rows {
  const opens = items.filter(({ flow }) => flow === 'open');
  return opens.length > 0 ? open(...tablesOf(opens)) : sealed(items.find(({ through }) => through !== undefined)?.through);
}

function tablesOf(items: readonly Rows[]): readonly string[] {
  return [...new Set(items.flatMap(({ tables }) => tables))];
}
