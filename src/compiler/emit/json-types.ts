/**
 * The shape of JSON that a query makes → its TypeScript type, and what the run time must do beyond
 * `JSON.parse`.
 *
 * Invariant: a value has the type that JSON gives it, not the column's: a timestamp is its text. An
 * override of a column holds where both are read as the same.
 */
import { isSystemSchema, type PgType, type Relation } from '../../catalog/index.js';
import { type JsonField, jsonKind, type JsonKind, type JsonShape, type JsonSlot, slotKey } from '../json-shape.js';
import { parenthesized, propertyName, stringLiteral } from './source.js';
import { asFunction, jsonMapping, mapping, type TypeMapping } from './scalar-types.js';
import { nameFrom } from './imports.js';
import { emitJson, partsName } from './models.js';
import type { Content, ShapeInput } from './shaped-query.js';
import type { TypeMapper } from './type-mapper.js';

/** A type, and the run time's `JsonParts` as source; undefined where `JSON.parse` does. */
export interface JsonPart {
  readonly tsType: string;
  readonly parts: string | undefined;
  /** Whether digits matter that JavaScript drops: `1` for `1.50`, `2` in all numbers. */
  readonly mode: 0 | 1 | 2;
  readonly floats: boolean;
}

const STRING: JsonPart = { tsType: 'string', parts: undefined, mode: 0, floats: false };
const NUMBER: JsonPart = { ...STRING, tsType: 'number' };
const NUMBERS: Readonly<Record<string, JsonPart>> = {
  bool: { ...STRING, tsType: 'boolean' },
  int2: NUMBER,
  int4: NUMBER,
  // NaN and the infinities are texts in JSON.
  float4: { ...NUMBER, parts: 'Number' },
  float8: { ...NUMBER, parts: 'Number' },
};

export class JsonTypes {
  private readonly models = new Map<string, JsonPart>();

  /** `within` is for what a constant holds: it spells out the parts of rows, so that no constant needs another one. */
  constructor(
    private readonly input: ShapeInput,
    private readonly types: TypeMapper,
    private readonly within?: JsonTypes,
  ) {}

  private slot({ shape, nullable }: JsonSlot): JsonPart {
    const part = shape === undefined ? this.anything() : this.partOf(shape);
    if (!nullable || part.tsType === ANY) return part;
    return { ...part, tsType: part.tsType === 'never' ? 'null' : `${part.tsType} | null` };
  }

  private anything(): JsonPart {
    const { tsType } = jsonMapping(this.input.options);
    return { ...STRING, tsType, mode: tsType === ANY ? 0 : 2 };
  }

  private partOf(shape: JsonShape): JsonPart {
    switch (shape.kind) {
      case 'nothing':
        return { ...STRING, tsType: 'never' };
      case 'scalar':
        return this.scalar(shape);
      case 'list':
        return this.list(shape);
      case 'tuple': {
        const items = shape.items.map((item, index) => ({ ...item, key: String(index), optional: false }));
        return this.members(items, (types) => `[${types.join(', ')}]`);
      }
      case 'record': {
        const values = this.slot(shape.values);
        return { ...values, tsType: `{ [key: string]: ${values.tsType} }`, parts: values.parts && `[${values.parts}]` };
      }
      case 'object':
        return this.modelOf(shape) ?? this.object(shape.fields);
      case 'either':
        return this.oneOf(shape.shapes);
    }
  }

  /** Told apart by the kind of JSON; a number's NaN is a text among texts. */
  private oneOf(shapes: readonly JsonShape[]): JsonPart {
    const parts = shapes.map((shape) => this.partOf(shape));
    const kinds = shapes.map(jsonKind);
    const of = (kind: JsonKind): string | undefined => parts[kinds.indexOf(kind)]?.parts;
    const byKind = [of('number'), of(kinds.includes('string') ? 'string' : 'number'), of('object'), of('array')];
    const isPlain = byKind.every((one) => one === undefined);
    const tsType = [...new Set(parts.map((part) => part.tsType))].join(' | ');
    return joined(parts, tsType, isPlain ? undefined : `[${byKind.map(String).join(', ')}]`);
  }

  private scalar({ type, origin }: Extract<JsonShape, { readonly kind: 'scalar' }>): JsonPart {
    let base: PgType | undefined = type;
    while (base?.kind === 'domain') base = this.input.catalog.types.get(base.baseOid);
    if (!base) return STRING;
    const plain = this.types.plain(base);
    const part = { ...this.natural(base, plain), floats: plain.floats };
    return part.tsType === plain.tsType ? { ...part, tsType: this.types.map(type, origin).tsType } : part;
  }

