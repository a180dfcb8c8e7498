/**
 * A value's PostgreSQL text → a JavaScript value of a declared type: what a caller would pass.
 *
 * Invariant: what comes out is accepted by the declared type; `undefined` says that this text has
 * no value there.
 */
import type { Shape, Property } from '../declared/shape.js';
import { members, mismatch } from '../declared/shape.js';
import type { ValueType } from '../fill/schema.js';
import type { Random } from '../../support/random.js';
import { parseArray, parseRange, parseRow, splitMultirange, type ArrayItems } from './parse.js';

type Types = ReadonlyMap<number, ValueType>;

export function fit(text: string, typeOid: number, shape: Shape, types: Types, random: Random): unknown {
  const type = types.get(typeOid);
  const candidates = members(shape).flatMap((member) => {
    const value = fitMember(text, type, member, types, random);
    return value === undefined || mismatch(member, value) !== undefined ? [] : [value];
  });
  return random.pick(candidates);
}

function fitMember(text: string, type: ValueType | undefined, member: Shape, types: Types, random: Random): unknown {
  if (type?.kind === 'domain') return fitMember(text, types.get(type.innerOid), member, types, random);
  switch (member.kind) {
    case 'literal':
      return member.value === (typeof member.value === 'boolean' ? text === 'true' || text === 't' : text) ||
        typeof member.value === 'boolean'
        ? literal(member.value, text)
        : undefined;
    case 'primitive':
      return primitive(text, member.name);
    case 'date':
      return instantOf(text);
    case 'bytes':
      return text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text);
    case 'json':
      return json(text);
    case 'opaque':
      return type?.name === 'json' || type?.name === 'jsonb' ? json(text) : text;
    case 'array':
      if (type?.kind === 'array')
        return list(parseArray(text, types.get(type.innerOid)?.delimiter ?? ','), type.innerOid, member.element, types, random);
      return type?.kind === 'multirange'
        ? all(splitMultirange(text).map((range) => fit(range, type.innerOid, member.element, types, random)))
        : undefined;
    case 'object':
      if (type?.kind === 'range') return rangeObject(text, type, member.properties(), types, random);
      return type?.kind === 'composite' ? rowObject(text, type, member.properties(), types, random) : undefined;
    default:
      return undefined;
  }
}

function literal(value: string | number | boolean, text: string): unknown {
  if (typeof value === 'boolean') return value === (text === 'true' || text === 't') ? value : undefined;
  return String(value) === text ? value : undefined;
}

function primitive(text: string, name: string): unknown {
  switch (name) {
    case 'string':
      return text;
    case 'number': {
      const value = Number(text);
      if (text === 'NaN') return value;
      // A number that would not come back as it was written is none that a caller could mean.
      const exact = text.includes('e') || text.replaceAll(/\D/g, '').length <= 15;
      return text === '' || Number.isNaN(value) || !exact ? undefined : value;
    }
    case 'bigint':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case 'boolean':
      return text === 'true' || text === 't';
    default:
      return undefined;
  }
}

/** A Date of what JavaScript can say of a timestamp; the rest has none. */
function instantOf(text: string): Date | undefined {
  const parts = /^(\d{4,6})-(\d\d)-(\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', time = '', fraction = '', zone = 'Z'] = parts;
  const longYear = year.length === 4 ? year : `+${year.padStart(6, '0')}`;
  const offset = zone === 'Z' ? 'Z' : zone.length === 3 ? `${zone}:00` : zone;
  const date = new Date(`${longYear}-${month}-${day}T${time}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function all(values: readonly unknown[]): unknown[] | undefined {
  return values.includes(undefined) ? undefined : [...values];
}

function list(items: ArrayItems, elementOid: number, element: Shape, types: Types, random: Random): unknown[] | undefined {
  return all(
    items.map((item) => {
      if (item === null) return mismatch(element, null) === undefined ? null : undefined;
      if (typeof item === 'string') return fit(item, elementOid, element, types, random);
      const inner = members(element).find((member) => member.kind === 'array');
      return inner?.kind === 'array' ? list(item, elementOid, inner.element, types, random) : undefined;
    }),
  );
}

function rangeObject(
  text: string,
  type: ValueType,
  properties: ReadonlyMap<string, Property>,
  types: Types,
  random: Random,
): object | undefined {
  const range = parseRange(text);
  const [lower, upper] = [properties.get('lower'), properties.get('upper')];
  if (range === undefined) return lower === undefined && properties.has('empty') ? { empty: true } : undefined;
  if (!lower || !upper) return undefined;
  const bound = (value: string | null, property: Property): unknown =>
    value === null ? null : fit(value, type.innerOid, property.shape, types, random);
  const bounds = { lower: bound(range.lower, lower), upper: bound(range.upper, upper) };
  if (bounds.lower === undefined || bounds.upper === undefined) return undefined;
  return { ...bounds, lowerInclusive: range.lowerInclusive, upperInclusive: range.upperInclusive };
}

/** A composite's properties stand in the order of its attributes. */
function rowObject(
  text: string,
  type: ValueType,
  properties: ReadonlyMap<string, Property>,
  types: Types,
  random: Random,
): object | undefined {
  const fields = parseRow(text);
  const entries = [...properties].map(([name, property], index): readonly [string, unknown] => {
    const value = fields[index];
    const attribute = type.attributes[index];
    if (value === null || value === undefined || attribute === undefined) return [name, null];
    return [name, fit(value, attribute.typeOid, property.shape, types, random)];
  });
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries<unknown>(entries);
}
