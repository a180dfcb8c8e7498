/**
 * What the second half of the proof says of a query's rows: which protected rows are in them, and
 * what could still keep those of others out.
 */
import type { PlainColumn } from '../analysis/index.js';

/** A column of a query around, by how many queries out it is; 0 is the query that a part is seen from. */
export interface OuterColumn extends PlainColumn {
  /** Whether there is no row without the equality: not so of a count, which has a row whatever it counts. */
  readonly binding: boolean;
}

/** Rows of a protected relation that no filter was found for yet. */
export interface Need {
  readonly oid: number;
  /** As a reader names it. */
  readonly table: string;
  /** The view that they are read through. */
  readonly view: string | undefined;
  readonly family: number;
  /** Whether `guard.require` lists it, or whether it is only what the hooks of the statement are about. */
  readonly listed: boolean;
}

/**
 * Some of what each row of a query carries, all of it tied together by equalities: a filter of one
 * of its columns, or a tie with one, is one of all of it.
 */
export interface Part {
  /** The columns of the result that are plain columns of it; undefined is every one. */
  readonly columns: ReadonlySet<number> | undefined;
  /** The columns of the result that are made of some of its own, plain ones among them; without, `columns`. */
  readonly shown?: ReadonlySet<number>;
  /** Whether it came through a hook, so that what is tied to it came through, too. */
  readonly guarded: boolean;
  readonly needs: readonly Need[];
  /** Whether a filter around can still tell its rows apart: none were mixed or counted. */
  readonly filterable: boolean;
  /** Columns of queries around that a row's own must equal. */
  readonly outer: readonly OuterColumn[];
}

export function hasColumn({ columns }: Part, number: number): boolean {
  return columns === undefined ? number > 0 : columns.has(number);
}

/** Whether a filter around can be about it: a column of the result that has a name of its own is made of it. */
export function isShown({ columns, shown = columns }: Part, names: readonly string[]): boolean {
  const isUnique = (name: string | undefined): boolean => names.filter((other) => other === name).length === 1;
  return shown === undefined || [...shown].some((number) => isUnique(names[number - 1]));
}

/** Whether a value that is made of a column is made of this part; 0 is the whole row. */
export function makes({ columns, shown = columns }: Part, number: number): boolean {
  return shown === undefined || shown.has(number) || (number === 0 && shown.size > 0);
}

export const NO_COLUMNS: ReadonlySet<number> = new Set();

/** A part as the query around sees it: a CTE's may be read from further in than it is declared. */
export function outward(part: Part, levelsUp: number): Part {
  return part.outer.length === 0
    ? part
    : { ...part, outer: part.outer.map((column) => ({ ...column, levelsUp: column.levelsUp - 1 + levelsUp })) };
}
