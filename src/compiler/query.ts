/** The finished model of one query: what emit, inspect and audit read. */
import type { Command, Hook, RewrittenQuery } from './dialect/index.js';
import type { TableColumn, PgType, Relation } from '../catalog/index.js';
import type { Override } from '../config/index.js';
import type { JsonSlot } from './json-shape.js';

/** What the configuration says of a column, or of its type. */
export type Overriding = (type: PgType, column?: TableColumn) => Override | undefined;

export type Cardinality = 'none' | 'one' | 'zeroOrOne' | 'many';

export interface QueryParameter {
  /** The placeholder's number. */
  readonly number: number;
  /** sqlc's name of it. Two numbers with one name are one argument, bound twice. */
  readonly name: string;
  readonly type: PgType;
  /** Whether NULL is a sensible argument. */
  readonly nullable: boolean;
  /** Whether the caller may leave it out: a nullable one is then NULL, another one its default. */
  readonly optional: boolean;
  /** The zero value found in the SQL, as SQL and as the text that is bound for it. */
  readonly default: { readonly sql: string; readonly text: string } | undefined;
  /** The enum that the parameter is cast to somewhere, where `type` itself is text; for an array of texts, the array of that enum. */
  readonly enumType: PgType | undefined;
  /** Of an array: as the casts of it write them, 0 where none does. */
  readonly dimensions: number;
  /** Of an array: whether its elements may be NULL, as those that end in a nullable column by `unnest`. */
  readonly elementsNullable: boolean;
  /** The string literals that it is compared with, where any other value would find nothing; or those beside its enum's labels. */
  readonly literals: readonly string[] | undefined;
  /** Whether it stands in a LIMIT or OFFSET: a count of rows, which a caller writes as a number. */
  readonly rowCount: boolean;
  /** The column that the parameter is written to or compared with, for overrides and comments. */
  readonly column: TableColumn | undefined;
  /** The primary keys whose values it takes; empty unless they are branded. */
  readonly keys: readonly TableColumn[];
}

export interface QueryColumn {
  /** sqlc's name of it, before duplicates get `_2`. */
  readonly name: string;
  readonly type: PgType;
  readonly nullable: boolean;
  /** For an array: whether elements may be NULL, and how many dimensions a value has. */
  readonly elementsNullable: boolean;
  readonly dimensions: number;
  /** The column it comes from unchanged, for models, overrides and comments. */
  readonly column: TableColumn | undefined;
  /** The primary keys whose values it holds; empty unless they are branded. */
  readonly keys: readonly TableColumn[];
  /** The name of the WITH entry that it is a column of, unchanged. */
  readonly entry: string | undefined;
  /** What JSON it is, or an array's elements are, where the query makes it. */
  readonly json: JsonSlot | undefined;
  /** The one of `CompiledQuery.embeds` that it belongs to. */
  readonly embed: QueryEmbed | undefined;
}

export interface QueryEmbed {
  readonly relation: Relation;
  /** The table's name or alias in the query. */
  readonly alias: string;
  /** Whether the whole row can be missing, by an outer join. */
  readonly nullable: boolean;
  /** The indexes of the result's columns that are the relation's, one for each, in the relation's order. */
  readonly columns: readonly number[];
  /** Whether one NULL in a column that is NOT NULL proves the row missing, or only all of them do. */
  readonly whole: boolean;
  /** The index of a column of the row, behind the result's own, that is true where the row is there; undefined where none was asked for. */
  readonly presence: number | undefined;
}

/** What a `:copyfrom` fills: a column and a parameter's number for each value of a row. */
export interface QueryCopy {
  readonly relation: Relation;
  readonly columns: readonly string[];
  readonly parameters: readonly number[];
}

/** How a filter comes to bear on rows, as the audit words it. */
export type Through = 'where' | 'join' | 'subquery' | 'cte' | 'condition' | 'every arm';

/** How protected rows get past a filter. */
export type Escape =
  /** Nothing in their query ties them to what is filtered. */
  | 'untied'
  /** A subquery that makes a value or a condition of them. */
  | 'value'
  /** They were counted, numbered, cut or combined before a filter could tell them apart. */
  | 'mixed'
  /** The query that a hook stands in gives a name of theirs to something else. */
  | 'named'
  /** They are the rows that a change changes, and no condition names one of them. */
  | 'target'
  /** ON CONFLICT DO UPDATE, or a MERGE's action on what has no match. */
  | 'conflict'
  | 'unmatched'
  /** A function that reads what its argument names, or returns the relation's rows as a value. */
  | 'function'
  | 'statistics'
  /** A statement of which nothing is known, e.g. COPY. */
  | 'statement';

export interface Violation {
  readonly escape: Escape;
  /** As a reader names it. */
  readonly table: string;
  /** The view that its rows are read through. */
  readonly view: string | undefined;
  /** Whether `guard.require` lists it; else the hooks of the statement are about it. */
  readonly listed: boolean;
}

/** What a query's hooks were proven to do. */
export interface QueryProof {
  /** How rows of a listed table get past every filter, where they do. */
  readonly uncovered: Violation | undefined;
  /** By what the rows come through the filter; undefined where nothing does. */
  readonly through: Through | undefined;
}

export interface CompiledQuery {
  readonly rewritten: RewrittenQuery;
  readonly name: string;
  readonly command: Command;
  readonly cardinality: Cardinality;
  /** Whether PostgreSQL has one plan for it, whatever the arguments and without a filter. */
  readonly onePlan: boolean;
  /** Whether it changes and locks nothing, and calls nothing that may; a filter is judged where it comes. */
  readonly readOnly: boolean;
  /** Whether it is about the connection that it runs on, so that a pool is of no use to it. */
  readonly oneConnection: boolean;
  /** The text that was described, stars expanded, each hook as `AND (true)`. */
  readonly text: string;
  /** The guarded places: the offsets of each hook's `AND (true)` in `text`. */
  readonly hooks: readonly Pick<Hook, 'at' | 'until'>[];
  /** What its hooks were proven to guard, and which listed table is read past them. */
  readonly proof: QueryProof;
  readonly parameters: readonly QueryParameter[];
  readonly columns: readonly QueryColumn[];
  readonly embeds: readonly QueryEmbed[];
  /** Every table that the statement reads or writes, each once, views as themselves. */
  readonly reads: readonly Relation[];
  readonly writes: readonly Relation[];
  /** Only for `:copyfrom`. */
  readonly copy: QueryCopy | undefined;
}
