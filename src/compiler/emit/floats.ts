/** Which columns hold floats, at any depth: their text has as many digits as the session says. */
import type { Catalog } from '../../catalog/index.js';
import { certain, type JsonShape, type JsonSlot } from '../json-shape.js';
import type { QueryColumn } from '../query.js';

const FLOATS = new Set(['float4', 'float8', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle']);

export function holdsFloats(catalog: Catalog, { type, json }: QueryColumn): boolean {
  return typeHolds(catalog, type.oid, new Set()) || (json !== undefined && slotHolds(catalog, json));
}

function typeHolds(catalog: Catalog, oid: number, around: ReadonlySet<number>): boolean {
  const type = catalog.types.get(oid);
  if (type === undefined || around.has(oid)) return false;
  if (type.kind === 'base') return type.schema === 'pg_catalog' && FLOATS.has(type.name);
  const columns = catalog.relations.get(type.relationOid)?.columns ?? [];
  const inner = [type.baseOid, type.elementOid, ...columns.map(({ typeOid }) => typeOid)];
  return inner.some((one) => typeHolds(catalog, one, new Set(around).add(oid)));
}

function slotHolds(catalog: Catalog, { shape }: JsonSlot): boolean {
  if (shape?.kind === 'scalar') return typeHolds(catalog, shape.type.oid, new Set());
  return shape !== undefined && slotsIn(shape).some((slot) => slotHolds(catalog, slot));
}

function slotsIn(shape: JsonShape): readonly JsonSlot[] {
  if ('items' in shape) return shape.kind === 'list' ? [shape.items] : shape.items;
  if ('fields' in shape) return shape.fields;
  if ('values' in shape) return [shape.values];
  return 'shapes' in shape ? shape.shapes.map(certain) : [];
}
