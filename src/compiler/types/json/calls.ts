/** The JSON that PostgreSQL's own functions, aggregates and operators make of their arguments. */
import type { Catalog, PgFunction, PgOperator } from '../../../catalog/index.js';
import { certain, contentOf, eitherList, eitherOf, isKeyed, isListed, listOf, objectOf, type JsonSlot } from '../../json-shape.js';
import { constantOf, constantText, constantTexts, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';
import { isNullable, type Value } from '../value.js';
import { atPath, setAt, withoutNulls } from './path.js';
import { canBeNull, jsonOf, shapeOfType, slotOf } from './slot.js';

/** What a function, an aggregate or an operator is given. */
interface Given {
  readonly catalog: Catalog;
  readonly nodes: readonly Node[];
  readonly args: readonly Value[];
  /** An array stands for several of them. */
  readonly variadic?: boolean;
}

type Maker = (given: Given, first: Value, second: Value | undefined) => JsonSlot | undefined;

const WHOLE: Maker = ({ catalog }, value) => jsonOf(catalog, value);
const SAME: Maker = (_given, value) => value.json;

/** A list of all, or of keys and values an object whose keys only the values decide; where `absent`, without NULLs. */
function collecting(absent: boolean): Maker {
  return ({ catalog }, first, second) =>
    certain(second ? { kind: 'record', values: part(catalog, second, absent) } : listOf(part(catalog, first, absent)));
}

/** By the name, without `json_` and `jsonb_` in front. */
const MAKERS: Readonly<Record<string, Maker>> = {
  to_json: WHOLE,
  to_jsonb: WHOLE,
  row_to_json: WHOLE,
  array_to_json: WHOLE,
  build_object: ({ catalog, nodes, args }) => builtObject(catalog, nodes, args, false),
  build_array: ({ catalog, args }) => builtArray(catalog, args, false),
  object: ({ catalog }) => {
    const text = shapeOfType(catalog, TYPE.text, undefined);
    return certain({ kind: 'record', values: { shape: text, nullable: true } });
  },
  extract_path: ({ nodes }, { json }) => atPath(json, nodes.slice(1).map(constantText)),
  // An error where it is no array.
  array_elements: (_given, { json }) => (json?.shape && isListed(json.shape) ? contentOf(json.shape) : undefined),
  each: (_given, { json }) => (json?.shape && isKeyed(json.shape) ? contentOf(json.shape) : undefined),
  set: ({ nodes, args }, { json }) => {
    const [path, create] = [constantTexts(nodes[1]), nodes[3] === undefined ? true : constantOf(nodes[3])];
    if (path === undefined || typeof create !== 'boolean' || json === undefined) return undefined;
    return path.length === 0 ? json : setAt(json, path, args[2]?.json ?? certain(undefined), create);
  },
  // With a second argument it may leave out elements too.
  strip_nulls: ({ catalog, nodes }, { json }) => (json && nodes.length === 1 ? withoutNulls(catalog, json) : undefined),
  array_agg: SAME,
  any_value: SAME,
  agg: collecting(false),
  agg_strict: collecting(true),
  object_agg: collecting(false),
  object_agg_strict: collecting(true),
  object_agg_unique: collecting(false),
  object_agg_unique_strict: collecting(true),
  '||': (_given, left, right) => concatenated(left.json, right?.json),
  '->': ({ nodes }, { json }) => atPath(json, [constantKey(nodes[1])]),
  '#>': ({ nodes }, { json }) => atPath(json, constantTexts(nodes[1])),
  '-': ({ nodes }, { json }) => without(json, constantTexts(nodes[1]) ?? [constantText(nodes[1]) ?? []].flat()),
};

export function jsonMadeBy({ builtin, name }: PgFunction | PgOperator, given: Given): JsonSlot | undefined {
  const [first, second] = given.args;
  return first && builtin && given.variadic !== true ? MAKERS[name.replace(/^jsonb?_/, '')]?.(given, first, second) : undefined;
}

/** Keys and values in turn. Where `absent`, a value that is NULL leaves its key out. */
export function builtObject(catalog: Catalog, nodes: readonly Node[], args: readonly Value[], absent: boolean): JsonSlot | undefined {
  const keys = nodes.filter((_node, index) => index % 2 === 0).map(constantKey);
  const values = args.filter((_arg, index) => index % 2 === 1);
  const slots = values.map((value) => part(catalog, value, absent));
  const fields = slots.flatMap((slot, index) => {
    const [key, value] = [keys[index], values[index]];
    // jsonb leaves JSON's own null out too.
    const optional = absent && value !== undefined && (isNullable(value) || canBeNull(catalog, slot));
    return key === undefined || value === undefined ? [] : [{ key, ...slot, optional }];
  });
  return certain(fields.length === keys.length ? objectOf(fields) : { kind: 'record', values: eitherOf(slots) });
}

/** Where `absent`, a NULL of SQL is left out; one of JSON, which a value may be, need not be. */
function part(catalog: Catalog, value: Value, absent: boolean): JsonSlot {
  return absent ? jsonOf(catalog, value) : slotOf(catalog, value);
}

function constantKey(node: Node | undefined): string | undefined {
  const key = constantOf(node);
  return typeof key === 'number' ? String(key) : typeof key === 'string' ? key : undefined;
}

/** Where `absent`, a value that is NULL lets those behind it move up. */
export function builtArray(catalog: Catalog, args: readonly Value[], absent: boolean): JsonSlot | undefined {
  const items = args.map((arg) => part(catalog, arg, absent));
  return certain(absent && args.some(isNullable) ? listOf(eitherOf(items)) : { kind: 'tuple', items });
}

/** Of two objects the second's keys win; a null would be an element. */
function concatenated(left: JsonSlot | undefined, right: JsonSlot | undefined): JsonSlot | undefined {
  const [a, b] = [left?.shape, right?.shape];
  if (a === undefined || b === undefined || left?.nullable === true || right?.nullable === true) return undefined;
  if (isListed(a) && isListed(b)) return certain(eitherList(a, b));
  if (a.kind !== 'object' || b.kind !== 'object') return undefined;
  const kept = a.fields.filter(({ key }) => !b.fields.some((field) => field.key === key && !field.optional));
  // What may be missing from the second is the first's then.
  const isSure = (key: string): boolean => kept.some((field) => field.key === key && !field.optional);
  return certain(objectOf([...kept, ...b.fields.map((field) => ({ ...field, optional: field.optional && !isSure(field.key) }))]));
}

/** An array loses the elements that are such texts. */
function without(json: JsonSlot | undefined, keys: readonly string[]): JsonSlot | undefined {
  if (json === undefined || json.nullable || keys.length === 0) return undefined;
  const { shape } = json;
  if (shape?.kind === 'record' || shape?.kind === 'list') return json;
  return shape?.kind === 'object' ? certain(objectOf(shape.fields.filter(({ key }) => !keys.includes(key)))) : undefined;
}
