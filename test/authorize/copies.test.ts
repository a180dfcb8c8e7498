/** Several copies of the library in one process: they take each other's filters, and no forged one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as source from '../../src/runtime/authorize/index.js';

type Copy = typeof source;

const ENTRY = join(import.meta.dirname, '..', '..', 'src', 'runtime', 'authorize', 'index.ts');
let folder: string;
let copies: Readonly<Record<string, Copy>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlward-copies-'));
  for (const [name, format] of [
    ['a.mjs', 'esm'],
    ['b.mjs', 'esm'],
    ['c.cjs', 'cjs'],
  ] as const) {
    await build({ entryPoints: [ENTRY], bundle: true, format, platform: 'node', minify: name === 'b.mjs', outfile: join(folder, name) });
  }
  copies = {
    source,
    first: (await import(pathToFileURL(join(folder, 'a.mjs')).href)) as Copy,
    second: (await import(pathToFileURL(join(folder, 'b.mjs')).href)) as Copy,
    commonJs: createRequire(import.meta.url)(join(folder, 'c.cjs')) as Copy,
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NAMES = ['source', 'first', 'second', 'commonJs'];
const PAIRS = NAMES.flatMap((maker) => NAMES.map((reader) => [maker, reader] as const));

function copy(name: string): Copy {
  const found = copies[name];
  if (!found) throw new Error(`no copy ${name}`);
  return found;
}

describe.each(PAIRS)('a filter that the %s copy made, in the %s copy', (maker, reader) => {
  test('has its text and its values', () => {
    const { authorize } = copy(maker);
    const filter = authorize.and(authorize.sql`a = ${1} OR "größe" = ${new Uint8Array([1])}`, authorize.not(authorize.in('b', ['x', 'y'])));
    const { filterText, filterValues } = copy(reader);
    expect(filterText(filter, 3)).toBe('(\na = $4 OR  U&"gr\\00f6\\00dfe" = $5\n) AND (\nNOT (\n"b" = ANY ($6)\n)\n)');
    expect(filterValues(filter)).toEqual(['1', new Uint8Array([1]), '{"x","y"}']);
    expect(copy(reader).authorize.unrestricted('a test').reason).toBe('a test');
  });

  test('stands in filters of that copy', () => {
    const inner = copy(maker).authorize.sql`a = ${1}`;
    const { authorize, filterText, filterValues } = copy(reader);
    for (const outer of [authorize.or(inner, authorize.none()), authorize.sql`${inner} OR ${authorize.none()}`]) {
      expect(filterText(outer, 0)).toBe('(\na = $1\n) OR (\nfalse\n)');
      expect(filterValues(outer)).toEqual(['1']);
    }
    expect(filterText(authorize.sql`NOT ${copy(maker).authorize.sql`${true}`}`, 0)).toBe('NOT (\n$1\n)');
  });

  test('is refused where it is forged', () => {
    const genuine = copy(maker).authorize.sql`a = ${1}`;
    const { filterText, filterValues, authorize, AuthorizeFilterError } = copy(reader);
    const prototype = Object.getPrototypeOf(genuine) as object;
    const forged: readonly unknown[] = [
      { ...genuine },
      Object.create(genuine),
      Object.create(prototype),
      Object.setPrototypeOf({ reason: 'x' }, prototype),
      new Proxy(genuine, {}),
      structuredClone(genuine),
      { [Symbol.for('sqlward.filter')]: true },
      { parts: ['true'], indexes: [], values: [] },
      JSON.parse(JSON.stringify(genuine)) as unknown,
      'true',
      undefined,
      null,
      true,
    ];
    for (const value of forged) {
      const call = (run: (filter: typeof genuine) => unknown) => () => run(value as typeof genuine);
      expect(call((filter) => filterText(filter, 0))).toThrow(AuthorizeFilterError);
      expect(call(filterValues)).toThrow(AuthorizeFilterError);
      expect(call((filter) => authorize.and(filter))).toThrow(AuthorizeFilterError);
    }
    expect(() => void Reflect.construct(prototype.constructor, [Symbol('sqlward.filter'), {}, [], undefined])).toThrow(
      'only authorize makes a filter',
    );
  });
});

describe('what the copies share', () => {
  const KEY = Symbol.for('sqlward.filters.1');

  test('cannot be replaced, and makes no filter of what the check refuses', () => {
    const shared = Reflect.get(globalThis, KEY) as Record<string, (...values: readonly unknown[]) => unknown>;
    expect(Object.isFrozen(shared)).toBe(true);
    expect(Object.keys(shared).sort()).toEqual(['make', 'read']);
    expect(Reflect.set(globalThis, KEY, {})).toBe(false);
    expect(Reflect.deleteProperty(globalThis, KEY)).toBe(false);
    expect(Reflect.defineProperty(globalThis, KEY, { value: {} })).toBe(false);
    for (const content of [
      { parts: ['true) OR (true'], indexes: [], values: [] },
      { parts: ['a = ', ' OR b = $9'], indexes: [0], values: ['1'] },
      { parts: ['a = ', ''], indexes: [1], values: ['1'] },
      { parts: ["'yes'"], indexes: [], values: [] },
      { parts: ['', ''], indexes: [0], values: ['yes'] },
      { parts: ['a = ', ''], indexes: [0], values: [{}] },
      { parts: ["a = '", "'"], indexes: [0], values: ['1'] },
      { parts: [{ toString: () => 'true' }, 'x'], indexes: [], values: [] },
    ]) {
      expect(() => shared['make']?.(content), JSON.stringify(content)).toThrow();
    }
    expect(shared['read']?.({ parts: ['true'], indexes: [], values: [] })).toBeUndefined();
  });

  test('does not let the content of a filter be changed', () => {
    const shared = Reflect.get(globalThis, KEY) as { read(value: unknown): { parts: string[]; values: unknown[] } };
    const filter = copy('first').authorize.sql`a = ${1}`;
    const content = shared.read(filter);
    expect(() => content.parts.push('x')).toThrow(TypeError);
    expect(() => (content.values[0] = '2')).toThrow(TypeError);
    expect(() => (content.parts[0] = 'true OR ')).toThrow(TypeError);
    expect(copy('second').filterText(filter, 0)).toBe('a = $1');
  });
});
