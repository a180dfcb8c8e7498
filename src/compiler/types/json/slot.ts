/** What `to_json` makes of a value, and JSON that is written down. */
import type { Catalog, TableColumn } from '../../../catalog/index.js';
import { certain, listOf, NOTHING, objectOf, type JsonField, type JsonShape, type JsonSlot } from '../../json-shape.js';
import { bytesOf, numberOf, type Node } from '../node.js';
import { baseType, elementType, isArray, isJson, TYPE } from '../pg-types.js';
import { ANY_DEPTH, isNullable, type Fields, type Value } from '../value.js';

/** Rows within rows. PostgreSQL has no type that holds itself, and this is deeper than any that is meant to be read. */
const DEEPEST = 12;

/** A value as a part of JSON. */
export function slotOf(catalog: Catalog, value: Value): JsonSlot {
  const { shape, nullable } = jsonOf(catalog, value);
  return { shape, nullable: nullable || isNullable(value) };
}

/** The JSON of a value that is not NULL. */
export function jsonOf(catalog: Catalog, value: Value): JsonSlot {
  if (isArray(catalog, value.typeOid)) {
    const inner = elementType(catalog, value.typeOid);
    const element = (isJson(catalog, inner) ? value.json : undefined) ?? certain(shapeOfType(catalog, inner, undefined, 1, 1));
    return certain(arrayShape(element, value.elements === 'nullable', value.dimensions));
  }
  if (isJson(catalog, value.typeOid) && value.json !== undefined) return value.json;
  return certain(value.fields === undefined ? shapeOfType(catalog, value.typeOid, value.origin) : rowShape(catalog, value, value.fields));
}

/** Whether JSON's null can stand there, as it can where anything can. */
export function canBeNull(catalog: Catalog, { shape, nullable }: JsonSlot): boolean {
  return nullable || shape === undefined || (shape.kind === 'scalar' && isJson(catalog, shape.type.oid));
}

/** A row without a type of its own has the names that the query gives to its fields. */
function rowShape(catalog: Catalog, { typeOid, fieldNames = [] }: Value, fields: Fields): JsonShape | undefined {
  if (typeOid !== TYPE.record) return relationShape(catalog, typeOid, fields);
  const named = [...fields].map(([number, field]) => ({ key: fieldNames[number - 1] ?? '', optional: false, ...slotOf(catalog, field) }));
  return named.some(({ key }) => key === '') ? undefined : objectOf(named);
}

/** A row of a relation's type, or of a composite one; fields of which no more is known are stored, and need not keep a table's constraints. */
function relationShape(catalog: Catalog, typeOid: number, fields: Fields, depth = 0): JsonShape | undefined {
  const type = catalog.types.get(baseType(catalog, typeOid));
  const relation = type?.kind === 'composite' ? catalog.relations.get(type.relationOid) : undefined;
  const columns = relation?.columns.map((column): JsonField => {
    const [field, { dimensions }] = [fields.get(column.number), column];
    const slot = field
      ? slotOf(catalog, { ...field, dimensions: Math.max(field.dimensions, dimensions) })
      : { shape: shapeOfType(catalog, column.typeOid, { relation, column }, dimensions, depth + 1), nullable: true };
    return { key: column.name, optional: false, ...slot };
  });
  return columns && objectOf(columns, relation);
}

/** What a value of a type is of which no more is known than the type. */
export function shapeOfType(
  catalog: Catalog,
  typeOid: number,
  origin: TableColumn | undefined,
  dimensions = 1,
  depth = 0,
): JsonShape | undefined {
  const type = catalog.types.get(typeOid);
  const base = catalog.types.get(baseType(catalog, typeOid));
  if (type === undefined || base === undefined || depth > DEEPEST) return undefined;
  switch (base.kind) {
    case 'array': {
      // Within another value nothing keeps NULL out.
      const element = certain(shapeOfType(catalog, base.elementOid, undefined, 1, depth + 1));
      return arrayShape(element, depth > 0, dimensions);
    }
    case 'composite':
      return relationShape(catalog, base.oid, new Map(), depth);
    case 'pseudo':
      // A literal that nothing has given a type is text.
      return base.oid === TYPE.unknown ? { kind: 'scalar', type, origin } : undefined;
    default:
      if (isJson(catalog, base.oid) && origin === undefined) return undefined;
      return base.ownJson ? undefined : { kind: 'scalar', type, origin };
  }
}

function arrayShape(element: JsonSlot, nullable: boolean, dimensions: number): JsonShape | undefined {
  if (dimensions === ANY_DEPTH) return undefined;
  let shape = listOf({ shape: element.shape, nullable: nullable || element.nullable }, true);
  for (let depth = 1; depth < dimensions; depth++) shape = listOf(certain(shape), true);
  return shape;
}

/** What a NULL of SQL adds to the values of an expression. */
export const NO_JSON: JsonSlot = certain(NOTHING);

/**
 * As json writes it, and by the bytes of a jsonb behind its length: a container without items, and an array that stands for
 * its only item, which is null.
 */
const EMPTY: ReadonlyMap<string, JsonSlot> = new Map(
  [
    { written: ['[]', '00000040'], slot: certain(listOf(NO_JSON)) },
    { written: ['{}', '00000020'], slot: certain(objectOf([])) },
    { written: ['null', '01000050000000c0'], slot: { shape: NOTHING, nullable: true } },
  ].flatMap(({ written, slot }) => written.map((text) => [text, slot] as const)),
);

/** Defaults such as `'[]'`; of any other constant nothing is known. */
export function jsonOfConstant(constant: Node): JsonSlot | undefined {
  const data = bytesOf(constant)?.subarray(4);
  return EMPTY.get((numberOf(constant, 'consttype') === TYPE.json ? data?.toString('utf8').trim() : data?.toString('hex')) ?? '');
}
