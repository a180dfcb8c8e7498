/** `json_strip_nulls`. */
import type { Catalog } from '../../../catalog/index.js';
import { itemsOf, objectOf, type JsonShape, type JsonSlot } from '../../json-shape.js';
import { isJson } from '../pg-types.js';
import { canBeNull } from './slot.js';

/** `inArrays` takes elements out too; undefined is not known. */
export function withoutNulls(catalog: Catalog, { shape, nullable }: JsonSlot, inArrays: boolean | null | undefined): JsonSlot {
  return { shape: shape && strippedShape(catalog, shape, inArrays), nullable };
}

function strippedShape(catalog: Catalog, shape: JsonShape, inArrays: boolean | null | undefined): JsonShape | undefined {
  const within = (slot: JsonSlot): JsonSlot => withoutNulls(catalog, slot, inArrays);
  switch (shape.kind) {
    case 'object': {
      const fields = shape.fields.map((field) => ({
        ...field,
        ...within(field),
        nullable: false,
        optional: field.optional || canBeNull(catalog, field),
      }));
      return objectOf(fields);
    }
    case 'record':
      return { kind: 'record', values: { ...within(shape.values), nullable: false } };
    case 'list':
    case 'tuple': {
      if (shape.kind === 'tuple' && inArrays === false) return { kind: 'tuple', items: shape.items.map(within) };
      const items = within(itemsOf(shape));
      return {
        kind: 'list',
        items: inArrays === true ? { ...items, nullable: false } : items,
        checked: shape.kind === 'list' && shape.checked,
        array: undefined,
      };
    }
    case 'either': {
      const shapes = shape.shapes.flatMap((one) => strippedShape(catalog, one, inArrays) ?? []);
      return shapes.length === shape.shapes.length ? { kind: 'either', shapes } : undefined;
    }
    default:
      // Of the user's own type of a json column nothing need be left.
      return shape.kind === 'scalar' && isJson(catalog, shape.type.oid) ? undefined : shape;
  }
}
