/**
 * What the outcome of a condition proves.
 *
 * Invariant: an answer holds for every row in which the condition has that outcome. `undefined`
 * means that no row has it.
 */
import { child, children, flag, integer, numbers, text } from '../analysis/index.js';
import { operatorOf } from '../../catalog/index.js';
import type { Engine, Outcome, Proof } from './engine.js';
import { branchesOf } from './expression/conditional.js';
import { comparedScope, SUBLINK, subqueryShape } from './expression/sublink.js';
import { withFacts, type Scope } from './scope.js';
import { arrayHeader, constantBoolean, elementsOf, type Node } from './node.js';
import { TYPE } from './pg-types.js';
import { intersectionAll, union, unionAll, type Reasons } from './reason.js';
import { proveBySupposing } from './suppose.js';
import { isNullable } from './value.js';

/** What holds where all of several outcomes happened. */
function both(proofs: readonly Proof[]): Proof {
  const known = proofs.filter((proof) => proof !== undefined);
  return known.length === proofs.length ? unionAll(known) : undefined;
}

/** What holds where one of several outcomes happened. */
function either(proofs: readonly Proof[]): Proof {
  const known = proofs.filter((proof) => proof !== undefined);
  return known.length === 0 ? undefined : intersectionAll(known);
}

export function prove(engine: Engine, node: Node, scope: Scope, outcome: Outcome): Proof {
  const constant = constantBoolean(node);
  if (constant !== undefined) return HAPPENS[outcome](constant) ? [] : undefined;
  switch (node.tag) {
    case 'BOOLEXPR':
      return proveLogic(engine, node, scope, outcome);
    case 'NULLTEST':
      return proveNullTest(engine, node, scope, outcome);
    case 'BOOLEANTEST':
      return proveBooleanTest(engine, node, scope, outcome);
  }
  if (outcome === 'true' || outcome === 'false') return proveValue(engine, node, scope, outcome);
  // Not true means false where NULL cannot be.
  if (isNullable(engine.expression(node, scope))) return [];
  return proveValue(engine, node, scope, outcome === 'notTrue' ? 'false' : 'true');
}

/** Of a condition that may be anything, where it is true or false. */
function proveValue(engine: Engine, node: Node, scope: Scope, outcome: 'true' | 'false'): Proof {
  switch (node.tag) {
    case 'CASEEXPR':
      return proveCase(engine, node, scope, outcome);
    case 'COALESCEEXPR':
      // The value is that of one argument.
      return either(children(node, 'args').map((arg) => prove(engine, arg, scope, outcome)));
    case 'DISTINCTEXPR':
      return proveDistinct(engine, node, scope, outcome === 'true');
    case 'SCALARARRAYOPEXPR':
      return proveArrayComparison(engine, node, scope, outcome);
    case 'ROWCOMPAREEXPR':
      return proveRows(engine, node, scope);
    case 'SUBLINK':
      return proveSubLink(engine, node, scope, outcome);
    case 'OPEXPR':
      return unionAll([
        engine.expression(node, scope).strictIn,
        proveBySupposing(engine, node, scope, outcome === 'true'),
        outcome === 'true' ? proveElements(engine, node, scope) : [],
      ]);
    default:
      return engine.expression(node, scope).strictIn;
  }
}

const HAPPENS: Readonly<Record<Outcome, (value: boolean | null) => boolean>> = {
  true: (value) => value === true,
  false: (value) => value === false,
  notTrue: (value) => value !== true,
  notFalse: (value) => value !== false,
};

const OPPOSITE: Readonly<Record<Outcome, Outcome>> = { true: 'false', false: 'true', notTrue: 'notFalse', notFalse: 'notTrue' };

function proveLogic(engine: Engine, node: Node, scope: Scope, outcome: Outcome): Proof {
  const operator = text(node, 'boolop');
  const each = operator === 'not' ? OPPOSITE[outcome] : outcome;
  const proofs = children(node, 'args').map((arg) => prove(engine, arg, scope, each));
  // AND is true where all are, and not false where none is; OR is false where all are, and so on.
  return operator === 'not' || (operator === 'and') === HAPPENS[outcome](true) ? both(proofs) : either(proofs);
}

const IS_NOT_NULL = 1;

function proveNullTest(engine: Engine, node: Node, scope: Scope, outcome: Outcome): Proof {
  const arg = child(node, 'arg');
  if (arg === undefined) return [];
  const isNotNull = integer(node, 'nulltesttype') === IS_NOT_NULL;
  const value = engine.expression(arg, scope);
  const isRow = flag(node, 'argisrow');
  if (HAPPENS[outcome](true) !== isNotNull) return isRow || isNullable(value) ? [] : undefined;
  // `row IS NOT NULL` is true where every field is; `row IS NULL` is false where any is.
  const fields = isRow && isNotNull ? [...(value.fields?.values() ?? [])] : [];
  return unionAll([value, ...fields].map(({ strictIn }) => strictIn));
}

