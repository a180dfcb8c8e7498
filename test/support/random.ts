/**
 * Chance that can be repeated: the same seed makes the same draws, on every machine.
 */
import fc from 'fast-check';

/** Mulberry32: numbers from 0 up to 1; small, fast, and the same on every machine. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Random {
  /** An integer from 0 up to, not including, `below`; 0 where `below` is less than 1. */
  below(below: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, or undefined of none. */
  pick<T>(items: readonly T[]): T | undefined;
  /** The items in a drawn order. */
  shuffle<T>(items: readonly T[]): T[];
  /** Values of an arbitrary. */
  sample<T>(arbitrary: fc.Arbitrary<T>, count: number): T[];
  /** An independent stream, named so that a change in one does not move the others. */
  fork(name: string): Random;
}

export function createRandom(seed: number): Random {
  const next = randomNumbers(seed);

  const random: Random = {
    below: (below) => (below < 1 ? 0 : Math.floor(next() * Math.floor(below))),
    chance: (probability) => next() < probability,
    pick: (items) => items[random.below(items.length)],
    shuffle: (items) => {
      const keyed = items.map((item) => ({ item, key: next() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
    },
    sample: (arbitrary, count) => fc.sample(arbitrary, { seed: Math.floor(next() * 2 ** 32) | 0, numRuns: count }),
    fork: (name) => {
      let hash = mix(seed);
      for (const character of name) hash = mix(hash ^ (character.codePointAt(0) ?? 0));
      return createRandom(hash);
    },
  };
  return random;
}

/** Spreads the bits of a 32-bit integer; a bijection, so distinct states stay distinct. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
