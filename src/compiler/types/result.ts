/**
 * Which result columns can be NULL, where they come from, how many rows there are, and what stands
 * for each `*`.
 *
 * Invariant: a column called not null never yields NULL, `one` and `zeroOrOne` are proven. What is
 * not proven is nullable, and `many`; of a statement that is not understood nothing is.
 */
import { armsOf, contains, flag, queryOf, UnreadableTree, type Analysis, type Query, type TreeNode } from '../analysis/index.js';
import type { Catalog } from '../../catalog/index.js';
import type { Node, ParsedStatement } from '../parse.js';
import type { Cardinality, QueryColumn } from '../query.js';
import { createEngine, type EngineOptions } from './analyze.js';
import { UNKNOWN_SHAPE, type QueryShape } from './engine.js';
import { TYPE } from './pg-types.js';
import { contentOf, type ColumnContent } from './relation.js';
import { ONE } from './scope.js';
import { findStars, type FoundStar } from './star.js';
import { isNullable, notNull } from './value.js';

export interface ResultInput extends EngineOptions {
  readonly statement: ParsedStatement;
  /** Undefined where the server sent none. */
  readonly analysis: Analysis | undefined;
  readonly catalog: Catalog;
}

export interface ResultAnalysis {
  /** In the result's order; empty for a statement without a result, or one whose columns cannot be told. */
  readonly columns: readonly ResultColumn[];
  /** In the text's order. */
  readonly stars: readonly StarExpansion[];
  readonly cardinality: Cardinality;
}

export interface ResultColumn extends ColumnContent, Pick<QueryColumn, 'column' | 'entry'> {
  /** As PostgreSQL names it. */
  readonly name: string;
  /** The nullability in its own table or subquery, whatever outer joins of this statement do. */
  readonly nullableWhenPresent: boolean;
  /** The index into `stars`. */
  readonly star: number | undefined;
}

export interface StarExpansion extends FoundStar {
  /** It stands in the list that makes the statement's result. */
  readonly topLevel: boolean;
  /** The whole row may be missing by an outer join, and nothing restores it. */
  readonly nullExtended: boolean;
}

/** Analyses one statement. Never throws for a statement that PostgreSQL accepts. */
export function analyzeResult(input: ResultInput): ResultAnalysis {
  const { statement, analysis, catalog } = input;
  try {
    const query = analysis?.parsed;
    if (analysis === undefined || query === undefined || query.command === 'utility')
      return resultOf(catalog, utilityShape(statement.statement));
    const shape = createEngine(catalog, input, { settled: isSettled(query) }).query(query, undefined);
    return resultOf(catalog, shape, query, findStars(statement, analysis, catalog));
  } catch (error) {
    // A statement nested too deep for the stack is one of which nothing is known.
    if (error instanceof RangeError || error instanceof UnreadableTree) return resultOf(catalog, UNKNOWN_SHAPE);
    throw error;
  }
}

function isSettled({ node: whole }: Query): boolean {
  const isOpen = (node: TreeNode): boolean => node.tag === 'QUERY' && (queryOf(node).command !== 'select' || flag(node, 'hasForUpdate'));
  return !contains(whole, isOpen);
}

function resultOf(catalog: Catalog, shape: QueryShape, query?: Query, found: readonly FoundStar[] = []): ResultAnalysis {
  const list = query === undefined ? [] : outputQuery(query).outputs;
  const starOf = list.map((target) => found.findIndex(({ targets }) => targets.includes(target)));
  const stars = found.map((star, number): StarExpansion => {
    const first = starOf.indexOf(number);
    const absence = shape.columns[first]?.absence ?? [];
    return { ...star, topLevel: first >= 0, nullExtended: absence.length > 0 };
  });
  const columns = shape.columns.map((value, index): ResultColumn => {
    const { name, entry, absence = [] } = value;
    const content = contentOf(catalog, value);
    const nullableWhenPresent = content.nullable && (!isNullable(value) || value.reasons.some((reason) => !absence.includes(reason)));
    const star = starOf[index] ?? -1;
    return { name, ...content, nullableWhenPresent, column: value.origin, entry, star: star < 0 ? undefined : star };
  });
  return { columns, stars, cardinality: cardinalityOf(shape) };
}

/** The query whose list names the result's columns: of a set operation that of the first arm. */
function outputQuery(query: Query): Query {
  const [first = 0] = query.setOperations ? armsOf(query.setOperations) : [];
  const arm = query.ranges[first - 1]?.subquery;
  return arm === undefined ? query : outputQuery(arm);
}

function cardinalityOf({ returnsRows, atLeastOne, atMostOne }: QueryShape): Cardinality {
  if (!returnsRows) return 'none';
  if (!atMostOne([])) return 'many';
  return atLeastOne ? 'one' : 'zeroOrOne';
}

/** Statements beside queries, of which a few have a result. */
function utilityShape(node: Node): QueryShape {
  if ('ExplainStmt' in node) {
    const plan = { ...notNull(TYPE.text), name: 'QUERY PLAN' };
    return { ...UNKNOWN_SHAPE, columns: [plan], atLeastOne: true };
  }
  if ('VariableShowStmt' in node && node.VariableShowStmt.name !== 'all') return { ...UNKNOWN_SHAPE, atLeastOne: true, atMostOne: ONE };
  // A procedure gives a row where it has OUT parameters.
  if ('CallStmt' in node) return { ...UNKNOWN_SHAPE, atMostOne: ONE };
  const isQuery = ['SelectStmt', 'VariableShowStmt', 'ExecuteStmt', 'FetchStmt'].some((kind) => kind in node);
  return { ...UNKNOWN_SHAPE, returnsRows: isQuery };
}
