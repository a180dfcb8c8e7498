/**
 * The value that DESIGN's table of types promises for a column of the compiler's model, written
 * down a second time here and apart from the compiler's own mapping.
 */
import type { ValueType } from '../fill/schema.js';

export interface ColumnPromise {
  readonly typeOid: number;
  readonly nullable: boolean;
  readonly elementsNullable: boolean;
  readonly dimensions: number;
  readonly int8: 'string' | 'bigint' | 'number';
  /** An override gives the column, or its type, a TypeScript type of the user's own. */
  readonly overridden: boolean;
}

export type ValueTypes = ReadonlyMap<number, ValueType>;

/** Why a value breaks the promise, or undefined. */
export function brokenPromise(promise: ColumnPromise, value: unknown, types: ValueTypes): string | undefined {
  if (value === null)
    return promise.nullable || holdsJson(promise.typeOid, types) ? undefined : 'null in a column that the model calls not null';
  if (promise.overridden) return undefined;
  return brokenType(promise.typeOid, value, promise, types);
}

/** JSON's own null is a value that a column refuses as little as any other. */
function holdsJson(typeOid: number, types: ValueTypes): boolean {
  const type = types.get(typeOid);
  if (type?.kind === 'domain') return holdsJson(type.innerOid, types);
  return type?.schema === 'pg_catalog' && (type.name === 'json' || type.name === 'jsonb');
}

type Context = Pick<ColumnPromise, 'elementsNullable' | 'dimensions' | 'int8'>;

function brokenType(typeOid: number, value: unknown, context: Context, types: ValueTypes): string | undefined {
  const type = types.get(typeOid);
  if (type === undefined) return typeof value === 'string' ? undefined : `expected the text of type ${String(typeOid)}`;
  switch (type.kind) {
    case 'domain':
      return brokenType(type.innerOid, value, context, types);
    case 'enum':
      return typeof value === 'string' && type.labels.includes(value) ? undefined : `expected one of ${type.labels.join(', ')}`;
    case 'array':
      if (type.name === 'int2vector' || type.name === 'oidvector') return expect('string', value);
      return brokenArray(type.innerOid, value, Math.max(1, context.dimensions), context, types);
    case 'range':
      return brokenRange(type, value, context, types);
    case 'multirange': {
      const range = types.get(type.innerOid);
      if (!Array.isArray(value) || range === undefined) return 'expected an array of ranges';
      return firstOf(value, (item) => brokenRange(range, item, context, types));
    }
    case 'composite':
      return type.schema === 'pg_catalog' || type.schema === 'information_schema'
        ? expect('string', value)
        : brokenComposite(type, value, context, types);
    case 'pseudo':
      return expect('string', value);
    case 'base':
      return brokenBase(type, value, context.int8);
  }
}

function brokenBase(type: ValueType, value: unknown, int8: Context['int8']): string | undefined {
  if (type.schema !== 'pg_catalog') return expect('string', value);
  switch (type.name) {
    case 'int2':
    case 'int4':
    case 'oid':
      return Number.isInteger(value) ? undefined : 'expected an integer number';
    case 'float4':
    case 'float8':
      return expect('number', value);
    case 'int8':
      if (int8 === 'number') return Number.isSafeInteger(value) ? undefined : 'expected a safe integer';
      if (int8 === 'string') return typeof value === 'string' && /^-?\d+$/.test(value) ? undefined : 'expected the digits of an int8';
      return expect('bigint', value);
    case 'bool':
      return expect('boolean', value);
    case 'timestamp':
    case 'timestamptz':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? undefined : 'expected a valid Date';
    case 'json':
    case 'jsonb':
      return value === undefined ? 'expected a JSON value' : undefined;
    case 'bytea':
      return Buffer.isBuffer(value) ? undefined : 'expected a Buffer';
    default:
      return expect('string', value);
  }
}

function expect(name: 'string' | 'number' | 'boolean' | 'bigint', value: unknown): string | undefined {
  return typeof value === name ? undefined : `expected a ${name}`;
}

function brokenArray(elementOid: number, value: unknown, dimensions: number, context: Context, types: ValueTypes): string | undefined {
  if (!Array.isArray(value)) return `expected an array of ${String(dimensions)} dimensions`;
  return firstOf(value, (item) => {
    if (dimensions === Infinity ? Array.isArray(item) : dimensions > 1)
      return brokenArray(elementOid, item, dimensions - 1, context, types);
    if (item === null)
      return context.elementsNullable || holdsJson(elementOid, types) ? undefined : 'null as an element that the model calls not null';
    return brokenType(elementOid, item, { ...context, dimensions: 1, elementsNullable: true }, types);
  });
}

function brokenRange(type: ValueType, value: unknown, context: Context, types: ValueTypes): string | undefined {
  if (typeof value !== 'object' || value === null) return 'expected a range';
  if ('empty' in value && value.empty === true) return undefined;
  if (!('lower' in value) || !('upper' in value)) return 'expected a range with its bounds';
  return firstOf([value.lower, value.upper], (bound) =>
    bound === null ? undefined : brokenType(type.innerOid, bound, { ...context, dimensions: 1 }, types),
  );
}

/** Every attribute can be NULL, and elements of its arrays; attributes stand in their order. */
function brokenComposite(type: ValueType, value: unknown, context: Context, types: ValueTypes): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected an object';
  const values: unknown[] = Object.values(value);
  if (values.length !== type.attributes.length) return `expected ${String(type.attributes.length)} attributes`;
  for (const [index, attribute] of type.attributes.entries()) {
    const item = values[index];
    const broken =
      item === null ? undefined : brokenType(attribute.typeOid, item, { ...context, dimensions: 1, elementsNullable: true }, types);
    if (broken !== undefined) return `${attribute.name}: ${broken}`;
  }
  return undefined;
}

function firstOf(items: readonly unknown[], broken: (item: unknown) => string | undefined): string | undefined {
  for (const item of items) {
    const found = broken(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
