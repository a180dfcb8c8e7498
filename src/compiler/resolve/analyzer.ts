/**
 * What the parts of the resolver share. Expressions hold queries and queries hold expressions, so
 * each reaches the other through this object instead of an import.
 */
import type { Node } from 'libpg-query';
import type { Catalog, CatalogColumn, Relation } from '../../catalog/index.js';
import type { ParsedStatement } from '../parse.js';
import type { Reasons } from './reason.js';
import type { CteScope, Scope, ScopeColumn } from './scope.js';
import type { Field, HeldToOne, Source, Value } from './value.js';

/** What the caller knows better than the schema; undefined where it does not. */
export interface Overrides {
  readonly columnNullable?: ((relation: Relation, column: CatalogColumn) => boolean | undefined) | undefined;
  readonly functionNullable?: ((schema: string, name: string) => boolean | undefined) | undefined;
}

/** A `*` in a select list, as it was found. */
export interface FoundStar {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** False where the columns cannot be written out; `text` is then the star itself. */
  readonly expandable: boolean;
  readonly columnCount: number;
  readonly relation: Relation | undefined;
  readonly alias: string | undefined;
  readonly nullExtended: boolean;
}

export interface OutputColumn extends Field {
  /** Absent where a star stands for it. */
  readonly expression: Node | undefined;
  readonly star: FoundStar | undefined;
  /** The column of the FROM list that it passes on unchanged. */
  readonly column: ScopeColumn | undefined;
}

/** What is known of a query's result before it runs. */
export interface QueryShape {
  /** Undefined for a statement without a result. */
  readonly columns: readonly OutputColumn[];
  readonly returnsRows: boolean;
  readonly atLeastOne: boolean;
  readonly atMostOne: boolean;
  /** How values held in its columns bound its rows; undefined where they are not known to. */
  readonly heldToOne: HeldToOne | undefined;
  /** Ruled out wherever the query gives a row. */
  readonly facts: Reasons;
  /** Sources of enclosing queries that it reads. */
  readonly outerSources: readonly Source[];
  /** Two evaluations over the same data may differ. */
  readonly volatile: boolean;
}

/**
 * What follows from a condition's outcome: `notTrue` is false or NULL, `notFalse` true or NULL.
 * `undefined` as an answer says that the outcome cannot happen, from which everything follows.
 */
export type Outcome = 'true' | 'false' | 'notTrue' | 'notFalse';

export interface Analyzer {
  readonly catalog: Catalog;
  readonly overrides: Overrides;
  /** The statement whose text stars are replaced in; a view's definition has none. */
  readonly statement: ParsedStatement | undefined;
  readonly stars: Map<Node, FoundStar>;
  parameter(number: number): Value;
  expression(node: Node, scope: Scope): Value;
  prove(node: Node, scope: Scope, outcome: Outcome): Reasons | undefined;
  /** `parent` is the scope of names from outside, `ctes` the WITH entries in reach. */
  query(node: Node, parent: Scope | undefined, ctes: CteScope | undefined): QueryShape;
  /** What a view's definition gives, with its columns told apart from those of its other uses. */
  view(relation: Relation): ViewShape;
}

/** A view's columns are empty where its definition cannot be followed. */
export type ViewShape = { readonly columns: readonly Field[] } & Pick<QueryShape, 'atLeastOne' | 'atMostOne' | 'heldToOne'>;

/** What a condition proves where it is true; nothing where it never is, as no row is left to speak of. */
export function provenBy(analyzer: Analyzer, condition: Node | undefined, scope: Scope): Reasons {
  return condition === undefined ? [] : (analyzer.prove(condition, scope, 'true') ?? []);
}
