/**
 * The choices that make one random statement.
 *
 * Invariant: the same choices make the same statement, and a choice of 0 is always the plainest
 * one, so that a statement is shrunk by leaving choices out and making them smaller.
 */

import { randomNumbers } from '../../support/random.js';

export class Dice {
  private readonly made: number[] = [];

  private constructor(private readonly next: (sides: number, index: number) => number) {}

  static random(seed: number): Dice {
    const random = randomNumbers(seed);
    return new Dice((sides) => Math.floor(random() * sides));
  }

  /** What lies beyond the choices is 0. */
  static replay(choices: readonly number[]): Dice {
    return new Dice((sides, index) => Math.min(choices[index] ?? 0, sides - 1));
  }

  /** Every choice so far. */
  get choices(): readonly number[] {
    return this.made;
  }

  /** An integer from 0 to `sides - 1`. */
  roll(sides: number): number {
    const choice = sides > 1 ? this.next(sides, this.made.length) : 0;
    if (sides > 1) this.made.push(choice);
    return choice;
  }

  /** True once in so many times. */
  once(inTimes: number): boolean {
    return this.roll(inTimes) === inTimes - 1 && inTimes > 0;
  }

  /** One of a list that is not empty; the first is the plainest. */
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.roll(list.length)] ?? list[0];
  }

  /** One of a list, or undefined where it is empty. */
  any<T>(list: readonly T[]): T | undefined {
    return list[this.roll(list.length)];
  }

  /** One of several ways, each as likely as its weight says; the first is the plainest. */
  weigh<T>(ways: readonly [readonly [number, T], ...(readonly [number, T])[]]): T {
    let left = this.roll(ways.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, way] of ways) {
      left -= weight;
      if (left < 0) return way;
    }
    return ways[0][1];
  }
}
