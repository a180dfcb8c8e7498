/**
 * What a condition proves by what it would be otherwise: where `COALESCE(length(x), 0) > 0` is true,
 * x is not NULL, since of a NULL it is `0 > 0`.
 *
 * Invariant: a reason is ruled out only where the condition, supposed that the reason holds, has a
 * value that is not the one it has.
 */
import { functionOf, operatorOf } from '../../catalog/index.js';
import { child, children, flag, integer } from '../analysis/index.js';
import type { Engine } from './engine.js';
import { emptinessOf } from './expression/aggregate.js';
import { SUBLINK, subqueryShape } from './expression/sublink.js';
import type { Scope } from './scope.js';
import { constantBoolean, constantInteger, constantText, keyOf, type Node } from './node.js';
import { TYPE } from './pg-types.js';
import type { Reason, Reasons } from './reason.js';

type Constant = boolean | number | string | null;

/** All that something may be; undefined where that is not known. */
type Values = readonly Constant[] | undefined;

export function proveBySupposing(engine: Engine, node: Node, scope: Scope, outcome: boolean): Reasons {
  const supposing: Supposing = { engine, scope, strict: new Set(engine.expression(node, scope).strictIn) };
  return [...reasonsIn(supposing, node)].filter((reason) => {
    const values = valuesOf(supposing, node, reason);
    return values !== undefined && !values.includes(outcome);
  });
}

interface Supposing {
  readonly engine: Engine;
  readonly scope: Scope;
  /** What is ruled out without any supposing. */
  readonly strict: ReadonlySet<Reason>;
}

type Combine = (engine: Engine, node: Node, parts: readonly Values[]) => Values;

/** The nodes whose values follow from those of an operand, or of a list of them. */
const MADE: Readonly<Record<string, readonly [operands: 'arg' | 'args', combine: Combine]>> = {
  RELABELTYPE: ['arg', (_engine, _node, [part]) => part],
  NULLTEST: [
    'arg',
    (_engine, node, parts) =>
      flag(node, 'argisrow') ? undefined : eachOf(parts, ([value]) => (value === null) === (integer(node, 'nulltesttype') === IS_NULL)),
  ],
  COALESCEEXPR: ['args', (_engine, _node, parts) => firstOf(parts)],
  MINMAXEXPR: ['args', (_engine, node, parts) => extremeOf(parts, integer(node, 'op') === GREATEST)],
  FUNCEXPR: ['args', (engine, node, parts) => (flag(node, 'funcvariadic') ? undefined : callOf(engine, node, parts))],
  OPEXPR: [
    'args',
    (engine, node, parts) =>
      isOfNull(operatorOf(engine.catalog, integer(node, 'opno')), parts)
        ? [null]
        : eachOf(parts, (values) => operationOf(engine, node, values)),
  ],
  DISTINCTEXPR: ['args', (engine, node, parts) => eachOf(parts, (values) => distinctionOf(engine, node, values))],
};

const IS_NULL = 0;
const GREATEST = 0;

function partsOf(node: Node): readonly Node[] {
  const [operands] = MADE[node.tag] ?? [];
  return operands === 'args' ? children(node, operands) : operands === undefined ? [] : [child(node, operands) ?? []].flat();
}

/** What may be supposed: why a part of the node may be NULL, or a count 0. */
function reasonsIn(supposing: Supposing, node: Node, found = new Set<Reason>()): ReadonlySet<Reason> {
  const { engine, scope, strict } = supposing;
  for (const reason of [...engine.expression(node, scope).strictIn, ...countedReasons(supposing, node)])
    if (reason.kind !== 'unknown' && !strict.has(reason)) found.add(reason);
  for (const part of partsOf(node)) reasonsIn(supposing, part, found);
  return found;
}

