/**
 * Which result columns can be NULL, where they come from, and what stands for each `*`.
 *
 * Invariant: a column called not null never yields NULL. What is not proven is nullable, and a
 * statement that is not understood has no columns here.
 */
import type { Node } from 'libpg-query';
import type { Catalog, CatalogColumn, Relation } from '../../catalog/index.js';
import type { ParsedStatement } from '../parse.js';
import { type Analyzer, analyzeStatement, type FoundStar, isArray, isNullable, type OutputColumn, type Overrides, TYPE, type Value } from '../resolve/index.js';

export interface ResultOptions extends Overrides {
  /** Whether NULL may be passed for the placeholder. */
  readonly parameterNullable: (number: number) => boolean;
}

export interface ResultAnalysis {
  /** In the result's order; empty for a statement without a result, or one whose columns cannot be told. */
  readonly columns: readonly ResultColumn[];
  /** In the text's order. */
  readonly stars: readonly StarExpansion[];
}

export interface ResultColumn {
  /** As PostgreSQL names it. */
  readonly name: string;
  readonly nullable: boolean;
  /** The nullability in its own table or subquery, whatever joins and conditions of this statement do. */
  readonly nullableWhenPresent: boolean;
  /** For an array: whether elements may be NULL. False for a stored column, whose decoder refuses them. */
  readonly elementsNullable: boolean;
  /** For an array: 1 unless a declaration, literal, cast or aggregate says more. For another type: 0. */
  readonly dimensions: number;
  /** The table's or view's column that it is, unchanged. */
  readonly column: { readonly relation: Relation; readonly column: CatalogColumn } | undefined;
  /** The name of the WITH entry that it is a column of, unchanged. */
  readonly entry: string | undefined;
  /** Absent where a star stands for it. */
  readonly expression: Node | undefined;
  /** The index into `stars`. */
  readonly star: number | undefined;
}

export interface StarExpansion {
  /** Offsets in the statement's text. */
  readonly start: number;
  readonly end: number;
  /** What to write instead, on as many lines; the star itself where `expandable` is false. */
  readonly text: string;
  /** False where the columns cannot be written out, as two of one name in one subselect. */
  readonly expandable: boolean;
  readonly columnCount: number;
  /** It stands in the list that makes the statement's result. */
  readonly topLevel: boolean;
  /** For `t.*` of a table or view. */
  readonly relation: Relation | undefined;
  /** The `t` of `t.*`. */
  readonly alias: string | undefined;
  /** The whole row may be missing by an outer join, and nothing restores it. */
  readonly nullExtended: boolean;
}

/** Analyses one statement. Never throws for a statement that PostgreSQL accepts. */
export function analyzeResult(statement: ParsedStatement, catalog: Catalog, options: ResultOptions): ResultAnalysis {
  const { analyzer, shape } = analyzeStatement(statement, catalog, options);
  const { columns } = shape;
  const found = [...analyzer.stars.values()].sort((a, b) => a.start - b.start);
  const topLevel = new Set(columns.map((column) => column.star?.start));
  return {
    columns: columns.map((column) => resultColumn(analyzer, column, found)),
    stars: found.map((star) => ({ ...star, topLevel: topLevel.has(star.start) })),
  };
}

function resultColumn(analyzer: Analyzer, { name, value, expression, star, column }: OutputColumn, stars: readonly FoundStar[]): ResultColumn {
  // A recursive query is looked at several times; each time finds the same stars.
  const index = star === undefined ? -1 : stars.findIndex((candidate) => candidate.start === star.start);
  return {
    name,
    nullable: isNullable(value),
    nullableWhenPresent: value.nullableWhenPresent,
    elementsNullable: value.elements === 'nullable',
    dimensions: dimensionsOf(analyzer, value),
    column: value.origin,
    entry: column?.leaf?.source.entry,
    expression,
    star: index < 0 ? undefined : index,
  };
}

/** A literal whose type was not followed may be an array. */
function dimensionsOf({ catalog }: Analyzer, { typeOid, dimensions }: Value): number {
  if (isArray(catalog, typeOid)) return Math.max(1, dimensions);
  return typeOid === TYPE.unresolved ? dimensions : 0;
}
