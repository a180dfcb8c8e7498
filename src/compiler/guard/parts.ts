/**
 * What the second half of the proof says of a query's rows: which protected rows are in them, and
 * what can still keep the rows of others out.
 */
import type { Column } from '../analysis/index.js';
import type { Violation } from '../query.js';

/** A column of an outer query that a part's rows must equal. */
export interface OuterColumn extends Column {
  /** Whether no row comes without the equality. A count has a row even where nothing is equal. */
  readonly binding: boolean;
}

/** Rows of a protected relation for which no filter has been found yet; a violation, where none ever is. */
export interface Need extends Omit<Violation, 'escape'> {
  readonly oid: number;
  readonly family: number;
}

/**
 * Some of what each row of a query is made of. Equalities tie all of it together: whatever filters one
 * of its columns, or ties one of them to filtered rows, does so for the whole part.
 */
export interface Part {
  /** The columns of the result that are plain columns of it; undefined is every one. */
  readonly columns: ReadonlySet<number> | undefined;
  /** The columns of the result that are made of some of its own, plain ones among them; without, `columns`. */
  readonly shown?: ReadonlySet<number>;
  /** Whether its rows came through a hook, so that whatever is tied to them did, too. */
  readonly guarded: boolean;
  readonly needs: readonly Need[];
  /** Whether a filter further out can still tell its rows apart, because nothing mixed or counted them. */
  readonly filterable: boolean;
  readonly outer: readonly OuterColumn[];
}

/** Rows that nothing needs to filter. */
export const CLEAN: Part = { columns: undefined, guarded: false, needs: [], filterable: true, outer: [] };

/** The tables whose rows a narrower filter must keep apart, by OID. */
export interface Protected {
  /** The relations that `guard.require` lists, and all that share rows with them. */
  readonly listed: ReadonlySet<number>;
  /** Those that the hooks are about, likewise. */
  readonly about: ReadonlySet<number>;
  /** Whether the statement has a hook: then the rows that it changes must be tied to it, too. */
  readonly hooked: boolean;
}

export function hasColumn({ columns }: Part, number: number): boolean {
  return columns === undefined ? number > 0 : columns.has(number);
}

/** Whether a filter around can be about it: a column of the result is made of it, and has a name, which no other has. */
export function isShown({ columns, shown = columns }: Part, names: readonly string[]): boolean {
  const isUnique = (name: string | undefined): boolean => name !== '?column?' && names.filter((other) => other === name).length === 1;
  return shown === undefined || [...shown].some((number) => isUnique(names[number - 1]));
}

/** Whether a value that is made of a column is made of this part; 0 is the whole row. */
export function makes({ columns, shown = columns }: Part, number: number): boolean {
  return shown === undefined || shown.has(number) || (number === 0 && shown.size > 0);
}

export const NO_COLUMNS: ReadonlySet<number> = new Set();

/** A part of rows that may be there without the equalities. */
export function unbound(part: Part): Part {
  return { ...part, outer: part.outer.map((column) => ({ ...column, binding: false })) };
}
