/** Reasons of computed values, shared by every place that computes the same; and whether it gives the same each time. */
import type { Engine } from '../engine.js';
import type { Scope } from '../scope.js';
import { keyOf, type Node } from '../node.js';
import { cell, type Reason, type Reasons, UNKNOWN_REASONS } from '../reason.js';
import { contains, has, integer } from '../../analysis/index.js';
import { functionOf, operatorOf, type PgFunction, type PgOperator } from '../../../catalog/index.js';

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

const known = new WeakMap<Node, boolean>();

/** What a subquery reads does not change within a statement, unless the statement itself calls for it. */
export function isSteady(engine: Engine, node: Node): boolean {
  let steady = known.get(node);
  if (steady === undefined) {
    const isKnown = (part: Node): boolean => known.get(part) === true;
    steady = !contains(node, (part) => !isSteadyItself(engine, part), isKnown);
    known.set(node, steady);
  }
  return steady;
}

/** The fields in which a node names a function. */
const CALLS = ['funcid', 'aggfnoid', 'winfnoid'];

/** Of the user's own functions no declaration is believed. */
function isSteadyItself({ catalog }: Engine, node: Node): boolean {
  const isOwn = (entry: PgFunction | PgOperator | undefined): boolean => entry?.builtin !== true && entry?.extension === undefined;
  if (has(node, 'opno')) return !isOwn(operatorOf(catalog, integer(node, 'opno')));
  const called = CALLS.flatMap((field) => (has(node, field) ? [integer(node, field)] : []));
  return node.tag !== 'NEXTVALUEEXPR' && !called.some((oid) => isOwn(functionOf(catalog, oid)) || catalog.writers.routines.has(oid));
}
