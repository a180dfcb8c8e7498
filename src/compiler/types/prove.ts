/**
 * What the outcome of a condition proves, by what the condition would be otherwise: where
 * `COALESCE(length(x), 0) > 0` is true, x is not NULL, since of a NULL it is `0 > 0`.
 *
 * Invariant: a reason is ruled out only where the condition, supposed that the reason holds, cannot
 * have the outcome. `undefined` means that no row has it.
 */
import { child, children, flag, integer, numbers, text } from '../analysis/index.js';
import { functionOf, operatorOf } from '../../catalog/index.js';
import type { Engine, Outcome, Proof } from './engine.js';
import { emptinessOf } from './expression/aggregate.js';
import { branchesOf } from './expression/operator.js';
import { comparedScope, SUBLINK, subqueryShape } from './expression/sublink.js';
import type { Scope } from './scope.js';
import { arrayHeader, constantOf, elementsOf, keyOf, type Node } from './node.js';
import { TYPE } from './pg-types.js';
import { type Reason, type Reasons, unionAll } from './reason.js';
import { callOf, distinctionOf, eachOf, extremeOf, firstOf, operationOf, SOME, type Values } from './fold.js';
import { isNullable } from './value.js';

export function prove(engine: Engine, node: Node, scope: Scope, outcome: Outcome): Proof {
  // Where AND is true, or OR is not, each part proves by itself: to suppose all reasons of one in all others takes longer.
  const together = outcome === 'true' ? 'and' : outcome === 'false' ? 'or' : undefined;
  if (together !== undefined && node.tag === 'BOOLEXPR' && text(node, 'boolop') === together) {
    const proofs = children(node, 'args').map((arg) => prove(engine, arg, scope, outcome));
    const known = proofs.filter((proof) => proof !== undefined);
    return known.length === proofs.length ? unionAll(known) : undefined;
  }
  const found = new Set<Reason>();
  const happens = (supposed?: Reason): boolean => truthsOf({ engine, scope, supposed, found }, node).some(HAPPENS[outcome]);
  return happens() ? [...found].filter((reason) => !happens(reason)) : undefined;
}

type Truth = boolean | null;
type Truths = readonly Truth[];

const HAPPENS: Readonly<Record<Outcome, (truth: Truth) => boolean>> = {
  true: (truth) => truth === true,
  false: (truth) => truth === false,
  notTrue: (truth) => truth !== true,
  notFalse: (truth) => truth !== false,
};

interface Supposition {
  readonly engine: Engine;
  readonly scope: Scope;
  /** Undefined where nothing is supposed, and `found` is filled. */
  readonly supposed: Reason | undefined;
  /** What may be supposed. */
  readonly found: Set<Reason>;
}

/** Whether one of these is supposed. */
function holds({ supposed, found }: Supposition, reasons: Reasons): boolean {
  if (supposed !== undefined) return reasons.includes(supposed);
  for (const reason of reasons) if (reason.kind !== 'unknown') found.add(reason);
  return false;
}

const UNKNOWN: Values = [SOME, null];

/** All that the node may be. */
function valuesOf(given: Supposition, node: Node): Values {
  const { engine, scope } = given;
  if (node.tag === 'CONST') return [constantOf(node) ?? (flag(node, 'constisnull') ? null : SOME)];
  const value = engine.expression(node, scope);
  if (holds(given, value.strictIn)) return [null];
  if (holds(given, countedReasons(given, node))) return [0];
  // An item of grouping sets is not computed from its parts.
  const { nulled } = scope.frame;
  const made = (nulled.size > 0 && nulled.has(keyOf(node)) ? undefined : MADE[node.tag]?.(given, node)) ?? UNKNOWN;
  return isNullable(value) ? made : made.filter((one) => one !== null);
}

function truthsOf(given: Supposition, node: Node): Truths {
  return valuesOf(given, node).flatMap((value) =>
    value === SOME ? [true, false] : value === null || typeof value === 'boolean' ? value : [],
  );
}

/** What OR makes of the parts, where `decisive` is true, and AND where it is false. */
function decided(parts: readonly Truths[], decisive: boolean): Truths {
  const truths: Truth[] = parts.some((part) => part.includes(decisive)) ? [decisive] : [];
  if (parts.every((part) => part.includes(!decisive))) truths.push(!decisive);
  const isOpen = parts.every((part) => part.some((truth) => truth !== decisive));
  return isOpen && parts.some((part) => part.includes(null)) ? [...truths, null] : truths;
}

/** How a node's values follow from those of its parts; undefined where that is not known. */
type Rule = (given: Supposition, node: Node) => Values | undefined;

const ofArg: Rule = (given, node) => {
  const arg = child(node, 'arg');
  return arg && valuesOf(given, arg);
};

const argsOf = (given: Supposition, node: Node): readonly Values[] => children(node, 'args').map((arg) => valuesOf(given, arg));

const IS_NOT_NULL = 1;
const GREATEST = 0;

