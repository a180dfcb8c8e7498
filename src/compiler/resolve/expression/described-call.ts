import type { PgFunction } from '../../../catalog/index.js';
import type { Value } from '../value.js';

/** A call whose arguments are evaluated: what its kinds (plain, aggregate, window, set) go on from. */
export interface DescribedCall {
  /** The functions that it can reach, at least one. */
  readonly candidates: readonly PgFunction[];
  readonly first: PgFunction;
  /** Those of WITHIN GROUP at the end. */
  readonly args: readonly Value[];
  readonly typeOid: number;
}
