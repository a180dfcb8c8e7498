/** UNION, INTERSECT and EXCEPT, and rows of VALUES: several rows' values in one column. */
import { children, integer, numbers, type SetOperation } from '../../analysis/index.js';
import { UNKNOWN_SHAPE, type Engine, type OutputColumn, type QueryShape } from '../engine.js';
import type { Held, AtMostOne, Scope } from '../scope.js';
import { cell, intersection, union, type Reasons } from '../reason.js';
import { computed, eitherContent, eitherJson, isNullable, type Value } from '../value.js';
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
  const types = numbers(operation.node, 'colTypes');
  const columns = left.columns.map((column, index) =>
    combineColumn(operation.kind, column, right.columns[index], types[index] ?? column.value.typeOid),
  );
  return {
    ...left,
    columns,
    atLeastOne: operation.kind === 'union' && (left.atLeastOne || right.atLeastOne),
    atMostOne: combineHeld(engine, operation, columns, left, right),
    facts: combineFacts(operation.kind, left.facts, right.facts),
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

function combineFacts(kind: Operation['kind'], left: Reasons, right: Reasons): Reasons {
  if (kind === 'union') return intersection(left, right);
  return kind === 'intersect' ? union(left, right) : left;
}

function combineColumn(kind: Operation['kind'], left: OutputColumn, right: OutputColumn | undefined, typeOid: number): OutputColumn {
  if (right === undefined) return left;
  // Rows of both arms are equal in INTERSECT, NULLs included; of the second arm none comes in EXCEPT.
  const nullable =
    kind === 'intersect'
      ? isNullable(left.value) && isNullable(right.value)
      : isNullable(left.value) || (kind === 'union' && isNullable(right.value));
  const arms = kind === 'union' ? [left.value, right.value] : [left.value];
  // What equals the first arm's JSON need not be written as it: 1 and 1.00.
  const json = eitherJson(kind === 'except' ? arms : [left.value, right.value]);
  return { name: left.name, value: { ...mixed(arms, nullable, typeOid), json }, expression: undefined, entry: undefined, absence: [] };
}

/** A column that holds any of several values. */
function mixed(values: readonly Value[], nullable: boolean, typeOid: number): Value {
  const reasons = nullable ? [cell()] : [];
  const [first] = values;
  const sameOrigin = values.every((value) => value.origin?.column === first?.origin?.column && value.typeOid === typeOid);
  return { ...computed(typeOid, reasons, reasons), ...eitherContent(values), origin: sameOrigin ? first?.origin : undefined };
}

/** The columns of rows of values. */
export function mixedRows(rows: readonly (readonly Value[])[]): readonly Value[] {
  const [first = []] = rows;
  if (rows.length === 1) return first;
  return first.map((value, index) => {
    const values = rows.flatMap((row) => row[index] ?? []);
    return mixed(values, values.some(isNullable), value.typeOid);
  });
}