/** For each of these a count is 0. */
function countedReasons({ engine, scope }: Supposing, node: Node): Reasons {
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

/** What the node may be where the reason holds. */
function valuesOf(supposing: Supposing, node: Node, reason: Reason): Values {
  const { engine, scope } = supposing;
  if (node.tag === 'CONST') return constantOf(node);
  if (engine.expression(node, scope).strictIn.includes(reason)) return [null];
  if (countedReasons(supposing, node).includes(reason)) return [0];
  // An item of grouping sets is not computed from its parts.
  const { nulled } = scope.frame;
  if (nulled.size > 0 && nulled.has(keyOf(node))) return undefined;
  return MADE[node.tag]?.[1](
    engine,
    node,
    partsOf(node).map((part) => valuesOf(supposing, part, reason)),
  );
}

/** What is made of each combination; of too many nothing is known. */
function eachOf(parts: readonly Values[], make: (values: readonly Constant[]) => Constant | undefined): Values {
  let combinations: readonly (readonly Constant[])[] = [[]];
  for (const part of parts) {
    if (part === undefined || combinations.length * part.length > MOST_COMBINATIONS) return undefined;
    combinations = combinations.flatMap((values) => part.map((value) => [...values, value]));
  }
  const made = combinations.map(make);
  return made.every((value) => value !== undefined) ? made : undefined;
}

const MOST_COMBINATIONS = 64;

function firstOf(parts: readonly Values[]): Values {
  const values: Constant[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    values.push(...part.filter((value) => value !== null));
    if (!part.includes(null)) return values;
  }
  return [...values, null];
}

function constantOf(node: Node): Values {
  if (flag(node, 'constisnull')) return [null];
  const number = constantInteger(node);
  const value = (Number.isSafeInteger(number) ? number : undefined) ?? constantBoolean(node) ?? constantText(node);
  return value === undefined ? undefined : [value];
}

/** GREATEST and LEAST leave NULLs out; texts are in an order of their own. */
function extremeOf(parts: readonly Values[], greatest: boolean): Values {
  const given = parts.filter((part) => part === undefined || part.some((value) => value !== null));
  if (given.length < 2) return given.length === 0 ? [null] : given[0];
  return eachOf(given, (values) => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.length === values.length ? Math[greatest ? 'max' : 'min'](...numbers) : undefined;
  });
}

/** Whether an argument is NULL, which makes what is strict NULL, whatever stands beside it. */
function isOfNull(entry: { readonly strict: boolean } | undefined, parts: readonly Values[]): boolean {
  return entry?.strict === true && parts.some((part) => part?.every((value) => value === null));
}

function callOf(engine: Engine, node: Node, parts: readonly Values[]): Values {
  const entry = functionOf(engine.catalog, integer(node, 'funcid'));
  if (entry?.builtin !== true || entry.returnsSet) return undefined;
  if (isOfNull(entry, parts)) return [null];
  switch (entry.name) {
    case 'num_nulls':
    case 'num_nonnulls': {
      const wanted = entry.name === 'num_nulls';
      const least = parts.filter((part) => part?.every((value) => (value === null) === wanted)).length;
      const most = parts.filter((part) => part?.some((value) => (value === null) === wanted) ?? true).length;
      return Array.from({ length: most - least + 1 }, (_item, index) => least + index);
    }
    case 'concat':
      return eachOf(parts, (values) => textOf(values, ''));
    case 'concat_ws':
      return eachOf(parts, ([separator, ...values]) =>
        typeof separator === 'string' ? textOf(values, separator) : separator === null ? null : undefined,
      );
    default:
      return parts.length === 1 ? eachOf(parts, ([value]) => ofOne(entry.name, value)) : undefined;
  }
}

/** Of an integer, as another number, and of the empty text. */
function ofOne(name: string, value: Constant | undefined): Constant | undefined {
  if (typeof value === 'number') return NUMBERS.has(name) ? value : undefined;
  return value === '' ? OF_EMPTY[name] : undefined;
}

const NUMBERS: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'float8']);

/** What functions make of the empty text. */
const OF_EMPTY: Readonly<Record<string, Constant>> = {
  ...Object.fromEntries(['length', 'char_length', 'character_length', 'octet_length', 'bit_length'].map((name) => [name, 0])),
  ...Object.fromEntries(['btrim', 'ltrim', 'rtrim', 'lower', 'upper', 'initcap', 'reverse', 'text'].map((name) => [name, ''])),
};

function textOf(values: readonly Constant[], separator: string): string | undefined {
  const texts = values.filter((value) => value !== null);
  return texts.every((value) => typeof value === 'string') ? texts.join(separator) : undefined;
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** The database's own collation, "C" and "POSIX": texts that differ are not equal to them. */
const DETERMINISTIC: ReadonlySet<number> = new Set([0, 100, 950, 951]);

function distinctionOf(engine: Engine, node: Node, [left, right]: readonly Constant[]): Constant | undefined {
  if (left === null || right === null) return left !== right;
  const equal = operationOf(engine, node, [left ?? null, right ?? null]);
  return typeof equal === 'boolean' ? !equal : undefined;
}

function operationOf(engine: Engine, node: Node, [left, right]: readonly Constant[]): Constant | undefined {
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  if (entry?.builtin !== true || left === undefined || right === undefined) return undefined;
  if (left === null || right === null) return entry.strict ? null : undefined;
  const compare = COMPARISONS[entry.name];
  if (typeof left !== 'string' || typeof right !== 'string')
    return typeof left === typeof right ? compare?.(Number(left), Number(right)) : undefined;
  if (entry.name === '||') return left + right;
  if (compare !== undefined && left === right) return compare(0, 0);
  if (entry.leftTypeOid !== TYPE.text || !DETERMINISTIC.has(integer(node, 'inputcollid'))) return undefined;
  // Nothing but `%` matches the empty text.
  if (entry.name === '~~' && left === '') return /^%*$/.test(right);
  return entry.name === '=' || entry.name === '<>' ? entry.name === '<>' : undefined;
}
