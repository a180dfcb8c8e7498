/** What stands at a path of JSON, and what becomes of JSON where something is set or left out there. */
import type { Catalog } from '../../../catalog/index.js';
import { certain, contentOf, either, eitherOf, isKeyed, isListed, objectOf, shapesOf, type JsonSlot } from '../../json-shape.js';
import { isJson } from '../pg-types.js';
import { canBeNull } from './slot.js';

const ANYTHING = certain(undefined);

/** What the path leads to where it leads to something; undefined where that is not known. */
export function atPath(json: JsonSlot | undefined, path: readonly (string | undefined)[] | undefined): JsonSlot | undefined {
  return path?.reduce((slot, key) => memberOf(slot, key), json);
}

/** A member that is not there is NULL, and a scalar has none. */
function memberOf(slot: JsonSlot | undefined, key: string | undefined): JsonSlot | undefined {
  const containers = shapesOf(slot?.shape).filter((one) => isKeyed(one) || isListed(one));
  const members = containers.map((one) => (one.kind === 'object' ? one.fields.find((field) => field.key === key) : contentOf(one)));
  const known = members.filter((member) => member !== undefined);
  return known.length > 0 && known.length === members.length ? eitherOf(known) : undefined;
}

/** `jsonb_set`, where `create` adds a last key that is not there. Members that the path does not meet stay as they are. */
export function setAt(slot: JsonSlot, [key, ...rest]: readonly string[], value: JsonSlot, create: boolean): JsonSlot {
  const { shape, nullable } = slot;
  if (key === undefined) return value;
  switch (shape?.kind) {
    case 'object': {
      const field = shape.fields.find((one) => one.key === key);
      if (field === undefined && (rest.length > 0 || !create)) return slot;
      const optional = field?.optional === true && (rest.length > 0 || !create);
      const set = { key, ...setAt(field ?? ANYTHING, rest, value, create), optional };
      const fields = field === undefined ? [...shape.fields, set] : shape.fields.map((one) => (one === field ? set : one));
      return { shape: objectOf(fields), nullable };
    }
    case 'record':
      return { shape: { kind: 'record', values: either(shape.values, setAt(shape.values, rest, value, create)) }, nullable };
    case 'list':
      return { shape: { ...shape, items: either(shape.items, setAt(shape.items, rest, value, create)) }, nullable };
    default:
      return ANYTHING;
  }
}

/** `json_strip_nulls`, which leaves the elements of arrays alone. */
export function withoutNulls(catalog: Catalog, { shape, nullable }: JsonSlot): JsonSlot {
  const within = (slot: JsonSlot): JsonSlot => withoutNulls(catalog, slot);
  switch (shape?.kind) {
    case 'object': {
      const fields = shape.fields.map((field) => {
        const optional = field.optional || canBeNull(catalog, field);
        return { key: field.key, ...certain(within(field).shape), optional };
      });
      return { shape: objectOf(fields), nullable };
    }
    case 'record':
      return { shape: { kind: 'record', values: certain(within(shape.values).shape) }, nullable };
    case 'list':
      return { shape: { ...shape, items: within(shape.items) }, nullable };
    case 'tuple':
      return { shape: { ...shape, items: shape.items.map(within) }, nullable };
    case 'either': {
      const shapes = shape.shapes.flatMap((one) => within(certain(one)).shape ?? []);
      return { shape: shapes.length === shape.shapes.length ? { kind: 'either', shapes } : undefined, nullable };
    }
    default:
      // Of the user's own type of a json column nothing need be left.
      return { shape: shape?.kind === 'scalar' && isJson(catalog, shape.type.oid) ? undefined : shape, nullable };
  }
}
