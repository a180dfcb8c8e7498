/** A set-returning call in a select list. */
import type { Scope } from '../scope.js';
import { cell, NONE } from '../reason.js';
import { computed, type Value } from '../value.js';

/** `filled` says that each of its rows has a value; beside a longer set it is filled up with NULL all the same. */
export function evaluateSetCall(scope: Scope, typeOid: number, filled: boolean): Value {
  const reasons = filled && !scope.frame.padded ? NONE : [cell()];
  return computed(typeOid, reasons, reasons);
}
