/**
 * What every part of the grammar writes with: the choices, the names in use, and the marks that a
 * text holds until it is known for what it is written (`text.ts`).
 */
import type { Dice } from '../dice.js';
import { freeMark, hookMark, type Glue } from '../text.js';

export type Type = 'int' | 'text' | 'bool' | 'ints';

export interface Column {
  readonly name: string;
  readonly type: Type;
  /** Whether its values tell whose they are, so that a filter and a tie can be written over it. */
  readonly coloured: boolean;
  /** Whether it is a listed table's own, so that a filter over it is about that table. */
  readonly listed: boolean;
  /** Whether it is of a range that no hook below has filtered. */
  readonly raw?: boolean | undefined;
  /** Whether it is the `team_id` of a listed table, on every row. */
  readonly team: boolean;
}

/**
 * What the filter has to do with the rows of a range: `clean` ones are of no listed table, `closed`
 * ones have come through a hook, and `open` ones are of a listed table and have not.
 */
export type State = 'clean' | 'open' | 'closed';

/** An item of FROM, as the query around it sees it. */
export interface Range {
  readonly alias: string;
  readonly columns: readonly Column[];
  readonly state: State;
  /** Whether its rows are of the type of `docs`, which some functions take. */
  readonly docs?: boolean;
  /** Whether only constants come up of its rows. */
  readonly mute?: boolean;
}

export interface Cte {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly state: State;
}

/** Where a query stands. */
export interface Context {
  /** The ranges of the queries around it that it can name, the nearest first. */
  readonly outer: readonly Range[];
  readonly ctes: readonly Cte[];
  /** How many more queries may stand in each other. */
  readonly depth: number;
  /** Whether it stands in a condition, which may be narrowed by what the filter hides. */
  readonly free: boolean;
}

export interface Request {
  /** `tied` has no hook, and its open ranges are tied to the query around it. */
  readonly intent: State | 'tied';
  /** Ranges around it, one of which it is tied to by an equality. */
  readonly tieTo?: readonly Range[];
  /** The types of its columns; otherwise any. */
  readonly types?: readonly Type[];
  /** What it is good for: a scalar has one column, and at most one row. */
  readonly use?: 'rows' | 'scalar' | 'exists';
  readonly context: Context;
}

export interface Query {
  readonly sql: string;
  readonly columns: readonly Column[];
  /** Whether a statement that changes rows returns some. */
  readonly returns?: boolean;
}

/** The grammar's entries, which need each other: a query has expressions, and expressions have queries. */
export interface Grammar {
  query(pen: Pen, request: Request): Query;
  /** A statement that changes rows and returns some, for a CTE. */
  change(pen: Pen, context: Context): Query;
}

export class Pen {
  /** The forms of SQL that the statement has. */
  readonly forms = new Set<string>();
  /** How often a listed table is read where the filter should reach. */
  reads = 0;
  /** Whether a hook stands where no filter can be written that tells rows apart. */
  unfilterable = false;
  /** Whether what the hook filters is filtered there and nowhere else, as a policy of the table would. */
  plain = true;
  changes = false;
  private names = 0;

  constructor(
    readonly dice: Dice,
    readonly grammar: Grammar,
    /** The major version of the server. */
    readonly version: number,
    /** One decision in so many is wrong; 0 is none. */
    private readonly slips: number,
  ) {}

  /** Whether to do the wrong thing here. */
  slip(): boolean {
    return this.slips > 0 && this.dice.once(this.slips);
  }

  form(name: string): void {
    this.forms.add(name);
  }

  /** A name that nothing else in the statement has. */
  fresh(prefix: string): string {
    this.names++;
    return `${prefix}${this.names}`;
  }

  /** A table's name, which is another schema's in a condition that the filter does not reach. */
  table(name: string, { free }: Context): string {
    return free ? freeMark(name) : name;
  }

  /**
   * A hook. Its filter is about one of the open ranges, as the others must be tied to it; where
   * none is open, about each of them. Where only columns of other tables or constants come up to it,
   * as the guard should not let pass, it is about one of those, or lets every row through.
   */
  hook(ranges: readonly Range[], glued = false): string {
    const needy = ranges.filter(({ state }) => state === 'open');
    const isBare = this.isBare(needy);
    const about =
      needy.length > 0
        ? this.oneOf(needy, isBare || needy.every(isFiltered) ? () => true : ({ raw }) => raw === true)
        : ranges.flatMap((range) => this.oneOf([range], ({ listed }) => listed || !hasListed(range)));
    // It may have rows of a listed table by a slip, and no filter here can make up for that.
    if (ranges.some(({ state, columns }) => state !== 'open' && columns.every(({ coloured }) => !coloured))) this.unfilterable = true;
    if (about.length === 0 && !(needy.length > 0 && needy.every(({ mute }) => mute))) this.unfilterable = true;
    if (needy.length === 0 || !about.every(({ column }) => column.team)) this.plain = false;
    const glue: Glue = glued ? 'glued' : this.dice.pick(['spaced', 'lined']);
    return hookMark(
      about.map(({ range, column }) => ({ reference: `${ident(range.alias)}.${ident(column.name)}`, type: column.type })),
      glue,
    );
  }

  /** Whether no column of a listed table comes up to the hook, so that any filter there is about other rows. */
  private isBare(needy: readonly Range[]): boolean {
    return needy.every(({ columns }) => columns.every(({ coloured, listed, raw }) => coloured && !listed && raw !== true));
  }

  /** A column over which a filter can be written, a team's where there is one. */
  private oneOf(
    ranges: readonly Range[],
    fits: (column: Column) => boolean,
  ): readonly { readonly range: Range; readonly column: Column }[] {
    const columns = ranges.flatMap((range) =>
      range.columns.filter((column) => column.coloured && fits(column)).map((column) => ({ range, column })),
    );
    const byTeam = columns.filter(({ column }) => column.team);
    const found = this.dice.any(byTeam.length > 0 && !this.dice.once(3) ? byTeam : columns);
    return found ? [found] : [];
  }
}

/** Whether a hook stands below it. */
function isFiltered({ columns }: Range): boolean {
  return columns.every(({ raw }) => raw === false);
}

function hasListed({ columns }: Range): boolean {
  return columns.some(({ listed, coloured }) => listed && coloured);
}

const RESERVED = new Set([
  'case',
  'array',
  'exists',
  'coalesce',
  'user',
  'row',
  'nullif',
  'greatest',
  'least',
  'values',
  'all',
  'any',
  'end',
  'select',
  'table',
]);

/** A name as SQL writes it. */
export function ident(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The columns that one name refers to, and only it. */
export function unambiguous(columns: readonly Column[]): readonly Column[] {
  return columns.filter(({ name }) => name !== '?column?' && columns.filter((other) => other.name === name).length === 1);
}

/** The ranges that a query with these of its own can name. */
export function visible(own: readonly Range[], outer: readonly Range[]): readonly Range[] {
  return [...own, ...outer.filter(({ alias }) => own.every((range) => range.alias !== alias))];
}

export function inside(context: Context, outer: readonly Range[], free = context.free): Context {
  return { ...context, outer: visible(outer, context.outer), depth: context.depth - 1, free };
}
