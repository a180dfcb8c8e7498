/** What a FROM list, or a part of one, gives. */
import type { Node } from '../node.js';
import type { Reason, Reasons } from '../reason.js';
import { ruleOut, type Range, type Ranges, type Scope, type Source } from '../scope.js';

/** A condition that restricts the rows; `only` those of some sources, where it belongs to an outer join. */
export interface Restriction {
  readonly condition: Node;
  readonly scope: Scope;
  readonly only: readonly Source[] | undefined;
}

/** An outer join that leaves no row out, if a foreign key that is not NULL refers to the other side. */
export interface Referring {
  /** Why the other side may be missing. */
  readonly absence: Reason;
  /** Whether it is there wherever the facts hold. */
  readonly refersWhere: (facts: Reasons) => boolean;
}

export interface FromShape {
  /** As the facts leave them. */
  readonly ranges: Ranges;
  /** Ruled out wherever it gives a row. */
  readonly facts: Reasons;
  readonly atLeastOne: boolean;
  readonly sources: readonly Source[];
  readonly restrictions: readonly Restriction[];
  readonly referring: readonly Referring[];
}

export const NO_FROM: FromShape = { ranges: new Map(), facts: [], atLeastOne: true, sources: [], restrictions: [], referring: [] };

/** One row source. */
export function single(number: number, range: Range, atLeastOne: boolean, facts: Reasons = []): FromShape {
  return { ...NO_FROM, ranges: ruleOut(new Map([[number, range]]), facts), facts, atLeastOne, sources: [range.source] };
}
