/** What is made of several values by operators and by words of SQL's own: AND, OR, COALESCE, CASE and their like. */
import { child, children, flag, integer, numbers, text } from '../../analysis/index.js';
import { isTotalOperator } from '../builtin/operators.js';
import { functionOf, operatorOf } from '../../../catalog/index.js';
import type { Engine, Evaluators } from '../engine.js';
import { changed, onceAt, withFacts, type Scope } from '../scope.js';
import { jsonMadeBy } from '../json/calls.js';
import { constantOf, numberOf, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';
import { allOf, intersectionAll, NONE, unionAll, UNKNOWN_REASONS, type Reasons } from '../reason.js';
import { computed, eitherContent, isNullable, notNull, strict, unknownValue, type Value } from '../value.js';
import { repeatable } from './cells.js';
import { evaluateFunction } from './call.js';

/** Of more, each is taken by itself. */
const MOST_PARTS = 8;

/** COALESCE, GREATEST and LEAST are NULL only where all their arguments are. */
function evaluateFirstOf(engine: Engine, node: Node, scope: Scope): Value {
  const typeOid = numberOf(node, 'coalescetype') || numberOf(node, 'minmaxtype');
  const values = children(node, 'args').map((arg) => engine.expression(arg, scope));
  const strictIn = intersectionAll(values.map((value) => value.strictIn));
  return { ...computed(typeOid, allOf(values.map((value) => value.reasons)), strictIn), ...eitherContent(values) };
}

/** A branch of a CASE that may be taken. */
export interface Branch {
  /** Undefined for ELSE. */
  readonly condition: Node | undefined;
  readonly result: Node;
  /** Where the earlier conditions were not true. */
  readonly reached: Scope;
  /** Where this one is true. */
  readonly taken: Scope;
}

export const branchesOf = onceAt((engine: Engine, node, scope): readonly Branch[] => {
  const operand = child(node, 'arg');
  let reached = operand === undefined ? scope : changed(scope, { tested: engine.expression(operand, scope) });
  const branches: Branch[] = [];
  for (const when of children(node, 'args')) {
    const [condition, result] = [child(when, 'expr'), child(when, 'result')];
    if (condition === undefined || result === undefined) continue;
    const met = engine.prove(condition, reached, 'true');
    if (met !== undefined) branches.push({ condition, result, reached, taken: withFacts(reached, met) });
    const otherwise = engine.prove(condition, reached, 'notTrue');
    if (otherwise === undefined) return branches;
    reached = withFacts(reached, otherwise);
  }
  const last = child(node, 'defresult');
  if (last !== undefined) branches.push({ condition: undefined, result: last, reached, taken: reached });
  return branches;
});

export const OPERATORS: Evaluators = {
  BOOLEXPR(engine, node, scope) {
    const args = children(node, 'args');
    const values = args.map((arg) => engine.expression(arg, scope));
    const operator = text(node, 'boolop');
    const [first] = values;
    if (operator === 'not') return computed(TYPE.bool, first?.reasons ?? UNKNOWN_REASONS, first?.strictIn);
    const isTried = args.length <= MOST_PARTS && values.some(isNullable);
    const undecided = isTried ? args.map((arg) => engine.prove(arg, scope, operator === 'and' ? 'notFalse' : 'notTrue')) : [];
    // A part makes the whole NULL where none of the others decides it. So `x IS NULL OR x > 0` never is.
    const reasons = args.map((arg, index): Reasons => {
      const others = undecided.filter((_proof, at) => at !== index);
      const known = others.filter((proof) => proof !== undefined);
      return known.length < others.length ? NONE : engine.expression(arg, withFacts(scope, unionAll(known))).reasons;
    });
    // `false AND NULL` is not NULL, so only what all parts are strict in is sure.
    return computed(TYPE.bool, unionAll(reasons), intersectionAll(values.map((value) => value.strictIn)));
  },
  OPEXPR(engine, node, scope) {
    const { catalog } = engine;
    const typeOid = integer(node, 'opresulttype');
    if (flag(node, 'opretset')) return unknownValue(typeOid);
    const entry = operatorOf(catalog, integer(node, 'opno'));
    const nodes = children(node, 'args');
    const args = nodes.map((arg) => engine.expression(arg, scope));
    // Of PostgreSQL's own, only those that append to arrays take NULLs.
    const appends = entry?.builtin === true && !entry.strict ? functionOf(catalog, numberOf(node, 'opfuncid')) : undefined;
    if (appends !== undefined) return evaluateFunction(engine, { node, entry: appends, typeOid, nodes, args }, scope);
    const own = isTotalOperator(entry) ? NONE : repeatable(engine, node, scope);
    const { reasons, strictIn } = strict(typeOid, args, own);
    const json = entry && jsonMadeBy(entry, { catalog, nodes, args });
    return { ...computed(typeOid, reasons, entry?.strict === true ? strictIn : own), json };
  },
  /** NULL where both are equal, so it may always be; not NULL means that the first is not. */
  NULLIFEXPR(engine, node, scope) {
    const [first = unknownValue()] = children(node, 'args').map((arg) => engine.expression(arg, scope));
    const { elements, dimensions, json } = first;
    return { ...strict(integer(node, 'opresulttype'), [first], repeatable(engine, node, scope)), elements, dimensions, json };
  },
  /** `x = ANY (array)`, IN over constants too: a NULL among the elements may leave it undecided. */
  SCALARARRAYOPEXPR(engine, node, scope) {
    const [left = unknownValue(), array = unknownValue()] = children(node, 'args').map((arg) => engine.expression(arg, scope));
    const isDecided = isTotalOperator(operatorOf(engine.catalog, integer(node, 'opno'))) && array.elements === 'notNull';
    return { ...strict(TYPE.bool, [left, array], isDecided ? NONE : repeatable(engine, node, scope)), strictIn: array.strictIn };
  },
  /** `(a, b) < (c, d)`: the first pair that differs decides. */
  ROWCOMPAREEXPR(engine, node, scope) {
    const isTotal = numbers(node, 'opnos').every((oid) => isTotalOperator(operatorOf(engine.catalog, oid)));
    const values = [...children(node, 'largs'), ...children(node, 'rargs')].map((arg) => engine.expression(arg, scope));
    return { ...strict(TYPE.bool, values, isTotal ? NONE : repeatable(engine, node, scope)), strictIn: NONE };
  },
  CASEEXPR(engine, node, scope) {
    const branches = branchesOf(engine, node, scope);
    const values = branches.map(({ result, taken }) => engine.expression(result, taken));
    const given = values.filter((_value, index) => constantOf(branches[index]?.result) !== null);
    const strictIn = intersectionAll(given.map((value) => value.strictIn));
    return { ...computed(integer(node, 'casetype'), unionAll(values.map(({ reasons }) => reasons)), strictIn), ...eitherContent(values) };
  },
  COALESCEEXPR: evaluateFirstOf,
  MINMAXEXPR: evaluateFirstOf,
  DISTINCTEXPR: () => notNull(TYPE.bool),
  NULLTEST: () => notNull(TYPE.bool),
  BOOLEANTEST: () => notNull(TYPE.bool),
};
