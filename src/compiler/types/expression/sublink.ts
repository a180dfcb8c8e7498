/** Subqueries in expressions. */
import { child, integer, queryOf } from '../../analysis/index.js';
import { partOf, UNKNOWN_SHAPE, type Engine, type QueryShape } from '../engine.js';
import { changed, partsIn, onceAt, type Scope } from '../scope.js';
import type { Node } from '../node.js';
import { arrayOf, isArray, TYPE } from '../pg-types.js';
import { cell, NONE, union } from '../reason.js';
import { arrayOver, computed, isNullable, notNull, unknownValue, type Value } from '../value.js';

/** `subLinkType`. */
export const SUBLINK = { exists: 0, all: 1, any: 2, row: 3, value: 4, several: 5, array: 6 } as const;

export const subqueryShape = onceAt((engine: Engine, link, scope): QueryShape => {
  const query = child(link, 'subselect');
  return query === undefined ? UNKNOWN_SHAPE : engine.query(queryOf(query), scope);
});

export function evaluateSubLink(engine: Engine, link: Node, scope: Scope): Value {
  const shape = subqueryShape(engine, link, scope);
  const column = shape.columns[0] ?? unknownValue();
  switch (integer(link, 'subLinkType')) {
    case SUBLINK.exists:
      return notNull(TYPE.bool);
    case SUBLINK.array: {
      // Empty, not NULL, where there are no rows.
      const nested = isArray(engine.catalog, column.typeOid);
      const typeOid = nested ? column.typeOid : arrayOf(engine.catalog, column.typeOid);
      return { ...notNull(typeOid), ...arrayOver([column], nested), json: column.json };
    }
    case SUBLINK.value: {
      const reasons = shape.atLeastOne ? column.reasons : union(column.reasons, [cell()]);
      // A value means a row, and a row what the subquery's conditions prove.
      return { ...column, reasons, strictIn: union(column.strictIn, shape.facts), origin: undefined };
    }
    case SUBLINK.any:
    case SUBLINK.all:
      return computed(TYPE.bool, partOf(engine, child(link, 'testexpr'), comparedScope(engine, link, scope)).reasons);
    default:
      return unknownValue(TYPE.bool);
  }
}

/** The comparison with one row of the subquery, whose reasons are its own: NULL on either side may leave it undecided. */
export const comparedScope = onceAt((engine: Engine, link, scope): Scope => {
  const { columns } = subqueryShape(engine, link, scope);
  return changed(scope, {
    compared: columns.map((value) => ({ ...value, reasons: isNullable(value) ? [cell()] : NONE, strictIn: NONE })),
  });
});

/** One column of `(a, b) = (SELECT …)`: which subquery, and which of its columns, the number says. */
export function multipleAssignment(engine: Engine, number: number, typeOid: number, scope: Scope): Value {
  const [id, column] = [number >> 16, number & 0xffff];
  const [link] = partsIn(
    scope.frame.query.targets.map(({ expression }) => expression),
    (part) => part.tag === 'SUBLINK' && integer(part, 'subLinkType') === SUBLINK.several && integer(part, 'subLinkId') === id,
  );
  if (link === undefined) return unknownValue(typeOid);
  const shape = subqueryShape(engine, link, scope);
  const value = shape.columns[column - 1] ?? unknownValue(typeOid);
  return shape.atLeastOne ? value : { ...value, reasons: union(value.reasons, [cell()]) };
}
