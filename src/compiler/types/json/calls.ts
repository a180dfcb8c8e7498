/** The JSON that PostgreSQL's own functions, aggregates and operators make of their arguments. */
import type { PgOperator } from '../../../catalog/index.js';
import { flag } from '../../analysis/index.js';
import { certain, eitherList, eitherOf, isListed, listOf, objectOf, type JsonField, type JsonSlot } from '../../json-shape.js';
import type { Engine } from '../engine.js';
import type { Call } from '../expression/call.js';
import { constantOf, constantText, constantTexts, type Node } from '../node.js';
import { isArray, isJson, TYPE } from '../pg-types.js';
import { isNullable, type Value } from '../value.js';
import { atPath, elementsOf, membersOf, setAt, withoutNulls } from './path.js';
import { canBeNull, jsonOf, shapeOfType, slotOf } from './slot.js';

export function jsonOfCall(engine: Engine, { node, entry, nodes, args }: Call): JsonSlot | undefined {
  const [first] = args;
  if (!entry.builtin || first === undefined) return undefined;
  const listed = !flag(node, 'funcvariadic');
  switch (entry.name.replace(/^jsonb?_/, '')) {
    case 'to_json':
    case 'to_jsonb':
    case 'row_to_json':
    case 'array_to_json':
      return jsonOf(engine, first);
    case 'build_object':
      return listed ? builtObject(engine, nodes, args, false) : undefined;
    case 'build_array':
      return listed ? builtArray(engine, args, false) : undefined;
    case 'object':
      return certain({ kind: 'record', values: { shape: shapeOfType(engine.catalog, TYPE.text, undefined), nullable: true } });
    case 'extract_path':
      return atPath(first.json, listed ? nodes.slice(1).map(constantText) : constantTexts(nodes[1]));
    case 'array_elements':
      return elementsOf(first.json);
    case 'each':
      return membersOf(first.json);
    case 'set': {
      const [path, create] = [constantTexts(nodes[1]), nodes[3] === undefined ? true : constantOf(nodes[3])];
      if (path === undefined || typeof create !== 'boolean' || first.json === undefined) return undefined;
      if (path.length === 0) return first.json;
      return setAt(first.json, path, args[2]?.json ?? certain(undefined), create);
    }
    case 'strip_nulls':
      return first.json && withoutNulls(engine.catalog, first.json, nodes[1] === undefined ? false : constantOf(nodes[1]));
    default:
      return undefined;
  }
}

/** Keys and values in turn. Where `absent`, a value that is NULL leaves its key out. */
export function builtObject(engine: Engine, nodes: readonly Node[], args: readonly Value[], absent: boolean): JsonSlot | undefined {
  const keys = nodes.filter((_node, index) => index % 2 === 0).map(constantKey);
  const values = args.filter((_arg, index) => index % 2 === 1);
  const slots = values.map((value) => part(engine, value, absent));
  const fields = slots.flatMap((slot, index): JsonField[] => {
    const [key, value] = [keys[index], values[index]];
    // jsonb leaves JSON's own null out too.
    const optional = absent && value !== undefined && (isNullable(value) || canBeNull(engine.catalog, slot));
    return key === undefined || value === undefined ? [] : [{ key, ...slot, optional }];
  });
  return certain(fields.length === keys.length ? objectOf(fields) : { kind: 'record', values: eitherOf(slots) });
}

/** Where `absent`, a NULL of SQL is left out; one of JSON, which a value may be, need not be. */
function part(engine: Engine, value: Value, absent: boolean): JsonSlot {
  return absent ? jsonOf(engine, value) : slotOf(engine, value);
}

function constantKey(node: Node | undefined): string | undefined {
  const key = constantOf(node);
  return typeof key === 'number' ? String(key) : typeof key === 'string' ? key : undefined;
}

/** Where `absent`, a value that is NULL lets those behind it move up. */
export function builtArray(engine: Engine, args: readonly Value[], absent: boolean): JsonSlot | undefined {
  const items = args.map((arg) => part(engine, arg, absent));
  return certain(absent && args.some(isNullable) ? listOf(eitherOf(items)) : { kind: 'tuple', items });
}

const LISTS: ReadonlySet<string> = new Set(['json_agg', 'jsonb_agg', 'json_agg_strict', 'jsonb_agg_strict']);

export function jsonOfAggregate(engine: Engine, name: string, inputs: readonly Value[]): JsonSlot | undefined {
  const [first, second] = inputs;
  if (first === undefined) return undefined;
  if (name === 'array_agg' || name === 'any_value') return first.json;
  const strict = name.endsWith('_strict');
  if (LISTS.has(name)) return certain(listOf(part(engine, first, strict)));
  return second !== undefined && /^jsonb?_object_agg/.test(name)
    ? certain({ kind: 'record', values: part(engine, second, strict) })
    : undefined;
}

/** `||` and `-` of jsonb, and what leads into JSON. */
export function jsonOfOperator(
  { catalog }: Engine,
  { builtin, name, resultTypeOid }: PgOperator,
  nodes: readonly Node[],
  [left, right]: readonly Value[],
): JsonSlot | undefined {
  if (!builtin || !isJson(catalog, resultTypeOid)) return undefined;
  if (name === '||') return concatenated(left?.json, right?.json);
  if (name === '->') return atPath(left?.json, [constantKey(nodes[1])]);
  if (name === '#>') return atPath(left?.json, constantTexts(nodes[1]));
  return name === '-' ? without(left?.json, removedKeys(nodes[1], isArray(catalog, right?.typeOid ?? 0))) : undefined;
}

/** Of two objects the second's keys win; a null would be an element. */
function concatenated(left: JsonSlot | undefined, right: JsonSlot | undefined): JsonSlot | undefined {
  const [a, b] = [left?.shape, right?.shape];
  if (a === undefined || b === undefined || left?.nullable === true || right?.nullable === true) return undefined;
  if (isListed(a) && isListed(b)) return certain(eitherList(a, b));
  if (a.kind !== 'object' || b.kind !== 'object') return undefined;
  const kept = a.fields.filter(({ key }) => !b.fields.some((field) => field.key === key && !field.optional));
  // What may be missing from the second is the first's then.
  const isMissing = (field: JsonField): boolean => field.optional && kept.find(({ key }) => key === field.key)?.optional !== false;
  return certain(objectOf([...kept, ...b.fields.map((field) => ({ ...field, optional: isMissing(field) }))]));
}

function removedKeys(node: Node | undefined, several: boolean): readonly string[] | undefined {
  if (node === undefined) return undefined;
  if (several) return constantTexts(node);
  const key = constantText(node);
  return key === undefined ? undefined : [key];
}

/** An array loses the elements that are such texts. */
function without(json: JsonSlot | undefined, keys: readonly string[] | undefined): JsonSlot | undefined {
  if (json === undefined || json.nullable || keys === undefined) return undefined;
  const { shape } = json;
  if (shape?.kind === 'record' || shape?.kind === 'list') return json;
  return shape?.kind === 'object' ? certain(objectOf(shape.fields.filter(({ key }) => !keys.includes(key)))) : undefined;
}
