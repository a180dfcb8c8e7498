/** Functions with OVER. */
import { child, children, integer } from '../../analysis/index.js';
import { windowRule } from '../builtin/aggregates.js';
import { functionOf, type Engine } from '../engine.js';
import type { Scope } from '../scope.js';
import type { Node } from '../node.js';
import { cell, NONE, unionAll, type Reasons } from '../reason.js';
import { computed, eitherJson, type Value } from '../value.js';
import { aggregateValue } from './aggregate.js';

/** Bits of `frameOptions` that let a frame begin after its row, end before it, or leave it out. */
const STARTS_LATER = 0x80 | 0x2000;
const ENDS_EARLIER = 0x40 | 0x1000;
const LEAVES_ROW_OUT = 0x8000 | 0x10000;

export function evaluateWindowFunction(engine: Engine, node: Node, scope: Scope): Value {
  const typeOid = integer(node, 'wintype');
  const entry = functionOf(engine.catalog, integer(node, 'winfnoid'));
  const filter = child(node, 'aggfilter');
  const window = windowOf(scope, integer(node, 'winref'));
  const framed = filter === undefined && window !== undefined && holdsOwnRow(window);
  const inputs = children(node, 'args');
  if (entry?.kind !== 'window') {
    return aggregateValue(
      engine,
      { function: integer(node, 'winfnoid'), typeOid, direct: [], inputs, filter, holdsRows: framed, empty: undefined, own: [cell()] },
      scope,
    );
  }
  const args = inputs.map((arg) => engine.expression(arg, scope));
  const [input] = args;
  const value = computed(typeOid, windowReasons(windowRule(entry), args, framed));
  if (input === undefined) return value;
  // Beyond the first row and the last, `lag` and `lead` give their third argument.
  return { ...value, elements: input.elements, dimensions: input.dimensions, json: eitherJson([input, ...args.slice(2)]) };
}

function windowReasons(rule: ReturnType<typeof windowRule>, args: readonly Value[], framed: boolean): Reasons {
  const ofAll = unionAll(args.map((arg) => arg.reasons));
  switch (rule) {
    case 'always':
      return NONE;
    case 'argument':
      return ofAll;
    case 'frame':
      return framed ? ofAll : [cell()];
    // Before the first row and after the last there is only the default.
    case 'offset':
      return args.length === 3 ? ofAll : [cell()];
    default:
      return [cell()];
  }
}

function windowOf(scope: Scope, reference: number): Node | undefined {
  return children(scope.frame.query.node, 'windowClause').find((window) => integer(window, 'winref') === reference);
}

function holdsOwnRow(window: Node): boolean {
  return (integer(window, 'frameOptions') & (STARTS_LATER | ENDS_EARLIER | LEAVES_ROW_OUT)) === 0;
}
