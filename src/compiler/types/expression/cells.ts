/** Reasons of computed values, shared by every place that computes the same. */
import type { Engine } from '../engine.js';
import type { Level } from '../level.js';
import { keyOf, type Node } from '../node.js';
import { cell, UNKNOWN_REASONS, type Reason, type Reasons } from '../reason.js';
import { isSteady } from './steady.js';

/**
 * That the expression itself may be NULL, though none of its parts is. One reason for all places
 * that compute it alike, so that `WHERE f(x) IS NOT NULL` proves what `f(x)` gives elsewhere. Only
 * for what gives the same each time.
 */
export function repeatable(engine: Engine, node: Node, level: Level): Reasons {
  return isSteady(engine, node) ? [sharedCell(level, keyOf(node))] : UNKNOWN_REASONS;
}

/** `implies` is ruled out together with it. */
export function sharedCell(level: Level, key: string, implies: Reasons = []): Reason {
  let reason = level.frame.cells.get(key);
  if (reason === undefined) {
    reason = cell(implies);
    level.frame.cells.set(key, reason);
  }
  return reason;
}
