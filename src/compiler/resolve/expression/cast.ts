/** Casts, written or implied. */
import type { TypeCast } from 'libpg-query';
import type { Catalog } from '../../../catalog/index.js';
import type { Analyzer } from '../analyzer.js';
import { castRule } from '../builtin/casts.js';
import { cell, NONE, union } from '../reason.js';
import type { Scope } from '../scope.js';
import { elementType, namedType, TYPE } from '../types.js';
import { notNull, unknownValue, type Value } from '../value.js';

export function evaluateCast(analyzer: Analyzer, cast: TypeCast, scope: Scope): Value {
  const { oid, dimensions } = namedType(analyzer.catalog, cast.typeName);
  return cast.arg === undefined ? unknownValue(oid) : castTo(analyzer, analyzer.expression(cast.arg, scope), oid, dimensions);
}

export function castTo(analyzer: Analyzer, value: Value, oid: number, dimensions: number): Value {
  const rule = castRule(analyzer.catalog, value.typeOid, oid);
  const target = analyzer.catalog.types.get(oid);
  // A value that has the domain's type already is not checked again, not even NULL from an empty subquery.
  const checked = value.typeOid !== TYPE.unresolved && value.typeOid !== oid;
  const refusesNull = checked && target?.kind === 'domain' && target.notNull;
  const reasons = refusesNull ? NONE : rule === 'total' ? value.reasons : union(value.reasons, [cell()]);
  return {
    ...value,
    typeOid: oid,
    reasons,
    strictIn: rule === 'unknown' ? [] : value.strictIn,
    elements: castElements(analyzer.catalog, value, oid),
    dimensions: Math.max(dimensions, value.dimensions),
    origin: value.origin !== undefined && oid === value.typeOid ? value.origin : undefined,
    nullableWhenPresent: reasons.length > 0,
    fields: undefined,
  };
}

/** A string literal, whose type the context decides: it may be read as an array. */
export function literalValue(text: string): Value {
  const dimensions = /^\s*(?:\[[^=]*\]\s*=\s*)?(\{*)/.exec(text)?.[1]?.length ?? 0;
  return { ...notNull(TYPE.unknown), elements: /\bnull\b/i.test(text) ? 'nullable' : 'notNull', dimensions };
}

function castElements(catalog: Catalog, value: Value, to: number): Value['elements'] {
  const [from, element] = [elementType(catalog, value.typeOid), elementType(catalog, to)];
  if (from === TYPE.unresolved || element === TYPE.unresolved) return value.elements;
  return castRule(catalog, from, element) === 'total' ? value.elements : 'nullable';
}
