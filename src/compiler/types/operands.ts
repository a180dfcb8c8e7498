/**
 * What a comparison proves beyond its operands' not being NULL: of a count, of what may stand in
 * NULL's place, and of the elements of an array.
 */
import { children, flag, integer } from '../analysis/index.js';
import type { PgFunction } from '../../catalog/index.js';
import { functionOf, operatorOf, type Engine } from './engine.js';
import { SUBLINK, subqueryShape } from './expression/sublink.js';
import type { Level } from './level.js';
import { constantInteger, constantText, tagOf, type Node } from './node.js';
import { intersectionAll, unionAll, type Reasons } from './reason.js';

type Constant = number | string;

/** Whether a value in an operand's place could make the comparison come out as it did. */
type Admits = (value: Constant) => boolean;

export function proveOperands(engine: Engine, node: Node, level: Level, outcome: boolean): Reasons {
  const [left, right] = children(node, 'args');
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  if (left === undefined || right === undefined || entry?.builtin !== true) return [];
  if (entry.leftTypeOid === ANY_ARRAY) return outcome ? proveElements(engine, entry.name, left, right, level) : [];
  const compare = COMPARISONS[entry.name];
  if (compare === undefined) return [];
  return unionAll(
    [
      { operand: left, other: constantOf(right), swapped: false },
      { operand: right, other: constantOf(left), swapped: true },
    ].map(({ operand, other, swapped }) =>
      other === undefined ? [] : proveOperand(engine, operand, level, (value) => compares(compare, value, other, swapped) !== !outcome),
    ),
  );
}

const ANY_ARRAY = 2277;

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Undefined where it cannot be told: texts that differ may be equal to a collation. */
function compares(compare: (a: number, b: number) => boolean, value: Constant, other: Constant, swapped: boolean): boolean | undefined {
  if (typeof value === 'number' && typeof other === 'number') return swapped ? compare(other, value) : compare(value, other);
  return value === other ? compare(0, 0) : undefined;
}

function constantOf(node: Node): Constant | undefined {
  return constantInteger(node) ?? constantText(node);
}

function proveOperand(engine: Engine, operand: Node, level: Level, admits: Admits): Reasons {
  const args = children(operand, tagOf(operand) === 'COALESCEEXPR' || tagOf(operand) === 'FUNCEXPR' ? 'args' : '');
  switch (tagOf(operand)) {
    case 'COALESCEEXPR': {
      const instead = args.map(constantOf);
      const given = args.filter((_, index) => {
        const constant = instead[index];
        return constant === undefined || admits(constant);
      });
      // It is one of those that can be it, and that one is not NULL.
      return intersectionAll(given.map((arg) => engine.expression(arg, level).strictIn));
    }
    case 'FUNCEXPR': {
      const entry = functionOf(engine.catalog, integer(operand, 'funcid'));
      if (entry?.builtin !== true || flag(operand, 'funcvariadic')) return [];
      const none = entry.name === 'num_nulls' ? 0 : entry.name === 'num_nonnulls' ? args.length : undefined;
      if (none === undefined || args.some((_, index) => admits(none === 0 ? index + 1 : index))) return [];
      return unionAll(args.map((arg) => engine.expression(arg, level).strictIn));
    }
    case 'SUBLINK': {
      if (integer(operand, 'subLinkType') !== SUBLINK.value || admits(0)) return [];
      const shape = subqueryShape(engine, operand, level);
      const counting = shape.columns[0]?.expression;
      const isCount =
        counting?.tag === 'AGGREF' &&
        integer(counting, 'agglevelsup') === 0 &&
        isBuiltin(functionOf(engine.catalog, integer(counting, 'aggfnoid')), 'count');
      return isCount ? (shape.counted ?? []) : [];
    }
    default:
      return [];
  }
}

function isBuiltin(entry: PgFunction | undefined, name: string): boolean {
  return entry?.builtin === true && entry.name === name;
}

/** No NULL is an element that another array has. */
function proveElements(engine: Engine, operator: string, left: Node, right: Node, level: Level): Reasons {
  const elements = (array: Node): readonly Reasons[] =>
    tagOf(array) === 'ARRAYEXPR' && !flag(array, 'multidims')
      ? children(array, 'elements').map((element) => engine.expression(element, level).strictIn)
      : [];
  if (operator === '@>') return unionAll(elements(right));
  if (operator === '<@') return unionAll(elements(left));
  return operator === '&&' ? unionAll([left, right].map((array) => intersectionAll(elements(array)))) : [];
}
