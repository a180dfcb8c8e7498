/** XMLTABLE and JSON_TABLE. */
import { child, integer, isNode, items, numbers, type Range as RangeEntry } from '../../analysis/index.js';
import type { Engine } from '../engine.js';
import { changed, createSource, type Scope } from '../scope.js';
import { numberOf, type Node } from '../node.js';
import { isArray, TYPE } from '../pg-types.js';
import { ANY_DEPTH, notNull, unknownValue, type Value } from '../value.js';
import { sourcesOf } from './dependencies.js';
import { countedRange, single, type FromShape } from './from-shape.js';

const JSON_TABLE = 1;

export function analyzeTableFunction(engine: Engine, entry: RangeEntry, scope: Scope): FromShape | undefined {
  const table = child(entry.node, 'tablefunc');
  if (table === undefined) return undefined;
  const isJson = numberOf(table, 'functype') === JSON_TABLE;
  const filled = isJson ? [] : [...numbers(table, 'notnulls'), integer(table, 'ordinalitycol')];
  const made = isJson ? rootColumns(engine, table, scope) : new Map<number, Value>();
  const columns = numbers(table, 'coltypes').map((typeOid, index): Value => {
    const value = { ...(made.get(index) ?? (filled.includes(index) ? notNull(typeOid) : unknownValue(typeOid))), typeOid };
    return isArray(engine.catalog, typeOid) ? { ...value, elements: 'nullable', dimensions: isJson ? ANY_DEPTH : 1 } : value;
  });
  return single(entry.varno, countedRange(createSource({ dependsOn: sourcesOf(table, scope) }), columns), false);
}

/** The columns of the path that makes the rows, of which only FOR ORDINALITY has no expression; those of nested paths are joined as by LEFT JOIN. */
function rootColumns(engine: Engine, table: Node, scope: Scope): ReadonlyMap<number, Value> {
  const plan = child(table, 'plan');
  if (plan === undefined || plan.tag !== 'JSONTABLEPATHSCAN') return new Map();
  const [first, last] = [integer(plan, 'colMin'), integer(plan, 'colMax')];
  const row = changed(scope, { tested: notNull(TYPE.jsonb) });
  const own = items(table, 'colvalexprs').flatMap((made, index): [number, Value][] => {
    if (first < 0 || index < first || index > last) return [];
    return [[index, isNode(made) ? engine.expression(made, row) : notNull(TYPE.int4)]];
  });
  return new Map(own);
}
