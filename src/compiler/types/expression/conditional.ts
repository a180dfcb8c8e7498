/** COALESCE, GREATEST, LEAST and CASE. */
import { child, children, integer } from '../../analysis/index.js';
import type { Engine } from '../engine.js';
import { changed, onceAt, withFacts, type Scope } from '../scope.js';
import { constantOf, type Node } from '../node.js';
import { allOf, intersection, intersectionAll, union, type Reasons } from '../reason.js';
import { computed, eitherContent, type Value } from '../value.js';

/** COALESCE, GREATEST and LEAST are NULL only where all their arguments are. */
export function evaluateFirstOf(engine: Engine, typeOid: number, args: readonly Node[], scope: Scope): Value {
  const values = args.map((arg) => engine.expression(arg, scope));
  const strictIn = intersectionAll(values.map((value) => value.strictIn));
  return { ...computed(typeOid, allOf(values.map((value) => value.reasons)), strictIn), ...eitherContent(values) };
}

/** A branch of a CASE that may be taken. */
export interface Branch {
  /** Undefined for ELSE. */
  readonly condition: Node | undefined;
  readonly result: Node;
  /** Where the earlier conditions were not true. */
  readonly reached: Scope;
  /** Where this one is true. */
  readonly taken: Scope;
}

export const branchesOf = onceAt((engine: Engine, node, scope): readonly Branch[] => {
  const operand = child(node, 'arg');
  let reached = operand === undefined ? scope : changed(scope, { tested: engine.expression(operand, scope) });
  const branches: Branch[] = [];
  for (const when of children(node, 'args')) {
    const [condition, result] = [child(when, 'expr'), child(when, 'result')];
    if (condition === undefined || result === undefined) continue;
    const met = engine.prove(condition, reached, 'true');
    if (met !== undefined) branches.push({ condition, result, reached, taken: withFacts(reached, met) });
    const otherwise = engine.prove(condition, reached, 'notTrue');
    if (otherwise === undefined) return branches;
    reached = withFacts(reached, otherwise);
  }
  const last = child(node, 'defresult');
  if (last !== undefined) branches.push({ condition: undefined, result: last, reached, taken: reached });
  return branches;
});

export function evaluateCase(engine: Engine, node: Node, scope: Scope): Value {
  const values: Value[] = [];
  let reasons: Reasons = [];
  let strictIn: Reasons | undefined;
  for (const { result, taken } of branchesOf(engine, node, scope)) {
    const value = engine.expression(result, taken);
    values.push(value);
    reasons = union(reasons, value.reasons);
    if (constantOf(result) !== null) strictIn = strictIn === undefined ? value.strictIn : intersection(strictIn, value.strictIn);
  }
  return { ...computed(integer(node, 'casetype'), reasons, strictIn), ...eitherContent(values) };
}
