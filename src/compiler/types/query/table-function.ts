/** XMLTABLE and JSON_TABLE. */
import { child, integer, numbers, type Range as RangeEntry } from '../../analysis/index.js';
import type { Engine } from '../engine.js';
import { createSource, type Scope } from '../scope.js';
import { numberOf, type Node } from '../node.js';
import { isArray } from '../pg-types.js';
import { notNull, unknownValue, type Value } from '../value.js';
import { sourcesOf } from './dependencies.js';
import { countedRange, single, type FromShape } from './from-shape.js';

const JSON_TABLE = 1;

export function analyzeTableFunction(engine: Engine, entry: RangeEntry, scope: Scope): FromShape | undefined {
  const table = child(entry.node, 'tablefunc');
  if (table === undefined) return undefined;
  const types = numbers(table, 'coltypes');
  const filled = new Set(
    numberOf(table, 'functype') === JSON_TABLE ? rootOrdinality(table) : [...numbers(table, 'notnulls'), integer(table, 'ordinalitycol')],
  );
  const columns = types.map((typeOid, index): Value => {
    const value = filled.has(index) ? notNull(typeOid) : unknownValue(typeOid);
    return isArray(engine.catalog, typeOid) ? { ...value, elements: 'nullable', dimensions: 1 } : value;
  });
  return single(entry.varno, countedRange(createSource({ dependsOn: sourcesOf(table, scope) }), columns), false);
}

/** FOR ORDINALITY of the path that makes the rows; those of nested paths are joined as by LEFT JOIN. */
function rootOrdinality(table: Node): readonly number[] {
  const plan = child(table, 'plan');
  if (plan === undefined || plan.tag !== 'JSONTABLEPATHSCAN') return [];
  const [first, last] = [integer(plan, 'colMin'), integer(plan, 'colMax')];
  const values = table.fields['colvalexprs'];
  if (first < 0 || !Array.isArray(values)) return [];
  const own: number[] = [];
  for (let index = first; index <= last; index++) if (values[index] === null) own.push(index);
  return own;
}
