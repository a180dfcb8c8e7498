/**
 * One maker of filters for all copies of this library in a process: pnpm installs one for each
 * version of a peer, and an ES and a CommonJS build are two. The copy that is loaded first makes
 * the filters of all; each copy finds it on `globalThis`.
 *
 * Invariant: nothing here makes a filter of what `authorize.fromText` would refuse, and nothing
 * makes a filter of an object. `make` checks the text, `read` gives the content of what `make` made,
 * and there is no third way in. Whoever can call `make` can call `authorize` as well.
 */
import type { EncodedValue } from '../encode.js';

/** What a filter consists of. */
export interface FilterContent {
  /** The text around the placeholders; one more than there are placeholders. */
  readonly parts: readonly string[];
  /** Which value stands between two parts, from 0. */
  readonly indexes: readonly number[];
  readonly values: readonly EncodedValue[];
  readonly reason: string | undefined;
}

export interface FilterMaker {
  /** Throws for a text that the check refuses. */
  make(content: FilterContent): object;
  /** The content of a filter, which cannot be changed; undefined for anything else. */
  read(value: unknown): FilterContent | undefined;
}

/** The number is that of the two functions' contract: copies with different ones do not know each other. */
const KEY = Symbol.for('sqlward.filters.1');

/** The process's maker: `own`, unless another copy was first. */
export function sharedMaker(own: FilterMaker): FilterMaker {
  const found: unknown = Reflect.get(globalThis, KEY);
  if (isMaker(found)) return found;
  // Where the global object takes no more properties, each copy knows its own filters only.
  Reflect.defineProperty(globalThis, KEY, { value: Object.freeze(own) });
  return own;
}

function isMaker(value: unknown): value is FilterMaker {
  return (
    typeof value === 'object' &&
    value !== null &&
    'make' in value &&
    typeof value.make === 'function' &&
    'read' in value &&
    typeof value.read === 'function'
  );
}
