/**
 * What the outcome of a condition proves.
 *
 * Invariant: an answer holds for every row in which the condition has that outcome. `undefined`
 * means that no row has it.
 */
import { child, children, flag, integer, numbers, text } from '../analysis/index.js';
import { operatorOf, type Engine, type Outcome, type Proof } from './engine.js';
import { branchesOf } from './expression/conditional.js';
import { comparedScope, SUBLINK, subqueryShape } from './expression/sublink.js';
import { withFacts, type Scope } from './scope.js';
import { arrayHeader, constantBoolean, type Node } from './node.js';
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
  if (constant !== undefined) return constantProof(constant, outcome);
  const tag = node.tag;
  if (tag === 'BOOLEXPR') return proveLogic(engine, text(node, 'boolop') ?? '', children(node, 'args'), scope, outcome);
  if (tag === 'NULLTEST') return proveNullTest(engine, node, scope, outcome);
  if (tag === 'BOOLEANTEST') return proveBooleanTest(engine, node, scope, outcome);
  if (outcome === 'notTrue' || outcome === 'notFalse') {
    // Not true means false where NULL cannot be.
    if (isNullable(engine.expression(node, scope))) return [];
    return prove(engine, node, scope, outcome === 'notTrue' ? 'false' : 'true');
  }
  switch (tag) {
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

function constantProof(constant: boolean | null, outcome: Outcome): Proof {
  const happens = {
    true: constant === true,
    false: constant === false,
    notTrue: constant !== true,
    notFalse: constant !== false,
  };
  return happens[outcome] ? [] : undefined;
}

const OPPOSITE: Readonly<Record<Outcome, Outcome>> = { true: 'false', false: 'true', notTrue: 'notFalse', notFalse: 'notTrue' };

function proveLogic(engine: Engine, operator: string, args: readonly Node[], scope: Scope, outcome: Outcome): Proof {
  if (operator === 'not') {
    const [arg] = args;
    return arg === undefined ? [] : prove(engine, arg, scope, OPPOSITE[outcome]);
  }
  // AND is true where all are, and not false where none is; OR is false where all are, and so on.
  const needsAll = operator === 'and' ? outcome === 'true' || outcome === 'notFalse' : outcome === 'false' || outcome === 'notTrue';
  const proofs = args.map((arg) => prove(engine, arg, scope, outcome));
  return needsAll ? both(proofs) : either(proofs);
}

const IS_NOT_NULL = 1;

function proveNullTest(engine: Engine, node: Node, scope: Scope, outcome: Outcome): Proof {
  const arg = child(node, 'arg');
  if (arg === undefined) return [];
  const isNotNull = integer(node, 'nulltesttype') === IS_NOT_NULL;
  const isPresent = (outcome === 'true' || outcome === 'notFalse') === isNotNull;
  const value = engine.expression(arg, scope);
  const isRow = flag(node, 'argisrow');
  if (!isPresent) return isRow || isNullable(value) ? [] : undefined;
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
  const holds = outcome === 'true' || outcome === 'notFalse';
  const positive = holds !== (test % 2 === 1);
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
  const left = engine.expression(operand, scope).strictIn;
  const elements = array.tag === 'CONST' || flagged(array) ? undefined : children(array, 'elements');
  const proofs = elements?.map((element) => engine.expression(element, scope).strictIn) ?? [];
  // ANY is true, and ALL false, by one element alone; otherwise all were compared, if there are any.
  if (flag(node, 'useOr') === (outcome === 'true')) return union(union(strictIn, left), proofs.length === 0 ? [] : (either(proofs) ?? []));
  return isNeverEmpty(array) ? union(union(strictIn, left), unionAll(proofs)) : strictIn;
}

const ANY_ARRAY = 2277;

/** No NULL is an element that another array has. */
function proveElements(engine: Engine, node: Node, scope: Scope): Reasons {
  const [left, right] = children(node, 'args');
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  if (left === undefined || right === undefined || entry?.builtin !== true || entry.leftTypeOid !== ANY_ARRAY) return [];
  const elements = (array: Node): readonly Reasons[] =>
    flagged(array) ? [] : children(array, 'elements').map((element) => engine.expression(element, scope).strictIn);
  if (entry.name === '@>') return unionAll(elements(right));
  if (entry.name === '<@') return unionAll(elements(left));
  return entry.name === '&&' ? unionAll([left, right].map((array) => intersectionAll(elements(array)))) : [];
}

/** Whether the elements of an array are arrays, or it is no list of them at all. */
function flagged(array: Node): boolean {
  return array.tag !== 'ARRAYEXPR' || flag(array, 'multidims');
}

function isNeverEmpty(array: Node): boolean {
  if (array.tag === 'CONST') return arrayHeader(array)?.empty === false;
  return !flagged(array) && children(array, 'elements').length > 0;
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
