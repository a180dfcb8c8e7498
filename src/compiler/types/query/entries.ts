/**
 * WITH: each entry's columns, recursive ones to a fixed point.
 *
 * Invariant: the columns of a recursive entry start as its first arm gives them and only ever become
 * more nullable, until the recursive arm, computed from them, adds nothing.
 */
import type { Cte, Query } from '../../analysis/index.js';
import { UNKNOWN_SHAPE, type Engine } from '../engine.js';
import { createScope, MANY, type Rows, type Scope } from '../scope.js';
import { slotKey } from '../../json-shape.js';
import { isNullable, unknownValue, type Value } from '../value.js';
import { analyzeSetOperation, mixed } from './set-operation.js';

/** Finds the entries of a query, which PostgreSQL has put into an order in which each needs only earlier ones. */
export function analyzeEntries(engine: Engine, query: Query, scope: Scope): void {
  for (const cte of query.ctes) {
    scope.frame.entries.set(cte.name, cte.recursive ? analyzeRecursive(engine, cte, scope) : engine.query(cte.query, scope));
  }
}

/** Of the columns that SEARCH and CYCLE add nothing is known. */
function analyzeRecursive(engine: Engine, { name, query }: Cte, scope: Scope): Rows {
  const operation = query.setOperations;
  if (operation?.kind !== 'union') return UNKNOWN_SHAPE;
  const inner = createScope(query, scope);
  analyzeEntries(engine, query, inner);
  const first = analyzeSetOperation(engine, operation.left, inner);
  const widened = (columns: readonly Value[]): readonly Value[] => {
    scope.frame.entries.set(name, { ...UNKNOWN_SHAPE, columns });
    const arm = analyzeSetOperation(engine, operation.right, inner);
    const next = columns.map((column, index) => widen(column, arm.columns[index]));
    return next.every((column, index) => column === columns[index]) ? columns : widened(next);
  };
  return { ...first, columns: widened(first.columns), atMostOne: MANY };
}

/** What of a column only ever becomes worse, so that no round follows without end. */
const WORSENED = ['elements', 'dimensions', 'origin', 'fields', 'json'] as const;

/** The column as both arms give it; the same one where the second arm adds nothing. */
function widen(value: Value, arm = unknownValue()): Value {
  const json = slotKey(value.json) === slotKey(arm.json) ? value.json : undefined;
  const wider = { ...mixed([value, arm], value.typeOid), json };
  const isSame = isNullable(wider) === isNullable(value) && WORSENED.every((name) => wider[name] === value[name]);
  return isSame ? value : wider;
}
