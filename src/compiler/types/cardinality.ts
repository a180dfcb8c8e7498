/**
 * How many rows a statement gives.
 *
 * Invariant: `one` and `zeroOrOne` are proven, from keys, limits and the statement's shape; what is
 * not proven is `many`.
 */
import type { Catalog } from '../../catalog/index.js';
import type { ParsedStatement } from '../parse.js';
import type { Cardinality } from '../query.js';
import { statementShape } from '../resolve/index.js';

export interface CardinalityAnalysis {
  readonly cardinality: Cardinality;
}

export function analyzeCardinality(statement: ParsedStatement, catalog: Catalog): CardinalityAnalysis {
  return { cardinality: cardinalityOf(statementShape(statement, catalog)) };
}

function cardinalityOf(shape: { readonly returnsRows: boolean; readonly atLeastOne: boolean; readonly atMostOne: boolean }): Cardinality {
  if (!shape.returnsRows) return 'none';
  if (!shape.atMostOne) return 'many';
  return shape.atLeastOne ? 'one' : 'zeroOrOne';
}
