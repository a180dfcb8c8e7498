/** Reasons of computed values, shared by every place that computes the same. */
import type { Engine } from '../engine.js';
import type { Scope } from '../scope.js';
import { keyOf, type Node } from '../node.js';
import { cell, UNKNOWN_REASONS, type Reason, type Reasons } from '../reason.js';
import { isSteady } from './steady.js';

/**
 * That the expression itself may be NULL, though none of its parts is. One reason for all places
 * that compute it alike, so that `WHERE f(x) IS NOT NULL` proves what `f(x)` gives elsewhere. Only
 * for what gives the same each time.
 */
export function repeatable(engine: Engine, node: Node, scope: Scope): Reasons {
  return isSteady(engine, node) ? [sharedCell(scope, keyOf(node))] : UNKNOWN_REASONS;
}

/** `implies` is ruled out together with it. */
export function sharedCell(scope: Scope, key: string, implies: Reasons = []): Reason {
  let reason = scope.frame.cells.get(key);
  if (reason === undefined) {
    reason = cell(implies);
    scope.frame.cells.set(key, reason);
  }
  return reason;
}