const MADE: Readonly<Record<string, Rule>> = {
  BOOLEXPR: (given, node) => {
    const parts = children(node, 'args').map((arg) => truthsOf(given, arg));
    const operator = text(node, 'boolop');
    return operator === 'not' ? parts[0]?.map((truth) => (truth === null ? null : !truth)) : decided(parts, operator === 'or');
  },
  NULLTEST: (given, node) => {
    const isNotNull = integer(node, 'nulltesttype') === IS_NOT_NULL;
    return flag(node, 'argisrow') ? testedRow(given, node, isNotNull) : ofArg(given, node)?.map((value) => (value !== null) === isNotNull);
  },
  BOOLEANTEST: (given, node) => {
    const arg = child(node, 'arg');
    const test = integer(node, 'booltesttype');
    // IS TRUE, IS NOT TRUE, IS FALSE, IS NOT FALSE, IS UNKNOWN, IS NOT UNKNOWN.
    const wanted = [true, false, null][test >> 1];
    return arg && truthsOf(given, arg).map((truth) => (truth === wanted) === (test % 2 === 0));
  },
  CASEEXPR: (given, node) => {
    const values = [];
    for (const { condition, result, reached, taken } of branchesOf(given.engine, node, given.scope)) {
      const met = condition === undefined ? [true] : truthsOf({ ...given, scope: reached }, condition);
      if (met.includes(true)) values.push(...valuesOf({ ...given, scope: taken }, result));
      if (met.every((truth) => truth === true)) break;
    }
    return values;
  },
  RELABELTYPE: ofArg,
  COERCETODOMAIN: ofArg,
  COALESCEEXPR: (given, node) => firstOf(argsOf(given, node)),
  MINMAXEXPR: (given, node) => extremeOf(argsOf(given, node), integer(node, 'op') === GREATEST),
  FUNCEXPR: (given, node) => callOf(given.engine, node, argsOf(given, node)),
  OPEXPR: (given, node) => sharedElements(given, node) ?? eachOf(argsOf(given, node), (values) => operationOf(given.engine, node, values)),
  DISTINCTEXPR: (given, node) => eachOf(argsOf(given, node), (values) => distinctionOf(given.engine, node, values)),
  /** `x = ANY (array)` and `x <> ALL (array)`, which is also what IN and NOT IN become. */
  SCALARARRAYOPEXPR(given, node) {
    const [operand, array] = children(node, 'args');
    const isStrict = operatorOf(given.engine.catalog, integer(node, 'opno'))?.strict === true;
    if (operand === undefined || array === undefined || !isStrict) return undefined;
    const isOfNull = isNull(valuesOf(given, operand));
    const compared = (element: Values): Truths => (isOfNull || isNull(element) ? [null] : [true, false, null]);
    const decisive = flag(node, 'useOr');
    const parts = elementsOf(array)?.map((element) => compared(valuesOf(given, element)));
    if (parts !== undefined) return decided(parts, decisive);
    const isNeverEmpty = array.tag === 'CONST' && arrayHeader(array)?.empty === false;
    return [...compared(UNKNOWN), ...(isNeverEmpty ? [] : [!decisive])];
  },
  // An order is decided by the first pair that differs.
  ROWCOMPAREEXPR: (given, node) => {
    const firsts = ['largs', 'rargs'].flatMap((side) => children(node, side)[0] ?? []);
    const isStrict = operatorOf(given.engine.catalog, numbers(node, 'opnos')[0] ?? 0)?.strict === true;
    return isStrict && firsts.map((first) => valuesOf(given, first)).some(isNull) ? [null] : undefined;
  },
  /** A subquery gives no row where its conditions cannot hold, on columns from outside too. */
  SUBLINK(given, link) {
    const kind = integer(link, 'subLinkType');
    if (kind !== SUBLINK.exists && kind !== SUBLINK.any && kind !== SUBLINK.all) return undefined;
    const shape = subqueryShape(given.engine, link, given.scope);
    if (holds(given, shape.facts)) return [kind === SUBLINK.all];
    const test = child(link, 'testexpr');
    if (test === undefined) return undefined;
    const truths = truthsOf({ ...given, scope: comparedScope(given.engine, link, given.scope) }, test);
    return shape.atLeastOne ? truths : [...truths, kind === SUBLINK.all];
  },
};

function isNull(values: Values): boolean {
  return values.every((value) => value === null);
}

/** `row IS NOT NULL` is true where each of its fields is not NULL; a row that is missing is one of NULLs. */
function testedRow(given: Supposition, node: Node, isNotNull: boolean): Values | undefined {
  const arg = child(node, 'arg');
  const row = arg && given.engine.expression(arg, given.scope);
  const fields = isNotNull ? [...(row?.fields?.values() ?? [])] : [];
  const missing = [...(row ? [row] : []), ...fields].flatMap(({ strictIn }) => strictIn);
  return holds(given, missing) ? [!isNotNull] : undefined;
}

/** `&&`, `@>` and `<@` of arrays whose elements are written down: no NULL is an element that another array has. */
function sharedElements(given: Supposition, node: Node): Values | undefined {
  const entry = operatorOf(given.engine.catalog, integer(node, 'opno'));
  if (entry?.builtin !== true || entry.leftTypeOid !== TYPE.anyarray) return undefined;
  const [left = [], right = []] = children(node, 'args').map((array) =>
    elementsOf(array)?.map((element) => isNull(valuesOf(given, element))),
  );
  const isNever = {
    '&&': [left, right].some((elements) => elements.length > 0 && !elements.includes(false)),
    '@>': right.includes(true),
    '<@': left.includes(true),
  }[entry.name];
  return isNever === true ? [false, null] : undefined;
}

/** For each of these a count is 0. */
function countedReasons({ engine, scope }: Supposition, node: Node): Reasons {
  if (isCount(engine, node)) return emptinessOf(engine, node, scope);
  if (node.tag !== 'SUBLINK' || integer(node, 'subLinkType') !== SUBLINK.value) return [];
  const { columns, counted, atLeastOne } = subqueryShape(engine, node, scope);
  return atLeastOne && isCount(engine, columns[0]?.expression) ? (counted ?? []) : [];
}

function isCount(engine: Engine, node: Node | undefined): boolean {
  if (node?.tag !== 'AGGREF' || integer(node, 'agglevelsup') > 0) return false;
  const entry = functionOf(engine.catalog, integer(node, 'aggfnoid'));
  return entry?.builtin === true && entry.name === 'count';
}
