/** COALESCE, GREATEST, LEAST and CASE. */
import { child, children, integer } from '../../analysis/index.js';
import type { Engine } from '../engine.js';
import { changed, onceAt, withFacts, type Scope } from '../scope.js';
import { constantOf, numberOf, type Node } from '../node.js';
import { allOf, intersectionAll, unionAll } from '../reason.js';
import { computed, eitherContent, type Value } from '../value.js';

/** COALESCE, GREATEST and LEAST are NULL only where all their arguments are. */
export function evaluateFirstOf(engine: Engine, node: Node, scope: Scope): Value {
  const typeOid = numberOf(node, 'coalescetype') || numberOf(node, 'minmaxtype');
  const values = children(node, 'args').map((arg) => engine.expression(arg, scope));
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
  const branches = branchesOf(engine, node, scope);
  const values = branches.map(({ result, taken }) => engine.expression(result, taken));
  const given = values.filter((_value, index) => constantOf(branches[index]?.result) !== null);
  const strictIn = intersectionAll(given.map((value) => value.strictIn));
  return { ...computed(integer(node, 'casetype'), unionAll(values.map(({ reasons }) => reasons)), strictIn), ...eitherContent(values) };
}
