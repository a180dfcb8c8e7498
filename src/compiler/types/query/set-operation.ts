/** UNION, INTERSECT and EXCEPT, and rows of VALUES: several rows' values in one column. */
import { children, integer, numbers, type SetOperation } from '../../analysis/index.js';
import { UNKNOWN_SHAPE, type Engine, type QueryShape } from '../engine.js';
import type { Held, Scope } from '../scope.js';
import { cell, intersection, union } from '../reason.js';
import { computed, eitherContent, isNullable, unknownValue, type Value } from '../value.js';
import type { Node } from '../node.js';

type Operation = Exclude<SetOperation, { readonly kind: 'range' }>;

/** The shape of all arms together. */
export function analyzeSetOperation(engine: Engine, operation: SetOperation, scope: Scope): QueryShape {
  if (operation.kind === 'range') {
    const arm = scope.frame.query.ranges[operation.varno - 1]?.subquery;
    return arm === undefined ? UNKNOWN_SHAPE : engine.query(arm, scope);
  }
  const { kind, node } = operation;
  const left = analyzeSetOperation(engine, operation.left, scope);
  const right = analyzeSetOperation(engine, operation.right, scope);
  const types = numbers(node, 'colTypes');
  // By the keys of an arm, in columns whose values are the arm's own.
  const byArm = (arm: QueryShape, held: readonly Held[]): boolean =>
    arm.atMostOne(held.filter(({ column }) => arm.columns[column - 1]?.typeOid === types[column - 1]));
  // UNION makes rows differ; UNION ALL has no clauses to tell them apart by.
  const clauses = children(node, 'groupClauses');
  const isTold = (held: readonly Held[]): boolean =>
    clauses.every((clause, index) => held.some((entry) => entry.column === index + 1 && isSameEquality(engine, entry, clause)));
  return {
    ...left,
    columns: left.columns.map(({ name, ...value }, index) => ({ ...combined(kind, value, right.columns[index], types[index]), name })),
    atLeastOne: kind === 'union' && (left.atLeastOne || right.atLeastOne),
    atMostOne: {
      union: (held: readonly Held[]) => clauses.length > 0 && isTold(held),
      intersect: (held: readonly Held[]) => byArm(left, held) || byArm(right, held),
      except: (held: readonly Held[]) => byArm(left, held),
    }[kind],
    facts: { union: intersection(left.facts, right.facts), intersect: union(left.facts, right.facts), except: left.facts }[kind],
    counted: undefined,
  };
}

/** Whether values that the held column's operator takes for equal, the clause of sorting or grouping does. */
export function isSameEquality({ catalog }: Engine, held: Pick<Held, 'operator'>, clause: Node): boolean {
  if (held.operator === 0) return true;
  const own = catalog.equalities.get(integer(clause, 'eqop')) ?? [];
  const families = catalog.equalities.get(held.operator) ?? [];
  return own.some((family) => families.includes(family));
}

function combined(kind: Operation['kind'], left: Value, right = unknownValue(), typeOid = 0): Value {
  const both = mixed([left, right], typeOid);
  // Rows of both arms are equal in INTERSECT, NULLs included; of the second arm none comes in EXCEPT.
  const first = mixed([left], typeOid, isNullable(left) && (kind === 'except' || isNullable(right)));
  // What equals the first arm's JSON need not be written as it: 1 and 1.00.
  return { union: both, intersect: { ...first, json: both.json }, except: first }[kind];
}

/** A column that holds any of several values. */
export function mixed(values: readonly Value[], typeOid: number, nullable = values.some(isNullable)): Value {
  const reasons = nullable ? [cell()] : [];
  const [first] = values;
  const sameOrigin = values.every((value) => value.origin?.column === first?.origin?.column && value.typeOid === typeOid);
  return { ...computed(typeOid, reasons, reasons), ...eitherContent(values), origin: sameOrigin ? first?.origin : undefined };
}

/** The columns of rows of values. */
export function mixedRows([first = [], ...others]: readonly (readonly Value[])[]): readonly Value[] {
  if (others.length === 0) return first;
  return first.map((value, index) => mixed([value, ...others.flatMap((row) => row[index] ?? [])], value.typeOid));
}
