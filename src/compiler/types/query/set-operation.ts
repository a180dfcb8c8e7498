/** UNION, INTERSECT and EXCEPT, and rows of VALUES: several rows' values in one column. */
import { children, integer, numbers, type SetOperation } from '../../analysis/index.js';
import { UNKNOWN_SHAPE, type Engine, type OutputColumn, type QueryShape } from '../engine.js';
import type { Held, AtMostOne, Scope } from '../scope.js';
import { cell, intersection, union } from '../reason.js';
import { computed, eitherContent, isNullable, type Value } from '../value.js';
import type { Node } from '../node.js';

type Operation = Exclude<SetOperation, { readonly kind: 'range' }>;

/** The shape of all arms together. */
export function analyzeSetOperation(engine: Engine, operation: SetOperation, scope: Scope): QueryShape {
  if (operation.kind === 'range') {
    const arm = scope.frame.query.ranges[operation.varno - 1]?.subquery;
    return arm === undefined ? UNKNOWN_SHAPE : engine.query(arm, scope);
  }
  return combine(
    engine,
    operation,
    analyzeSetOperation(engine, operation.left, scope),
    analyzeSetOperation(engine, operation.right, scope),
  );
}

function combine(engine: Engine, operation: Operation, left: QueryShape, right: QueryShape): QueryShape {
  const { kind, node } = operation;
  const types = numbers(node, 'colTypes');
  const columns = left.columns.map((column, index) => combineColumn(kind, column, right.columns[index], types[index]));
  return {
    ...left,
    columns,
    atLeastOne: kind === 'union' && (left.atLeastOne || right.atLeastOne),
    atMostOne: combineHeld(engine, operation, columns, left, right),
    facts: { union: intersection(left.facts, right.facts), intersect: union(left.facts, right.facts), except: left.facts }[kind],
    counted: undefined,
  };
}

/** By the keys of an arm, in columns whose values are the arm's own; or since UNION makes rows differ. */
function combineHeld(
  engine: Engine,
  operation: Operation,
  columns: readonly OutputColumn[],
  left: QueryShape,
  right: QueryShape,
): AtMostOne {
  const byArm = (arm: QueryShape, held: readonly Held[]): boolean =>
    arm.atMostOne(held.filter(({ column }) => arm.columns[column - 1]?.value.typeOid === columns[column - 1]?.value.typeOid));
  if (operation.kind !== 'union') return (held) => byArm(left, held) || (operation.kind === 'intersect' && byArm(right, held));
  // UNION ALL has no clauses to tell rows apart by.
  const clauses = operation.all ? [] : children(operation.node, 'groupClauses');
  return (held) =>
    columns.length > 0 &&
    clauses.length === columns.length &&
    clauses.every((clause, index) => held.some((entry) => entry.column === index + 1 && isSameEquality(engine, entry, clause)));
}

/** Whether values that the held column's operator takes for equal, the clause of sorting or grouping does. */
export function isSameEquality({ catalog }: Engine, held: Pick<Held, 'operator'>, clause: Node): boolean {
  if (held.operator === 0) return true;
  const own = catalog.equalities.get(integer(clause, 'eqop')) ?? [];
  const families = catalog.equalities.get(held.operator) ?? [];
  return own.some((family) => families.includes(family));
}

function combineColumn(kind: Operation['kind'], left: OutputColumn, right: OutputColumn | undefined, typeOid = 0): OutputColumn {
  if (right === undefined) return left;
  const both = mixed([left.value, right.value], typeOid);
  // Rows of both arms are equal in INTERSECT, NULLs included; of the second arm none comes in EXCEPT.
  const nullable = isNullable(left.value) && (kind === 'except' || isNullable(right.value));
  const first = mixed([left.value], typeOid, nullable);
  // What equals the first arm's JSON need not be written as it: 1 and 1.00.
  const value = { union: both, intersect: { ...first, json: both.json }, except: first }[kind];
  return { name: left.name, value, expression: undefined, entry: undefined, absence: [] };
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
