/**
 * What is known of a JSON value before it is made: the value of a json or jsonb expression whose
 * parts the query itself puts together.
 *
 * Invariant: every value that the expression can have is of its shape. What has no certain shape is
 * `undefined`: any JSON at all.
 */
import type { PgType, Relation, TableColumn } from '../catalog/index.js';

/** A place in JSON. */
export interface JsonSlot {
  readonly shape: JsonShape | undefined;
  /** Whether JSON's null can stand here. */
  readonly nullable: boolean;
}

export interface JsonField extends JsonSlot {
  readonly key: string;
  /** Whether the key can be missing. */
  readonly optional: boolean;
}

export type JsonShape =
  /** No value: the elements of an empty array, or what only is null. */
  | { readonly kind: 'nothing' }
  /** A value of a type as `to_json` writes it; the column that it comes from, for overrides. */
  | { readonly kind: 'scalar'; readonly type: PgType; readonly origin: TableColumn | undefined }
  /** `checked` where SQL arrays are among its values, which need not have the depth and the elements that they are declared with. */
  | { readonly kind: 'list'; readonly items: JsonSlot; readonly checked: boolean }
  | { readonly kind: 'tuple'; readonly items: readonly JsonSlot[] }
  /** `of` the table, view or composite type whose row it is made of. */
  | { readonly kind: 'object'; readonly fields: readonly JsonField[]; readonly of: Relation | undefined }
  /** Keys that only the values decide. */
  | { readonly kind: 'record'; readonly values: JsonSlot }
  /** One of several, each of another kind of JSON. */
  | { readonly kind: 'either'; readonly shapes: readonly JsonShape[] };

/** A place that JSON's null does not stand in. */
export function certain(shape: JsonShape | undefined): JsonSlot {
  return { shape, nullable: false };
}

export const NOTHING: JsonShape = { kind: 'nothing' };

export function listOf(items: JsonSlot, checked = false): JsonShape {
  return { kind: 'list', items, checked };
}

/** An object of the fields; of keys that are written twice either value may be read, or none where one is left out. */
export function objectOf(fields: readonly JsonField[], of?: Relation): JsonShape {
  const byKey = new Map<string, JsonField>();
  for (const field of fields) {
    const known = byKey.get(field.key);
    const optional = field.optional || known?.optional === true;
    byKey.set(field.key, known === undefined ? field : { ...either(known, field), key: field.key, optional });
  }
  return { kind: 'object', fields: [...byKey.values()], of };
}

/** A place that holds what one of two may. */
export function either(a: JsonSlot, b: JsonSlot): JsonSlot {
  return { shape: eitherShape(a.shape, b.shape), nullable: a.nullable || b.nullable };
}

export function eitherOf(slots: readonly JsonSlot[]): JsonSlot {
  return slots.reduce(either, certain(NOTHING));
}

function eitherShape(a: JsonShape | undefined, b: JsonShape | undefined): JsonShape | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === 'nothing' || a === b) return b;
  if (b.kind === 'nothing') return a;
  const byKind = new Map(shapesOf(a).map((shape) => [jsonKind(shape), shape]));
  for (const shape of shapesOf(b)) {
    const same = byKind.get(jsonKind(shape));
    const mixed = same === undefined ? shape : sameKind(same, shape);
    if (mixed === undefined) return undefined;
    byKind.set(jsonKind(shape), mixed);
  }
  const shapes = [...byKind.values()];
  const [only, ...others] = shapes;
  return others.length === 0 ? only : isDistinct(shapes) ? { kind: 'either', shapes } : undefined;
}

export function shapesOf(shape: JsonShape | undefined): readonly JsonShape[] {
  return shape?.kind === 'either' ? shape.shapes : shape === undefined ? [] : [shape];
}

/** Either of two shapes of one kind of JSON. */
function sameKind(a: JsonShape, b: JsonShape): JsonShape | undefined {
  if (a.kind === 'scalar' && b.kind === 'scalar') return eitherScalar(a, b);
  if (a.kind === 'object' && b.kind === 'object') return eitherObject(a.fields, b.fields, a.of === b.of ? a.of : undefined);
  if (isKeyed(a) && isKeyed(b)) return { kind: 'record', values: either(contentOf(a), contentOf(b)) };
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.items.length === b.items.length)
    return { kind: 'tuple', items: a.items.map((item, index) => either(item, b.items[index] ?? item)) };
  return isListed(a) && isListed(b) ? eitherList(a, b) : undefined;
}

