/** What a FROM list, or a part of one, gives. */
import type { Level, Range, Ranges, Source } from '../level.js';
import type { Node } from '../node.js';
import type { Reasons } from '../reason.js';

/** A condition that restricts the rows; `only` those of some sources, where it belongs to an outer join. */
export interface Restriction {
  readonly condition: Node;
  readonly level: Level;
  readonly only: readonly Source[] | undefined;
}

export interface FromShape {
  readonly ranges: Ranges;
  /** Ruled out wherever it gives a row. */
  readonly facts: Reasons;
  readonly atLeastOne: boolean;
  readonly sources: readonly Source[];
  readonly restrictions: readonly Restriction[];
  /** A FULL JOIN gives rows that no key bounds. */
  readonly unbounded: boolean;
}

export const NO_FROM: FromShape = {
  ranges: new Map<number, Range>(),
  facts: [],
  atLeastOne: true,
  sources: [],
  restrictions: [],
  unbounded: false,
};

/** One row source. */
export function single(number: number, range: Range, atLeastOne: boolean, facts: Reasons = []): FromShape {
  return { ranges: new Map([[number, range]]), facts, atLeastOne, sources: [range.source], restrictions: [], unbounded: false };
}
