/** UNION, INTERSECT and EXCEPT, and VALUES lists: several rows' values in one column. */
import type { Node, SelectStmt } from 'libpg-query';
import type { Analyzer, OutputColumn, QueryShape } from '../analyzer.js';
import { items } from '../node.js';
import { cell, intersection, union, type Reasons } from '../reason.js';
import { createFrame, createScope, type Scope } from '../scope.js';
import { commonType } from '../types.js';
import { computed, isNullable, sourcesOf, worst, type Held, type HeldToOne, type Value } from '../value.js';

/** The shape of two arms together; `left` and `right` are analysed by the caller. */
export function combineArms(analyzer: Analyzer, { op, all }: Pick<SelectStmt, 'op' | 'all'>, left: QueryShape, right: QueryShape): QueryShape {
  const columns = left.columns.map((column, index) => combineColumn(analyzer, op, column, right.columns[index]));
  return {
    ...left,
    columns,
    ...combineRows(op, left, right),
    heldToOne: combineHeld(op, all === true, columns, left, right),
    facts: combineFacts(op, left.facts, right.facts),
    outerSources: [...left.outerSources, ...right.outerSources],
    volatile: left.volatile || right.volatile,
  };
}

function combineRows(
  op: SelectStmt['op'],
  left: QueryShape,
  right: QueryShape,
): Pick<QueryShape, 'atLeastOne' | 'atMostOne'> {
  switch (op) {
    case 'SETOP_UNION':
      return { atLeastOne: left.atLeastOne || right.atLeastOne, atMostOne: false };
    case 'SETOP_INTERSECT':
      return { atLeastOne: false, atMostOne: left.atMostOne || right.atMostOne };
    default:
      return { atLeastOne: false, atMostOne: left.atMostOne };
  }
}

/** By the keys of an arm, in columns whose values are the arm's own; or since UNION makes rows differ. */
function combineHeld(
  op: SelectStmt['op'],
  all: boolean,
  columns: readonly OutputColumn[],
  left: QueryShape,
  right: QueryShape,
): HeldToOne {
  const byArm = (arm: QueryShape, held: readonly Held[]): boolean =>
    arm.atMostOne || arm.heldToOne?.(held.filter(({ index }) => arm.columns[index]?.value.typeOid === columns[index]?.value.typeOid)) === true;
  if (op !== 'SETOP_UNION') return (held) => byArm(left, held) || (op === 'SETOP_INTERSECT' && byArm(right, held));
  return (held) => !all && columns.length > 0 && columns.every((_, index) => held.some((entry) => entry.index === index));
}

function combineFacts(op: SelectStmt['op'], left: Reasons, right: Reasons): Reasons {
  if (op === 'SETOP_UNION') return intersection(left, right);
  return op === 'SETOP_INTERSECT' ? union(left, right) : left;
}

function combineColumn(analyzer: Analyzer, op: SelectStmt['op'], left: OutputColumn, right: OutputColumn | undefined): OutputColumn {
  if (right === undefined) return left;
  // Rows of both arms are equal in INTERSECT, NULLs included; of the second arm none comes in EXCEPT.
  const nullable =
    op === 'SETOP_INTERSECT'
      ? isNullable(left.value) && isNullable(right.value)
      : isNullable(left.value) || (op === 'SETOP_UNION' && isNullable(right.value));
  const arms = op === 'SETOP_UNION' ? [left.value, right.value] : [left.value];
  return { ...left, value: mixed(analyzer, arms, nullable, [left.value.typeOid, right.value.typeOid]) };
}

/** A column that holds any of several values. */
function mixed(analyzer: Analyzer, values: readonly Value[], nullable: boolean, types: readonly number[]): Value {
  const reasons = nullable ? [cell()] : [];
  const [first] = values;
  const sameOrigin = values.every((value) => value.origin?.column === first?.origin?.column);
  return {
    ...computed(commonType(analyzer.catalog, types), values, reasons, reasons),
    elements: worst(values.map((value) => value.elements)),
    dimensions: Math.max(0, ...values.map((value) => value.dimensions)),
    origin: sameOrigin ? first?.origin : undefined,
    nullableWhenPresent: values.some((value) => value.nullableWhenPresent),
  };
}

/** `VALUES (…), (…)`. In an INSERT one row may hold functions that return several, and is then a list as that of SELECT. */
export function analyzeValues(analyzer: Analyzer, lists: readonly Node[], scope: Scope): QueryShape {
  const rows = lists.map((list) => items(list).map((node) => analyzer.expression(node, scope)));
  const { setReturning, padded } = scope.frame;
  if (setReturning > 1 && !padded) return analyzeValues(analyzer, lists, createScope([], scope.parent, scope.ctes, createFrame({ padded: true })));
  const [first = []] = rows;
  const columns = first.map((value, index): OutputColumn => {
    const values = rows.flatMap((row) => row[index] ?? []);
    const types = values.map((entry) => entry.typeOid);
    const one = rows.length === 1 ? value : mixed(analyzer, values, values.some(isNullable), types);
    return { name: `column${index + 1}`, value: one, expression: rows.length === 1 ? items(lists[0])[index] : undefined, star: undefined, column: undefined };
  });
  const all = rows.flat();
  return {
    columns,
    returnsRows: true,
    atLeastOne: setReturning === 0,
    atMostOne: rows.length === 1 && setReturning === 0,
    heldToOne: undefined,
    facts: [],
    outerSources: [...new Set([...scope.frame.outerSources, ...sourcesOf(all)])],
    volatile: all.some((value) => value.volatile),
  };
}
