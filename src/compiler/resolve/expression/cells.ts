/** Reasons of computed values, shared by every place that computes the same. */
import type { Node } from 'libpg-query';
import { cell, UNKNOWN_REASONS, type Reasons } from '../reason.js';
import type { Scope } from '../scope.js';
import type { Value } from '../value.js';
import { expressionKey } from './key.js';

/**
 * That the expression itself may be NULL, though none of its parts is. One reason for all places
 * that write it alike, so that `WHERE f(x) IS NOT NULL` proves what `f(x)` gives elsewhere. Only
 * for what gives the same each time; `settled` says that its function is known to.
 */
export function repeatable(node: Node, scope: Scope, parts: readonly Value[], settled = true): Reasons {
  if (!settled || parts.some((part) => part.volatile)) return UNKNOWN_REASONS;
  const key = expressionKey(node, scope);
  let reason = scope.frame.cells.get(key);
  if (reason === undefined) {
    reason = cell();
    scope.frame.cells.set(key, reason);
  }
  return scope.ruledOut.has(reason) ? [] : [reason];
}
