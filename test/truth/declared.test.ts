/** What generated text declares, and what a value must be for it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModules, type DeclaredFunction, type DeclaredModules } from './declared/module.js';
import { brokenPromise, type ColumnPromise } from './declared/model.js';
import { describe as print, members, mismatch, takesNull, type Shape } from './declared/shape.js';
import type { ValueType } from './fill/schema.js';

const SOURCE = `
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonInput = string | number | boolean | { toJSON(): unknown } | readonly (JsonInput | null)[] | { readonly [key: string]: JsonInput | null | undefined };
export type Mood = 'sad' | 'ok';
export interface Address { street: string | null; house: number | null }
export type Range<T> = { readonly empty: true } | { readonly empty?: false; readonly lower: T | null; readonly upper: T | null };
export interface Row { id: string; n: number | null; at: Date; mood: Mood | null; tags: (string | null)[]; matrix: number[][]; data: JsonValue; maybe: JsonValue | null; bytes: Buffer; big: bigint; home: Address | null; during: Range<Date>; ok: boolean | null }
export interface Params { id: string; at: Date | string; data: JsonInput; limit?: number | undefined; mood?: Mood | null | undefined; ids: readonly string[]; note?: JsonInput | null | undefined }
export interface Database { query(text: string): Promise<unknown> }
export const many: (db: Database, params: Params) => Promise<Row[]> = async () => [];
export const one: (db: Database, params?: Params) => Promise<Row | null> = async () => null;
export const nothing: (db: Database) => Promise<void> = async () => {};
export const batch: (db: Database, sets: Iterable<Params>) => Promise<Row[][]> = async () => [];
export const copy: (db: Database, rows: Iterable<Params> | AsyncIterable<Params>) => Promise<number> = async () => 0;
export const vague: (db: Database) => Promise<any> = async () => 0;
export const wrong: number = 'text';
`;

const ROW = {
  id: '1',
  n: null,
  at: new Date(0),
  mood: 'sad',
  tags: ['a', null],
  matrix: [[1], []],
  data: { a: [null, 1] },
  maybe: null,
  bytes: Buffer.from('x'),
  big: 1n,
  home: { street: null, house: 2 },
  during: { lower: new Date(0), upper: null },
  ok: true,
};

let folder: string;
let modules: DeclaredModules;

function declared(name: string): DeclaredFunction {
  const found = modules.functions.get('module.ts')?.get(name);
  if (!found) throw new Error(`${name} is not declared`);
  return found;
}

function rowShape(): Shape {
  const { result } = declared('many');
  if (result?.kind !== 'array') throw new Error('many returns no array');
  return result.element;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlward-declared-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'module.ts'), SOURCE);
  modules = readModules([join(folder, 'module.ts')], resolve(import.meta.dirname, '../..'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a module read by TypeScript', () => {
  test('tells what does not compile', () => {
    expect(modules.errors).toEqual([expect.stringContaining("Type 'string' is not assignable to type 'number'")]);
  });

  test('gives results as they are awaited', () => {
    expect(declared('nothing').result).toBeUndefined();
    expect(print(declared('copy').result ?? { kind: 'json', null: true })).toBe('number');
    expect(
      members(declared('one').result ?? { kind: 'json', null: true })
        .map(print)
        .sort(),
    ).toEqual(['Row', 'null']);
    expect(declared('vague').result).toEqual({ kind: 'empty', text: 'any' });
  });

  test('takes the item of what a batch or a copy iterates over', () => {
    for (const name of ['batch', 'copy']) expect(print(declared(name).parameters[1]?.shape ?? { kind: 'json', null: true })).toBe('Params');
    expect(declared('one').parameters[1]?.optional).toBe(true);
  });

  test('finds JSON again where TypeScript took its union apart', () => {
    const shape = declared('many').parameters[1]?.shape;
    const note = shape?.kind === 'object' ? shape.properties().get('note') : undefined;
    expect(
      members(note?.shape ?? { kind: 'json', null: true })
        .map(print)
        .sort(),
    ).toEqual(['JsonInput', 'null', 'undefined']);
  });
});

describe('a value against a declared row', () => {
  test('is accepted where every part fits', () => {
    let counted = 0;
    expect(mismatch(rowShape(), ROW, '', () => counted++)).toBeUndefined();
    expect(counted).toBeGreaterThan(12);
  });

  const lies: readonly (readonly [string, object, string])[] = [
    ['null where it is not declared', { id: null }, '.id'],
    ['undefined', { n: undefined }, '.n'],
    ['a number for a string', { id: 1 }, '.id'],
    ['a string for a bigint', { big: '1' }, '.big'],
    ['a label that the enum has not', { mood: 'angry' }, '.mood'],
    ['an invalid Date', { at: new Date(Number.NaN) }, '.at'],
    ['a number for a Date', { at: Infinity }, '.at'],
    ['text for an array', { tags: '{a,b}' }, '.tags'],
    ['null as an element', { matrix: [[1, null]] }, '.matrix[0][1]'],
    ['one dimension too few', { matrix: [1] }, '.matrix[0]'],
    ['a Uint8Array for a Buffer', { bytes: new Uint8Array(1) }, '.bytes'],
    ['undefined within JSON', { data: { a: undefined } }, '.data'],
    ['NaN within JSON', { data: [Number.NaN] }, '.data'],
    ['a Date within JSON', { data: new Date(0) }, '.data'],
    ['a wrong attribute of a composite', { home: { street: null, house: '2' } }, '.home.house'],
    ['a missing attribute', { home: { street: null } }, '.home.house'],
    ['a bound of another type', { during: { lower: '2024-01-01', upper: null } }, '.during.lower'],
    ['a column too many', { extra: 1 }, '.extra'],
  ];
  test.each(lies)('%s is a lie', (_, change, path) => {
    expect(mismatch(rowShape(), { ...ROW, ...change })?.path).toBe(path);
  });

  test('without one of its columns is a lie', () => {
    const { id: _, ...rest } = ROW;
    expect(mismatch(rowShape(), rest)?.path).toBe('.id');
  });

  test('null is seen where a type takes it', () => {
    const shape = rowShape();
    const properties = shape.kind === 'object' ? shape.properties() : new Map<string, never>();
    const nullable = [...properties].filter(([, property]) => takesNull(property.shape)).map(([name]) => name);
    expect(nullable).toEqual(['n', 'mood', 'data', 'maybe', 'home', 'ok']);
  });
});

describe("a value against the model's promise", () => {
  const type = (oid: number, name: string, kind: ValueType['kind'], more: Partial<ValueType> = {}): [number, ValueType] => [
    oid,
    {
      oid,
      schema: 'pg_catalog',
      name,
      sql: name,
      kind,
      innerOid: 0,
      innerModifier: -1,
      notNull: false,
      labels: [],
      attributes: [],
      checks: [],
      delimiter: ',',
      ...more,
    },
  ];
  const types = new Map([
    type(23, 'int4', 'base'),
    type(20, 'int8', 'base'),
    type(25, 'text', 'base'),
    type(1184, 'timestamptz', 'base'),
    type(3802, 'jsonb', 'base'),
    type(6, '_jsonb', 'array', { innerOid: 3802 }),
    type(1, 'mood', 'enum', { schema: 'public', labels: ['sad', 'ok'] }),
    type(2, '_int4', 'array', { innerOid: 23 }),
    type(3, 'span', 'range', { innerOid: 1184 }),
    type(4, 'pair', 'composite', {
      schema: 'public',
      attributes: [
        { name: 'a', typeOid: 23, modifier: -1 },
        { name: 'b', typeOid: 1, modifier: -1 },
      ],
    }),
    type(5, 'positive', 'domain', { schema: 'public', innerOid: 23 }),
  ]);
  const promise = (typeOid: number, more: Partial<ColumnPromise> = {}): ColumnPromise => ({
    typeOid,
    nullable: false,
    elementsNullable: false,
    dimensions: 1,
    int8: 'string',
    overridden: false,
    ...more,
  });

  test.each<readonly [string, ColumnPromise, unknown]>([
    ['int4', promise(23), 5],
    ['int8', promise(20), '9223372036854775807'],
    ['int8 as bigint', promise(20, { int8: 'bigint' }), 5n],
    ['null', promise(23, { nullable: true }), null],
    ['enum', promise(1), 'ok'],
    ['array', promise(2), [1, 2]],
    ['array of two dimensions', promise(2, { dimensions: 2 }), [[1], [2]]],
    ['array with NULL elements', promise(2, { elementsNullable: true }), [null]],
    ['range', promise(3), { lower: new Date(0), upper: null }],
    ['empty range', promise(3), { empty: true }],
    ['composite', promise(4), { a: null, b: 'sad' }],
    ['domain', promise(5), 1],
    ["JSON's own null", promise(3802), null],
    ["an array of JSON's own null", promise(6), [null]],
    ['override', promise(25, { overridden: true }), { anything: true }],
  ])('%s is kept', (_, given, value) => {
    expect(brokenPromise(given, value, types)).toBeUndefined();
  });

  test.each<readonly [string, ColumnPromise, unknown]>([
    ['null', promise(23), null],
    ['a fraction', promise(23), 1.5],
    ['int8 as number', promise(20), 5],
    ['an unsafe integer', promise(20, { int8: 'number' }), 2 ** 60],
    ['an unknown label', promise(1), 'angry'],
    ['the text of an array', promise(2), '{1,2}'],
    ['a NULL element', promise(2), [null]],
    ['the wrong depth', promise(2, { dimensions: 2 }), [1]],
    ['text as a bound', promise(3), { lower: 'x', upper: null }],
    ['a composite with another order', promise(4), { b: 'sad', a: 1 }],
    ['null despite the override', promise(25, { overridden: true }), null],
  ])('%s breaks it', (_, given, value) => {
    expect(brokenPromise(given, value, types)).toBeTypeOf('string');
  });
});
