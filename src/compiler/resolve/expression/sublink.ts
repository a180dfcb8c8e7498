/** Subqueries in expressions. */
import type { Node, SubLink } from 'libpg-query';
import type { Analyzer, QueryShape } from '../analyzer.js';
import { operatorCandidates } from '../functions.js';
import { isTotalOperator } from '../builtin/operators.js';
import { strings } from '../node.js';
import { cell, NONE, union, unionAll, type Reasons } from '../reason.js';
import type { Scope } from '../scope.js';
import { arrayOf, isArray, TYPE } from '../types.js';
import { computed, isNullable, unknownValue, type Value } from '../value.js';

const shapes = new WeakMap<Scope['memo'], Map<Node, QueryShape>>();

/** The shape of a subquery, computed once for each scope. */
export function subqueryShape(analyzer: Analyzer, node: Node, scope: Scope): QueryShape {
  let known = shapes.get(scope.memo);
  if (known === undefined) shapes.set(scope.memo, (known = new Map<Node, QueryShape>()));
  let shape = known.get(node);
  if (shape === undefined) {
    shape = analyzer.query(node, scope, scope.ctes);
    known.set(node, shape);
  }
  return shape;
}

export function evaluateSubLink(analyzer: Analyzer, link: SubLink, scope: Scope): Value {
  if (link.subselect === undefined) return unknownValue();
  const shape = subqueryShape(analyzer, link.subselect, scope);
  const column = shape.columns[0]?.value ?? unknownValue();
  const value = subLinkValue(analyzer, link, scope, shape, column);
  return { ...value, sources: [...new Set([...value.sources, ...shape.outerSources])], volatile: value.volatile || shape.volatile };
}

function subLinkValue(analyzer: Analyzer, link: SubLink, scope: Scope, shape: QueryShape, column: Value): Value {
  switch (link.subLinkType) {
    case 'EXISTS_SUBLINK':
      return computed(TYPE.bool, [], NONE);
    case 'ARRAY_SUBLINK':
      return arrayValue(analyzer, column);
    case 'EXPR_SUBLINK': {
      const reasons = shape.atLeastOne ? column.reasons : union(column.reasons, [cell()]);
      // A value means a row, and a row what the subquery's conditions prove.
      return { ...column, reasons, strictIn: union(column.strictIn, shape.facts), origin: undefined, nullableWhenPresent: reasons.length > 0, sources: [] };
    }
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK':
      return quantified(analyzer, link, scope, shape);
    default:
      return unknownValue(TYPE.bool);
  }
}

/** `ARRAY(SELECT …)` is empty, not NULL, where there are no rows. */
function arrayValue(analyzer: Analyzer, column: Value): Value {
  const nested = isArray(analyzer.catalog, column.typeOid);
  const elements = nested ? column.elements : isNullable(column) ? 'nullable' : 'notNull';
  return {
    ...computed(nested ? column.typeOid : arrayOf(analyzer.catalog, column.typeOid), [], NONE),
    elements,
    dimensions: nested ? column.dimensions + 1 : 1,
  };
}

/** `x IN (SELECT …)` and `x > ALL (SELECT …)`: NULL on either side may leave them undecided. */
function quantified(analyzer: Analyzer, link: SubLink, scope: Scope, shape: QueryShape): Value {
  const { testexpr } = link;
  const tested = testexpr === undefined ? [] : 'RowExpr' in testexpr ? (testexpr.RowExpr.args ?? []) : [testexpr];
  const values = tested.map((node) => analyzer.expression(node, scope));
  const name = strings(link.operName);
  const total = values.every((value, index) => {
    const other = shape.columns[index]?.value.typeOid ?? TYPE.unresolved;
    const candidates = operatorCandidates(analyzer.catalog, name.at(-2), name.at(-1) ?? '=', value.typeOid, other);
    return candidates.length > 0 && candidates.every(isTotalOperator);
  });
  const undecided = !total || values.length === 0 || shape.columns.some((column) => isNullable(column.value));
  const own: Reasons = undecided ? [cell()] : NONE;
  return computed(TYPE.bool, values, union(unionAll(values.map((value) => value.reasons)), own));
}
