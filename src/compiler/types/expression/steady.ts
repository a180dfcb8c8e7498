/** Whether an expression gives the same value each time, over the same rows of one statement. */
import { has, integer } from '../../analysis/index.js';
import type { PgFunction, PgOperator } from '../../../catalog/index.js';
import { functionOf, operatorOf, type Engine } from '../engine.js';
import { childrenOf, type Node } from '../node.js';

const known = new WeakMap<Node, boolean>();

/** What a subquery reads does not change within a statement, unless the statement itself calls for it. */
export function isSteady(engine: Engine, node: Node): boolean {
  let steady = known.get(node);
  if (steady === undefined) {
    steady = isSteadyItself(engine, node) && childrenOf(node).every((part) => isSteady(engine, part));
    known.set(node, steady);
  }
  return steady;
}

/** The fields in which a node names a function. */
const CALLS = ['funcid', 'aggfnoid', 'winfnoid'];

/** Of the user's own functions no declaration is believed. */
function isSteadyItself({ catalog }: Engine, node: Node): boolean {
  if (node.tag === 'NEXTVALUEEXPR') return false;
  if (OPERATIONS.has(node.tag)) return isDeclared(operatorOf(catalog, integer(node, 'opno')));
  const call = CALLS.find((field) => has(node, field));
  const oid = call === undefined ? undefined : integer(node, call);
  return oid === undefined || (isDeclared(functionOf(catalog, oid)) && !catalog.writers.routines.has(oid));
}

const OPERATIONS: ReadonlySet<string> = new Set(['OPEXPR', 'DISTINCTEXPR', 'NULLIFEXPR', 'SCALARARRAYOPEXPR']);

function isDeclared(entry: PgFunction | PgOperator | undefined): boolean {
  return entry !== undefined && (entry.builtin || entry.extension !== undefined);
}
