/** What the memory of checked texts may cost. */
import { expect, test } from 'vitest';
import { TextCache } from '../../src/runtime/authorize/cache.js';

/** A cache that counts what it had to learn. */
function counting(texts: number, characters: number) {
  const cache = new TextCache<string>(texts, characters);
  const learned: string[] = [];
  return {
    cache,
    learned,
    get: (text: string) =>
      cache.get(text, () => {
        learned.push(text);
        return `known: ${text}`;
      }),
  };
}

test('asks once for each text', () => {
  const { get, learned } = counting(10, 100);
  for (const text of ['a', 'b', 'a', 'b', 'a']) expect(get(text)).toBe(`known: ${text}`);
  expect(learned).toEqual(['a', 'b']);
});

test('holds two generations of so many texts', () => {
  const { get, learned, cache } = counting(3, 1_000);
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) get(text);
  expect(cache.size).toBe(6);
  get('d');
  expect(learned).toHaveLength(6);
  get('g');
  expect(cache.size).toBe(4);
  // The older generation is d, e and f; what is asked for moves to the younger one.
  get('e');
  expect(learned).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  get('a');
  expect(learned.at(-1)).toBe('a');
  for (let index = 0; index < 1_000; index++) get(`text ${index}`);
  expect(cache.size).toBeLessThanOrEqual(6);
});

test('holds two generations of so many characters', () => {
  const { get, learned, cache } = counting(1_000, 10);
  get('aaaaa');
  get('bbbbb');
  expect(cache.size).toBe(2);
  get('c');
  expect(cache.size).toBe(3);
  get('aaaaa');
  get('bbbb');
  expect(cache.size).toBe(5);
  get('d');
  expect(cache.size).toBe(4);
  expect(learned).toEqual(['aaaaa', 'bbbbb', 'c', 'bbbb', 'd']);
  get('bbbbb');
  expect(learned.at(-1)).toBe('bbbbb');
});

test('keeps no text that is longer than a generation', () => {
  const { get, learned, cache } = counting(10, 5);
  get('aaaaa');
  expect(cache.size).toBe(1);
  get('bbbbbb');
  get('bbbbbb');
  get('aaaaa');
  expect(cache.size).toBe(1);
  expect(learned).toEqual(['aaaaa', 'bbbbbb', 'bbbbbb']);
});

test('keeps nothing of what cannot be learned', () => {
  const cache = new TextCache<string>(10, 100);
  const fail = (): string => {
    throw new Error('no');
  };
  for (let round = 0; round < 2; round++) expect(() => cache.get('a', fail)).toThrow('no');
  expect(cache.size).toBe(0);
});
