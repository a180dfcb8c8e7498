/** SELECT → its columns, what its conditions prove, and how many rows it gives. */
import { child, children, integer, type Query, type Target } from '../../analysis/index.js';
import { provenBy, type Engine, type OutputColumn, type QueryShape } from '../engine.js';
import { createScope, ONE, rangeAt, withFacts, type Scope } from '../scope.js';
import { callOf, type Possible, SOME, type Values } from '../fold.js';
import { constantOf, type Node } from '../node.js';
import { union, without } from '../reason.js';
import { analyzeEntries } from './entries.js';
import { analyzeRows, isAlways } from './from.js';
import { readGroups } from './groups.js';
import { selectAtMostOne } from './rows.js';
import { analyzeSetOperation } from './set-operation.js';

export function analyzeSelect(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const outside = createScope(query, parent);
  analyzeEntries(engine, query, outside);
  const { setOperations } = query;
  const shape = setOperations === undefined ? analyzePlain(engine, query, outside) : analyzeSetOperation(engine, setOperations, outside);
  return limitRows(engine, query, shape);
}

function analyzePlain(engine: Engine, query: Query, outside: Scope): QueryShape {
  const { from, rows } = analyzeRows(engine, outside);
  const { facts, atLeastOne: alwaysRows } = from;
  const groups = readGroups(engine, query, rows, alwaysRows);
  const condition = child(query.node, 'havingQual');
  const having = provenBy(engine, condition, groups.scope);
  const scope = withFacts(groups.scope, having);
  const isOneGroup = groups.whole && !groups.several;
  const columns = query.outputs.map((target) => outputColumn(engine, target, scope));
  return {
    columns,
    returnsRows: true,
    atLeastOne: outside.frame.sets === 0 && isAlways(condition) && (isOneGroup || alwaysRows),
    atMostOne: selectAtMostOne(engine, { from, groups, columns, scope }),
    // A group without rows says nothing of rows.
    facts: groups.whole ? having : union(facts, having),
    counted: isOneGroup ? facts : undefined,
  };
}

export function outputColumn(engine: Engine, { name, expression }: Target, scope: Scope): OutputColumn {
  const range = expression.tag === 'VAR' && integer(expression, 'varlevelsup') === 0 ? rangeAt(scope, expression)?.range : undefined;
  const absence = range === undefined ? [] : without(range.absence, scope.ruledOut);
  return { ...engine.expression(expression, scope), name: name ?? '', expression, entry: range?.source.entry, absence };
}

/** `LIMIT_OPTION_WITH_TIES`. */
const WITH_TIES = 1;

/** LIMIT, FETCH FIRST and OFFSET. */
function limitRows(engine: Engine, query: Query, shape: QueryShape): QueryShape {
  const [count, offset] = [child(query.node, 'limitCount'), child(query.node, 'limitOffset')];
  const most = count === undefined ? null : countOf(engine, count);
  const skipsNone = offset === undefined || countOf(engine, offset) === 0;
  const takesOne = most === null || (typeof most === 'number' && most >= 1);
  const stopsAtOne = typeof most === 'number' && most <= 1 && integer(query.node, 'limitOption') !== WITH_TIES;
  return { ...shape, atLeastOne: shape.atLeastOne && skipsNone && takesOne, atMostOne: stopsAtOne ? ONE : shape.atMostOne };
}

/** A count that is written down, through casts among numbers; `null` is no limit. */
function countOf(engine: Engine, node: Node): Possible {
  const args = node.tag === 'FUNCEXPR' ? children(node, 'args').map((arg): Values => [countOf(engine, arg)]) : undefined;
  const [count = SOME] = args === undefined ? [constantOf(node)] : (callOf(engine, node, args) ?? []);
  return count;
}