  private natural({ kind, schema, name: typeName }: PgType, { tsType, element }: TypeMapping): JsonPart {
    // Without labels to hold it to, a label is what JSON has.
    if (kind === 'enum') return { ...STRING, tsType, parts: element.startsWith('(') ? element : undefined };
    const own = kind === 'base' && schema === 'pg_catalog' ? typeName : '';
    if (own === 'json' || own === 'jsonb') return this.anything();
    if (own === 'int8' || own === 'numeric') return { ...STRING, tsType, parts: element, mode: own === 'numeric' ? 1 : 0 };
    return NUMBERS[own] ?? STRING;
  }

  private list({ items, checked }: Extract<JsonShape, { readonly kind: 'list' }>): JsonPart {
    const { nullable } = items;
    const item = this.slot(items);
    const shapes = items.shape?.kind === 'either' ? items.shape.shapes : [items.shape];
    const several = shapes.length > 1 ? '[0, 0, {}, {}]' : '{}';
    const single = shapes.every((shape) => shape?.kind === 'scalar') && !item.tsType.startsWith(ANY) ? '0' : several;
    const parts = item.parts ?? (checked && items.shape !== undefined ? single : undefined);
    if (item.tsType === 'never') return { ...item, tsType: '[]' };
    // Braces hold what is within together.
    const isClosed = !nullable && /^(?:object|record|tuple)$/.test(items.shape?.kind ?? '');
    const tsType = `${isClosed ? item.tsType : parenthesized(item.tsType)}[]`;
    return { ...item, tsType, parts: parts && `[${parts}${checked && !nullable ? ', 1' : ''}]` };
  }

  private object(fields: readonly JsonField[]): JsonPart {
    if (fields.length === 0) return { ...STRING, tsType: '{ [key: string]: never }' };
    const keys = fields.map(({ key, optional }) => `${propertyName(key)}${optional ? '?' : ''}`);
    return this.members(fields, (types) => `{ ${types.map((type, index) => `${keys[index]}: ${type}`).join('; ')} }`);
  }

  /** `__proto__` as a key of its own. */
  private members(fields: readonly JsonField[], typeOf: (types: readonly string[]) => string): JsonPart {
    const made = fields.map((field) => ({ ...this.slot(field), key: field.key }));
    const written = made.flatMap(({ key, parts }) => {
      const property = key === '__proto__' ? `[${stringLiteral(key)}]` : /^\d+$/.test(key) ? key : propertyName(key);
      return parts === undefined ? [] : [`${property}: ${parts}`];
    });
    const tsType = typeOf(made.map((part) => part.tsType));
    return joined(made, tsType, written.length === 0 ? undefined : `{ ${written.join(', ')} }`);
  }

  /** A row that stands in JSON as its table has it, or as a stored value of its type does. */
  private modelOf({ of, fields }: Extract<JsonShape, { readonly kind: 'object' }>): JsonPart | undefined {
    if (of === undefined || isSystemSchema(of.schema)) return undefined;
    const key = slotKey({ shape: { kind: 'object', fields, of: undefined }, nullable: false });
    for (const stored of of.kind === 'composite' ? [true] : [false, true]) {
      const own = this.input.rowJson(of, stored);
      if (slotKey(own) !== key || own.shape?.kind !== 'object') continue;
      const known = `${of.oid} ${stored}`;
      const model = this.models.get(known) ?? this.declare(of, stored, own.shape.fields);
      this.models.set(known, model);
      return model;
    }
    return undefined;
  }

  private declare(of: Relation, stored: boolean, fields: readonly JsonField[]): JsonPart {
    const part = (this.within ?? this).object(fields);
    const name = this.input.naming.json(of, stored);
    const constant = partsName(name);
    const source = (): string => emitJson(name, of, stored, part);
    const tsType = this.types.declarations.add({ kind: 'json', schema: of.schema, name, others: [constant], source });
    const parts = this.within && part.parts ? nameFrom(of, constant, 'value') : part.parts;
    return { ...part, tsType, parts };
  }

  /** The mapping of a column of JSON, or of an array of it; undefined for one of which no more is known. */
  map(type: PgType, content: Content): TypeMapping | undefined {
    const { shape } = content.json ?? {};
    if (shape === undefined || shape.kind === 'nothing') return undefined;
    const { tsType, parts, mode, floats } = this.partOf(shape);
    const [name, ...behind] =
      parts === undefined ? [mode === 2 ? '$.exactJson' : '$.json'] : ['$.typedJson', parts, mode === 0 ? undefined : String(mode)];
    // A column's type is known where it stands; an element's is not.
    const element = asFunction([`${name}<${tsType}>`, ...behind]);
    const one = mapping(tsType, tsType, [name, ...behind], undefined, { element, floats });
    return type.kind === 'array' ? this.types.listOf(type, content, one) : one;
  }
}

const ANY = '$.JsonValue';

function joined(items: readonly JsonPart[], tsType: string, parts: string | undefined): JsonPart {
  const mode = items.reduce<JsonPart['mode']>((most, item) => (item.mode > most ? item.mode : most), 0);
  return { tsType, parts, mode, floats: items.some(({ floats }) => floats) };
}
