/** What is computed of values of which some are known: enough for conditions that stand something in for NULL. */
import { functionOf, operatorOf } from '../../catalog/index.js';
import { flag, integer } from '../analysis/index.js';
import type { Engine } from './engine.js';
import type { Constant, Node } from './node.js';
import { TYPE } from './pg-types.js';

/** A value that is not known, but is not NULL. */
export const SOME = Symbol('some value');

export type Possible = Constant | typeof SOME;

/** All that something may be. */
export type Values = readonly Possible[];

/** What is made of each combination; of too many nothing is known. */
export function eachOf(parts: readonly Values[], make: (values: Values) => Possible | undefined): Values | undefined {
  let combinations: readonly Values[] = [[]];
  for (const part of parts) {
    if (combinations.length * part.length > MOST_COMBINATIONS) return undefined;
    combinations = combinations.flatMap((values) => part.map((value): Values => [...values, value]));
  }
  const made = combinations.map(make);
  return made.every((value) => value !== undefined) ? [...new Set(made)] : undefined;
}

const MOST_COMBINATIONS = 64;

export function firstOf(parts: readonly Values[]): Values {
  const open = parts.findIndex((part) => !part.includes(null));
  const values = parts.slice(0, open < 0 ? undefined : open + 1).flatMap((part) => part.filter((value) => value !== null));
  return open < 0 ? [...values, null] : values;
}

/** GREATEST and LEAST leave NULLs out; texts are in an order of their own. */
export function extremeOf(parts: readonly Values[], greatest: boolean): Values | undefined {
  const given = parts.filter((part) => part.some((value) => value !== null));
  if (given.length < 2) return given[0] ?? [null];
  return eachOf(given, (values) => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.length === values.length ? Math[greatest ? 'max' : 'min'](...numbers) : undefined;
  });
}

export function callOf(engine: Engine, node: Node, parts: readonly Values[]): Values | undefined {
  const entry = functionOf(engine.catalog, integer(node, 'funcid'));
  if (entry?.builtin !== true || entry.returnsSet || flag(node, 'funcvariadic')) return undefined;
  if (entry.name === 'num_nulls' || entry.name === 'num_nonnulls') {
    const isCounted = (value: Possible): boolean => (value === null) === (entry.name === 'num_nulls');
    const least = parts.filter((part) => part.every(isCounted)).length;
    const most = parts.filter((part) => part.some(isCounted)).length;
    return Array.from({ length: most - least + 1 }, (_item, index) => least + index);
  }
  if (entry.name === 'concat') return eachOf(parts, (values) => textOf(values, ''));
  if (entry.name === 'concat_ws') return eachOf(parts, ([separator, ...values]) => (separator === null ? null : textOf(values, separator)));
  return eachOf(parts, (values) => {
    if (entry.strict && values.includes(null)) return null;
    return values.length === 1 ? ofOne(entry.name, values[0]) : undefined;
  });
}

/** The texts that are no NULL, with the separator between them. */
function textOf(values: Values, separator: Possible | undefined): string | undefined {
  const texts = values.filter((value) => value !== null);
  return typeof separator === 'string' && texts.every((value) => typeof value === 'string') ? texts.join(separator) : undefined;
}

/** Of an integer, as another number, and of the empty text. */
function ofOne(name: string, value: Possible | undefined): Possible | undefined {
  if (typeof value === 'number') return NUMBERS.has(name) ? value : undefined;
  return value === '' ? OF_EMPTY[name] : undefined;
}

const NUMBERS: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'float8']);

/** What functions make of the empty text. */
const OF_EMPTY: Readonly<Record<string, Constant>> = {
  ...Object.fromEntries(['length', 'char_length', 'character_length', 'octet_length', 'bit_length'].map((name) => [name, 0])),
  ...Object.fromEntries(['btrim', 'ltrim', 'rtrim', 'lower', 'upper', 'initcap', 'reverse', 'text'].map((name) => [name, ''])),
};

/** Where comparisons are true, by the sign of the difference of their operands. */
const SIGNS: Readonly<Record<string, readonly number[]>> = { '=': [0], '<>': [-1, 1], '<': [-1], '<=': [-1, 0], '>': [1], '>=': [0, 1] };

/** The database's own collation, "C" and "POSIX": texts that differ are not equal to them. */
const DETERMINISTIC: ReadonlySet<number> = new Set([0, 100, 950, 951]);

export function distinctionOf(engine: Engine, node: Node, values: Values): boolean | undefined {
  const [left, right] = values;
  if (left === null || right === null) return left !== right;
  const equal = operationOf(engine, node, values);
  return typeof equal === 'boolean' ? !equal : undefined;
}

export function operationOf(engine: Engine, node: Node, [left, right]: Values): boolean | null | undefined {
  const entry = operatorOf(engine.catalog, integer(node, 'opno'));
  if (entry?.strict === true && (left === null || right === null)) return null;
  if (entry?.builtin !== true) return undefined;
  const signs = SIGNS[entry.name];
  if (typeof left !== 'string' || typeof right !== 'string') {
    const isKnown = typeof left === typeof right && (typeof left === 'number' || typeof left === 'boolean');
    return isKnown ? signs?.includes(Math.sign(Number(left) - Number(right))) : undefined;
  }
  if (signs !== undefined && left === right) return signs.includes(0);
  if (entry.leftTypeOid !== TYPE.text || !DETERMINISTIC.has(integer(node, 'inputcollid'))) return undefined;
  // Nothing but `%` matches the empty text.
  if (entry.name === '~~' && left === '') return /^%*$/.test(right);
  return entry.name === '=' || entry.name === '<>' ? entry.name === '<>' : undefined;
}
