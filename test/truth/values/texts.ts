/**
 * Made-up values of any type of a database, as PostgreSQL reads them.
 *
 * Invariant: a text is meant to be valid input of its type. Domains may refuse it all the same, and
 * types that are not known here are guessed at: whoever uses a text asks the server.
 */
import fc from 'fast-check';
import type { ValueType } from '../fill/schema.js';
import { baseValues, gentleValues, type BaseValues } from './base.js';

export interface Texts {
  /** Values of a type, its edges among them. */
  arbitrary(typeOid: number, modifier: number, shape?: ArrayShape): fc.Arbitrary<string>;
  /** The values at the edges of a type. */
  edges(typeOid: number, modifier: number, shape?: ArrayShape): readonly string[];
}

export interface ArrayShape {
  readonly dimensions: number;
  readonly nullElements: boolean;
}

const PLAIN: ArrayShape = { dimensions: 1, nullElements: false };

export interface TextsOptions {
  /** Leaves out the edges from which a sum or a step overflows. */
  readonly gentle: boolean;
}

export function createTexts(types: ReadonlyMap<number, ValueType>, { gentle }: TextsOptions): Texts {
  const base = (name: string, modifier: number): BaseValues => (gentle ? gentleValues(name, modifier) : baseValues(name, modifier));

  /** `depth` ends composites that hold themselves through arrays. */
  function values(typeOid: number, modifier: number, shape: ArrayShape, depth: number): BaseValues {
    const type = types.get(typeOid);
    if (type === undefined) return base('text', -1);
    switch (type.kind) {
      case 'enum':
        return { common: fc.constantFrom(...type.labels), edges: type.labels };
      case 'domain':
        return values(type.innerOid, type.innerModifier, shape, depth);
      case 'array':
        return type.name === 'int2vector' || type.name === 'oidvector'
          ? { common: fc.constantFrom('1 2', ''), edges: [''] }
          : arrayValues(type, modifier, shape, depth);
      case 'composite':
        return compositeValues(type, depth);
      case 'range':
        return rangeValues(type, depth);
      case 'multirange': {
        const range = types.get(type.innerOid);
        const one = range === undefined ? undefined : rangeValues(range, depth);
        const single = one?.common.map((text) => (text === 'empty' ? '{}' : `{${text}}`));
        return { common: single ?? fc.constant('{}'), edges: ['{}', '{(,)}'] };
      }
      case 'base':
      case 'pseudo':
        return base(type.name, modifier);
    }
  }

  function arrayValues(type: ValueType, modifier: number, shape: ArrayShape, depth: number): BaseValues {
    const inner = values(type.innerOid, modifier, PLAIN, depth + 1);
    const element = either(inner);
    const elements = fc.array(shape.nullElements ? fc.option(element, { freq: 3 }) : element, { maxLength: 3 });
    const print = (items: readonly (string | null)[]): string =>
      nested(items.map(quoteElement).join(type.delimiter), shape.dimensions, items.length);
    const edges = ['{}', print(inner.edges.slice(0, 12))];
    if (shape.nullElements) edges.push(print([null]), print([null, ...inner.edges.slice(0, 2)]));
    return { common: elements.map(print), edges };
  }

  function compositeValues(type: ValueType, depth: number): BaseValues {
    if (depth > 4) return { common: fc.constant(`(${','.repeat(Math.max(0, type.attributes.length - 1))})`), edges: [] };
    const fields = type.attributes.map((attribute) => {
      const value = either(values(attribute.typeOid, attribute.modifier, PLAIN, depth + 1));
      return types.get(attribute.typeOid)?.notNull === true ? value : fc.option(value, { freq: 4 });
    });
    const row = fc.tuple(...fields).map((items) => `(${items.map((item) => (item === null ? '' : quoteField(item))).join(',')})`);
    return { common: row, edges: [] };
  }

  function rangeValues(type: ValueType, depth: number): BaseValues {
    const subtype = types.get(type.innerOid);
    const bound = subtype === undefined ? fc.constant('1') : values(subtype.oid, -1, PLAIN, depth + 1).common;
    const compare = boundOrder(subtype?.kind === 'domain' ? types.get(subtype.innerOid)?.name : subtype?.name);
    const closed = fc.tuple(bound, bound, fc.constantFrom('[]', '[)', '(]', '()')).map(([a, b, marks]) => {
      if (compare === undefined) return `[${quoteBound(a)},${quoteBound(a)}]`;
      const [low, high] = compare(a, b) <= 0 ? [a, b] : [b, a];
      return `${marks[0] ?? '['}${quoteBound(low)},${quoteBound(high)}${marks[1] ?? ')'}`;
    });
    const open = bound.chain((value) => fc.constantFrom(`[${quoteBound(value)},)`, `(,${quoteBound(value)})`));
    return { common: fc.oneof({ weight: 5, arbitrary: closed }, { weight: 1, arbitrary: open }), edges: ['empty', '(,)'] };
  }

  return {
    arbitrary: (typeOid, modifier, shape = PLAIN) => either(values(typeOid, modifier, shape, 0)),
    edges: (typeOid, modifier, shape = PLAIN) => values(typeOid, modifier, shape, 0).edges,
  };
}

function either({ common, edges }: BaseValues): fc.Arbitrary<string> {
  return edges.length === 0 ? common : fc.oneof({ weight: 4, arbitrary: common }, { weight: 1, arbitrary: fc.constantFrom(...edges) });
}

/** An array literal of `dimensions` levels, the outer ones of one item each; no level can be empty. */
function nested(items: string, dimensions: number, count: number): string {
  if (count === 0) return '{}';
  const depth = Math.max(1, dimensions);
  return `${'{'.repeat(depth)}${items}${'}'.repeat(depth)}`;
}

export function quoteElement(item: string | null): string {
  if (item === null) return 'NULL';
  return `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function quoteField(item: string): string {
  return `"${item.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`;
}

function quoteBound(item: string): string {
  return `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** How two common values of a subtype order, where their texts say so. */
function boundOrder(typeName: string | undefined): ((a: string, b: string) => number) | undefined {
  switch (typeName) {
    case 'int2':
    case 'int4':
    case 'int8':
      return (a, b) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);
    case 'numeric':
    case 'float4':
    case 'float8':
      return (a, b) => Number(a) - Number(b);
    case 'date':
    case 'timestamp':
      return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    case 'timestamptz':
      return (a, b) => instant(a) - instant(b);
    default:
      return undefined;
  }
}

/** Milliseconds, but for microseconds, which a tie of milliseconds leaves to chance. */
function instant(text: string): number {
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}