/** `booltesttype`: IS TRUE, IS NOT TRUE, IS FALSE, IS NOT FALSE, IS UNKNOWN, IS NOT UNKNOWN. */
function proveBooleanTest(engine: Engine, node: Node, scope: Scope, outcome: Outcome): Proof {
  const arg = child(node, 'arg');
  if (arg === undefined) return [];
  const test = integer(node, 'booltesttype');
  // The test itself is never NULL.
  const positive = HAPPENS[outcome](true) !== (test % 2 === 1);
  if (test < 2) return prove(engine, arg, scope, positive ? 'true' : 'notTrue');
  if (test < 4) return prove(engine, arg, scope, positive ? 'false' : 'notFalse');
  return positive ? [] : engine.expression(arg, scope).strictIn;
}

function proveCase(engine: Engine, node: Node, scope: Scope, outcome: 'true' | 'false'): Proof {
  return either(
    branchesOf(engine, node, scope).map(({ condition, result, reached, facts }): Proof => {
      const met = condition === undefined ? [] : prove(engine, condition, reached, 'true');
      const given = met && prove(engine, result, withFacts(reached, met), outcome);
      return given && both([met, given, facts]);
    }),
  );
}

/** Equal where NULL equals NULL: to a value that is not NULL only one that is not either. */
function proveDistinct(engine: Engine, node: Node, scope: Scope, distinct: boolean): Proof {
  const [left, right] = children(node, 'args');
  if (left === undefined || right === undefined) return [];
  const [a, b] = [engine.expression(left, scope), engine.expression(right, scope)];
  const other = constantBoolean(right) === null ? a : constantBoolean(left) === null ? b : undefined;
  if (other !== undefined) return distinct ? other.strictIn : [];
  const supposed = proveBySupposing(engine, node, scope, distinct);
  if (distinct) return supposed;
  return unionAll([supposed, isNullable(b) ? [] : a.strictIn, isNullable(a) ? [] : b.strictIn]);
}

/** `x = ANY (array)` and `x <> ALL (array)`, which is also what IN and NOT IN become. */
function proveArrayComparison(engine: Engine, node: Node, scope: Scope, outcome: 'true' | 'false'): Proof {
  const [operand, array] = children(node, 'args');
  if (operand === undefined || array === undefined) return [];
  const { strictIn } = engine.expression(array, scope);
  if (operatorOf(engine.catalog, integer(node, 'opno'))?.strict !== true) return strictIn;
  const compared = union(strictIn, engine.expression(operand, scope).strictIn);
  const elements = elementsOf(array)?.map((element) => engine.expression(element, scope).strictIn) ?? [];
  // ANY is true, and ALL false, by one element alone; otherwise all were compared, if there are any.
  if (flag(node, 'useOr') === (outcome === 'true')) return union(compared, intersectionAll(elements));
  const isNeverEmpty = elements.length > 0 || (array.tag === 'CONST' && arrayHeader(array)?.empty === false);
  return isNeverEmpty ? union(compared, unionAll(elements)) : strictIn;
}

/** No NULL is an element that another array has. */
function proveElements(engine: Engine, node: Node, scope: Scope): Reasons {
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  if (entry?.builtin !== true || entry.leftTypeOid !== TYPE.anyarray) return [];
  const [left = [], right = []] = children(node, 'args').map((array) =>
    (elementsOf(array) ?? []).map((element) => engine.expression(element, scope).strictIn),
  );
  switch (entry.name) {
    case '@>':
      return unionAll(right);
    case '<@':
      return unionAll(left);
    default:
      return entry.name === '&&' ? union(intersectionAll(left), intersectionAll(right)) : [];
  }
}

/** An order is decided by the first pair that differs. */
function proveRows(engine: Engine, node: Node, scope: Scope): Proof {
  const [left, right] = [children(node, 'largs')[0], children(node, 'rargs')[0]];
  if (left === undefined || right === undefined || operatorOf(engine.catalog, numbers(node, 'opnos')[0] ?? 0)?.strict !== true) return [];
  return union(engine.expression(left, scope).strictIn, engine.expression(right, scope).strictIn);
}

/** A row that satisfies a subquery satisfies its conditions, on columns from outside too. */
function proveSubLink(engine: Engine, node: Node, scope: Scope, outcome: 'true' | 'false'): Proof {
  const kind = integer(node, 'subLinkType');
  if (kind === SUBLINK.value) return engine.expression(node, scope).strictIn;
  const shape = subqueryShape(engine, node, scope);
  if (kind === SUBLINK.exists) return outcome === 'true' ? shape.facts : [];
  if (kind !== SUBLINK.any && kind !== SUBLINK.all) return [];
  // Some row decided it, or each did, if there is one.
  const isOne = (kind === SUBLINK.any) === (outcome === 'true');
  if (!isOne && !shape.atLeastOne) return [];
  const test = child(node, 'testexpr');
  const proof = test && prove(engine, test, comparedScope(scope, shape), outcome);
  return union(isOne || shape.atLeastOne ? shape.facts : [], proof ?? []);
}
