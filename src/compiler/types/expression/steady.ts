/** Whether an expression gives the same value each time, over the same rows of one statement. */
import { integer } from '../../analysis/index.js';
import { isVolatile } from '../builtin/functions.js';
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

function isSteadyItself({ catalog }: Engine, node: Node): boolean {
  switch (node.tag) {
    case 'FUNCEXPR':
      return isSteadyFunction(catalog, integer(node, 'funcid'));
    case 'AGGREF':
      return isSteadyFunction(catalog, integer(node, 'aggfnoid'));
    case 'WINDOWFUNC':
      return isSteadyFunction(catalog, integer(node, 'winfnoid'));
    case 'OPEXPR':
    case 'DISTINCTEXPR':
    case 'NULLIFEXPR':
    case 'SCALARARRAYOPEXPR': {
      const entry = operatorOf(catalog, integer(node, 'opno'));
      return entry !== undefined && (entry.builtin || entry.extension !== undefined);
    }
    case 'NEXTVALUEEXPR':
      return false;
    default:
      return true;
  }
}

function isSteadyFunction(catalog: Engine['catalog'], oid: number): boolean {
  const entry = functionOf(catalog, oid);
  return entry !== undefined && !isVolatile(entry);
}
