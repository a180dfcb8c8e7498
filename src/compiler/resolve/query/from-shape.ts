/** What a FROM list, or a part of one, gives. */
import type { Node } from 'libpg-query';
import type { Reasons } from '../reason.js';
import type { Namespace, Scope, ScopeColumn, ScopeItem } from '../scope.js';
import type { Source } from '../value.js';
import { createSource, itemOf } from './relation.js';

/** Two columns that USING or NATURAL sets equal. */
export interface MergedPair {
  readonly left: ScopeColumn;
  readonly right: ScopeColumn;
}

/** A condition that restricts the rows; `only` those of some sources, where it belongs to an outer join. */
export interface Restriction {
  readonly condition: Node | MergedPair;
  readonly scope: Scope;
  readonly only: readonly Source[] | undefined;
}

export interface FromShape {
  readonly namespace: Namespace;
  /** Ruled out wherever it gives a row. */
  readonly facts: Reasons;
  readonly atLeastOne: boolean;
  readonly sources: readonly Source[];
  readonly restrictions: readonly Restriction[];
  /** A FULL JOIN gives rows that no key bounds. */
  readonly unbounded: boolean;
}

export const NO_FROM: FromShape = {
  namespace: [],
  facts: [],
  atLeastOne: true,
  sources: [],
  restrictions: [],
  unbounded: false,
};

/** One row source. */
export function single(item: ScopeItem, atLeastOne: boolean, facts: Reasons = []): FromShape {
  return { namespace: [item], facts, atLeastOne, sources: [item.source], restrictions: [], unbounded: false };
}

/** A row source of which only the name is known. */
export function opaque(name: string | undefined): FromShape {
  return single(itemOf([], { source: createSource({ opaque: true }), name }), false);
}
