/** Operators, and the comparisons that PostgreSQL writes as operators. */
import type { A_Expr, BoolExpr, Node } from 'libpg-query';
import type { Analyzer } from '../analyzer.js';
import { isArrayConcatenation, isTotalOperator } from '../builtin/operators.js';
import { operatorCandidates, operatorResultType } from '../functions.js';
import { items, strings } from '../node.js';
import { allOf, intersection, NONE, union, unionAll, type Reasons } from '../reason.js';
import type { Scope } from '../scope.js';
import { elementType, TYPE } from '../types.js';
import { computed, sourcesOf, unknownValue, worst, type Elements, type Value } from '../value.js';
import { repeatable } from './cells.js';

export function evaluateLogic(analyzer: Analyzer, node: BoolExpr, scope: Scope): Value {
  const values = (node.args ?? []).map((arg) => analyzer.expression(arg, scope));
  // `false AND NULL` is not NULL, so only what all parts are strict in is sure.
  const strictIn = values.map((value) => value.strictIn).reduce(intersection, values[0]?.strictIn ?? NONE);
  return computed(TYPE.bool, values, unionAll(values.map((value) => value.reasons)), strictIn);
}

export function evaluateOperator(analyzer: Analyzer, node: Node, expression: A_Expr, scope: Scope): Value {
  const left = expression.lexpr === undefined ? undefined : analyzer.expression(expression.lexpr, scope);
  const rights = items(expression.rexpr).map((item) => analyzer.expression(item, scope));
  const [right = unknownValue()] = rights;
  switch (expression.kind) {
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return computed(TYPE.bool, present(left, right), NONE);
    case 'AEXPR_NULLIF':
      return nullIf(node, scope, left ?? unknownValue(), right);
    case 'AEXPR_IN':
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return severalComparisons(analyzer, scope, expression, left ?? unknownValue(), rights);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return arrayComparison(analyzer, node, scope, expression, left ?? unknownValue(), right);
    default:
      return rowComparison(analyzer, expression, scope) ?? operate(analyzer, node, scope, strings(expression.name), left, right);
  }
}

function present(left: Value | undefined, right: Value): readonly Value[] {
  return left === undefined ? [right] : [left, right];
}

/** NULL where both are equal, so it may always be; not NULL means that the first is not. */
function nullIf(node: Node, scope: Scope, left: Value, right: Value): Value {
  const own = repeatable(node, scope, [left, right]);
  const typeOid = left.typeOid === TYPE.unknown ? TYPE.text : left.typeOid;
  return {
    ...computed(typeOid, [left, right], union(left.reasons, own), union(left.strictIn, own)),
    elements: left.elements,
    dimensions: left.dimensions,
  };
}

/** One operator on one or two values. */
function operate(
  analyzer: Analyzer,
  node: Node,
  scope: Scope,
  name: readonly string[],
  left: Value | undefined,
  right: Value,
): Value {
  const values = present(left, right);
  const types = values.map((value) => value.typeOid);
  const candidates = operatorCandidates(analyzer.catalog, name.at(-2), name.at(-1) ?? '', left?.typeOid, right.typeOid);
  const typeOid = operatorResultType(analyzer.catalog, candidates, types);
  if (candidates.length > 0 && candidates.every(isArrayConcatenation)) {
    return { ...computed(typeOid, values, allOf(values.map((value) => value.reasons))), ...concatenated(analyzer, values) };
  }
  const strict = candidates.length > 0 && candidates.every((entry) => entry.strict);
  const total = candidates.length > 0 && candidates.every((entry) => isTotalOperator(entry));
  const own = total ? NONE : repeatable(node, scope, values, strict && candidates.every((entry) => entry.builtin));
  return computed(
    typeOid,
    values,
    union(unionAll(values.map((value) => value.reasons)), own),
    strict ? union(unionAll(values.map((value) => value.strictIn)), own) : own,
  );
}

function concatenated(analyzer: Analyzer, values: readonly Value[]): Pick<Value, 'elements' | 'dimensions'> {
  const holds = values.map((value): Elements => {
    const isElement = elementType(analyzer.catalog, value.typeOid) === TYPE.unresolved && value.typeOid !== TYPE.unknown;
    if (isElement) return value.reasons.length > 0 ? 'nullable' : 'notNull';
    return value.elements;
  });
  return {
    elements: worst(holds),
    dimensions: Math.max(1, ...values.map((value) => value.dimensions)),
  };
}

/** `(a, b) = (c, d)`: each pair is compared; undefined for operands that are not two lists. */
function rowComparison(analyzer: Analyzer, expression: A_Expr, scope: Scope): Value | undefined {
  const { lexpr, rexpr } = expression;
  if (lexpr === undefined || rexpr === undefined || !('RowExpr' in lexpr) || !('RowExpr' in rexpr)) return undefined;
  const others = rexpr.RowExpr.args ?? [];
  const pairs = (lexpr.RowExpr.args ?? []).flatMap((arg, index): readonly Value[] => {
    const other = others[index];
    if (other === undefined) return [];
    const pair: Node = { A_Expr: { kind: 'AEXPR_OP', name: expression.name ?? [], lexpr: arg, rexpr: other } };
    return [analyzer.expression(pair, scope)];
  });
  return computed(TYPE.bool, pairs, unionAll(pairs.map((pair) => pair.reasons)));
}

/** Each comparison of IN and BETWEEN, joined by OR or AND. */
function severalComparisons(
  analyzer: Analyzer,
  scope: Scope,
  expression: A_Expr,
  left: Value,
  rights: readonly Value[],
): Value {
  const { lexpr, rexpr } = expression;
  const operators = expression.kind === 'AEXPR_IN' ? [strings(expression.name)] : [['<='], ['>=']];
  const compared = items(rexpr).flatMap((item, index) =>
    operators.map((name) => {
      const one: A_Expr = { kind: 'AEXPR_OP', name: name.map((part) => ({ String: { sval: part } })), rexpr: item, ...(lexpr && { lexpr }) };
      return rowComparison(analyzer, one, scope) ?? operate(analyzer, { A_Expr: one }, scope, name, left, rights[index] ?? unknownValue());
    }),
  );
  const strictIn = compared.map((value) => value.strictIn).reduce(intersection, compared[0]?.strictIn ?? NONE);
  return computed(TYPE.bool, compared, unionAll(compared.map((value) => value.reasons)), strictIn);
}

/** `x = ANY (array)`: a NULL among the elements may leave it undecided. */
function arrayComparison(analyzer: Analyzer, node: Node, scope: Scope, expression: A_Expr, left: Value, array: Value): Value {
  const element: Value = {
    ...array,
    typeOid: array.typeOid === TYPE.unknown ? TYPE.unknown : elementType(analyzer.catalog, array.typeOid),
    reasons: NONE,
    strictIn: NONE,
  };
  const single = operate(analyzer, node, scope, strings(expression.name), left, element);
  let reasons: Reasons = union(single.reasons, array.reasons);
  if (array.elements !== 'notNull') reasons = union(reasons, repeatable(node, scope, [left, array]));
  return { ...computed(TYPE.bool, [left, array], reasons, array.strictIn), sources: sourcesOf([left, array]) };
}
