/** Operators, and what PostgreSQL makes of comparisons with several values. */
import { children, flag, integer, numbers, text } from '../../analysis/index.js';
import { isArrayConcatenation, isTotalOperator } from '../builtin/operators.js';
import { operatorOf } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { withFacts, type Scope } from '../scope.js';
import { jsonOfOperator } from '../json/calls.js';
import type { Node } from '../node.js';
import { elementType, isArray, TYPE } from '../pg-types.js';
import { allOf, intersectionAll, NONE, union, unionAll, UNKNOWN_REASONS, type Reasons } from '../reason.js';
import { computed, isNullable, strict, unknownValue, worst, type Elements, type Value } from '../value.js';
import { repeatable } from './cells.js';
import { evaluateSetCall, joinedDepth } from './call.js';

export function evaluateLogic(engine: Engine, node: Node, scope: Scope): Value {
  const args = children(node, 'args');
  const values = args.map((arg) => engine.expression(arg, scope));
  const operator = text(node, 'boolop');
  const [first] = values;
  if (operator === 'not') return computed(TYPE.bool, first?.reasons ?? UNKNOWN_REASONS, first?.strictIn);
  const reasons = unionAll(
    values.map((value, index) => (isNullable(value) ? undecided(engine, args, index, scope, operator === 'and') : NONE)),
  );
  // `false AND NULL` is not NULL, so only what all parts are strict in is sure.
  return computed(TYPE.bool, reasons, intersectionAll(values.map((value) => value.strictIn)));
}

/** Why a part makes the whole NULL: none of the others decides it. So `x IS NULL OR x > 0` never is. */
function undecided(engine: Engine, args: readonly Node[], index: number, scope: Scope, all: boolean): Reasons {
  const arg = args[index];
  if (arg === undefined || args.length > MOST_PARTS) return arg === undefined ? UNKNOWN_REASONS : engine.expression(arg, scope).reasons;
  const others = args.flatMap((other, at) => (at === index ? [] : [engine.prove(other, scope, all ? 'notFalse' : 'notTrue')]));
  const known = others.filter((proof) => proof !== undefined);
  return known.length < others.length ? NONE : engine.expression(arg, withFacts(scope, unionAll(known))).reasons;
}

/** Of more, each is taken by itself. */
const MOST_PARTS = 8;

export function evaluateOperator(engine: Engine, node: Node, scope: Scope): Value {
  const values = children(node, 'args').map((arg) => engine.expression(arg, scope));
  const typeOid = integer(node, 'opresulttype');
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  if (flag(node, 'opretset')) return evaluateSetCall(scope, typeOid, false);
  if (entry !== undefined && isArrayConcatenation(entry)) {
    // With an element there is an array, also of a NULL.
    const isCat = values.every((value) => isArray(engine.catalog, value.typeOid));
    return { ...computed(typeOid, isCat ? allOf(values.map((value) => value.reasons)) : NONE), ...concatenated(engine, values) };
  }
  const own = entry !== undefined && isTotalOperator(entry) ? NONE : repeatable(engine, node, scope);
  const value = strict(typeOid, values, own);
  return {
    ...value,
    strictIn: entry?.strict === true ? value.strictIn : own,
    json: entry && jsonOfOperator(engine, entry, children(node, 'args'), values),
  };
}

function concatenated(engine: Engine, values: readonly Value[]): Pick<Value, 'elements' | 'dimensions'> {
  const holds = values.map((value): Elements => {
    if (elementType(engine.catalog, value.typeOid) !== TYPE.unresolved) return value.elements;
    return value.reasons.length > 0 ? 'nullable' : 'notNull';
  });
  return { elements: worst(holds), dimensions: joinedDepth(engine, values) };
}

/** NULL where both are equal, so it may always be; not NULL means that the first is not. */
export function evaluateNullIf(engine: Engine, node: Node, scope: Scope): Value {
  const [first = unknownValue()] = children(node, 'args').map((arg) => engine.expression(arg, scope));
  const { elements, dimensions, json } = first;
  return { ...strict(integer(node, 'opresulttype'), [first], repeatable(engine, node, scope)), elements, dimensions, json };
}

/** `x = ANY (array)`, IN over constants too: a NULL among the elements may leave it undecided. */
export function evaluateArrayComparison(engine: Engine, node: Node, scope: Scope): Value {
  const [left = unknownValue(), array = unknownValue()] = children(node, 'args').map((arg) => engine.expression(arg, scope));
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  const isDecided = entry !== undefined && isTotalOperator(entry) && array.elements === 'notNull';
  const own: Reasons = isDecided ? NONE : repeatable(engine, node, scope);
  return computed(TYPE.bool, unionAll([left.reasons, array.reasons, own]), array.strictIn);
}

/** `(a, b) < (c, d)`: the first pair that differs decides. */
export function evaluateRowComparison(engine: Engine, node: Node, scope: Scope): Value {
  const isTotal = numbers(node, 'opnos').every((oid) => {
    const entry = operatorOf(engine.catalog, oid);
    return entry !== undefined && isTotalOperator(entry);
  });
  const values = [...children(node, 'largs'), ...children(node, 'rargs')].map((arg) => engine.expression(arg, scope));
  return computed(TYPE.bool, union(unionAll(values.map((value) => value.reasons)), isTotal ? NONE : repeatable(engine, node, scope)));
}