type Scalar = Extract<JsonShape, { readonly kind: 'scalar' }>;

/** What the next one holds exactly, too. */
const NUMBERS: readonly string[] = ['int2', 'int4', 'int8', 'numeric'];
const FLOATS: readonly string[] = ['float4', 'float8'];
const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'unknown']);

export type JsonKind = 'number' | 'string' | 'boolean' | 'object' | 'array' | 'any';

/** The kind of JSON that a value is; any where only the value tells. */
export function jsonKind(shape: JsonShape): JsonKind {
  if (shape.kind !== 'scalar') return isKeyed(shape) ? 'object' : isListed(shape) ? 'array' : 'any';
  const { kind, schema, name } = shape.type;
  const own = kind === 'base' && schema === 'pg_catalog' ? name : '';
  if (own === 'json' || own === 'jsonb' || kind === 'domain') return 'any';
  return own === 'bool' ? 'boolean' : NUMBERS.includes(own) || FLOATS.includes(own) ? 'number' : 'string';
}

/** NaN and the infinities are texts in JSON, and so are labels, which no other text may be among. */
function isDistinct(shapes: readonly JsonShape[]): boolean {
  const kinds = shapes.map(jsonKind);
  const text = shapes[kinds.indexOf('string')];
  const isText = text?.kind === 'scalar' && TEXTS.has(text.type.name);
  const number = shapes[kinds.indexOf('number')];
  const isNumber = number?.kind !== 'scalar' || number.type.name.startsWith('int');
  return !kinds.includes('any') && (text === undefined || isNumber || isText);
}

function eitherScalar(a: Scalar, b: Scalar): Scalar | undefined {
  if (a.type.oid === b.type.oid) return { ...a, origin: a.origin?.column === b.origin?.column ? a.origin : undefined };
  const [wider, narrower] = NUMBERS.indexOf(a.type.name) > NUMBERS.indexOf(b.type.name) ? [a, b] : [b, a];
  const isExact = NUMBERS.includes(narrower.type.name) && jsonKind(a) === 'number' && jsonKind(b) === 'number';
  if (isExact) return { ...wider, origin: undefined };
  if (FLOATS.includes(a.type.name) && FLOATS.includes(b.type.name)) return { ...a, origin: undefined };
  const isPlain = ({ type }: Scalar): boolean => type.schema === 'pg_catalog' && TEXTS.has(type.name);
  const text = isPlain(a) ? a : isPlain(b) ? b : undefined;
  return text && jsonKind(a) === 'string' && jsonKind(b) === 'string' ? { ...text, origin: undefined } : undefined;
}

type Keyed = Extract<JsonShape, { readonly kind: 'object' | 'record' }>;
type Listed = Extract<JsonShape, { readonly kind: 'list' | 'tuple' }>;

export function isKeyed(shape: JsonShape): shape is Keyed {
  return shape.kind === 'object' || shape.kind === 'record';
}

export function isListed(shape: JsonShape): shape is Listed {
  return shape.kind === 'list' || shape.kind === 'tuple';
}

/** What any member of a container is. */
export function contentOf(shape: Keyed | Listed): JsonSlot {
  if (shape.kind === 'record') return shape.values;
  if (shape.kind === 'list') return shape.items;
  return eitherOf(shape.kind === 'object' ? shape.fields : shape.items);
}

/** Either list; a tuple is one whose items all have one type. */
export function eitherList(a: Listed, b: Listed): JsonShape {
  const isChecked = [a, b].some((shape) => shape.kind === 'list' && shape.checked);
  return listOf(either(contentOf(a), contentOf(b)), isChecked);
}

function eitherObject(a: readonly JsonField[], b: readonly JsonField[], of: Relation | undefined): JsonShape {
  const beside = (field: JsonField, others: readonly JsonField[]): JsonField => ({
    ...field,
    optional: field.optional || !others.some(({ key }) => key === field.key),
  });
  return objectOf([...a.map((field) => beside(field, b)), ...b.map((field) => beside(field, a))], of);
}

/** What tells shapes apart, with types, relations and columns by their numbers; in an order that all are written in. */
const TOLD_APART = ['nullable', 'optional', 'key', 'shape', 'kind', 'type', 'origin', 'relation', 'column', 'oid', 'number', 'checked'];
const PARTS = ['items', 'fields', 'values', 'shapes'];

/** One text for all places of the same shape. */
export function slotKey(slot: JsonSlot | undefined): string {
  return slot === undefined ? '' : JSON.stringify(slot, [...TOLD_APART, ...PARTS]);
}
