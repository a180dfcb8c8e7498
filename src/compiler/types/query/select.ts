/** SELECT → its columns, what its conditions prove, and how many rows it gives. */
import { functionOf } from '../../../catalog/index.js';
import { child, children, integer, type Query, type Target } from '../../analysis/index.js';
import { provenBy, type Engine, type OutputColumn, type QueryShape } from '../engine.js';
import { createScope, ONE, rangeAt, withFacts, type Scope } from '../scope.js';
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
  const { from, rows } = analyzeRows(engine, query.from, query.where, outside);
  const { facts, atLeastOne: alwaysRows } = from;
  const groups = readGroups(engine, query, rows, alwaysRows);
  const condition = child(query.node, 'havingQual');
  const having = provenBy(engine, condition, groups.scope);
  const scope = withFacts(groups.scope, having);
  const columns = query.targets.filter(({ hidden }) => !hidden).map((target) => outputColumn(engine, target, scope));
  const { grouped, single, holdRows } = groups;
  const isOnce = outside.frame.sets === 0;
  return {
    columns,
    returnsRows: true,
    atLeastOne: isOnce && (single ? isAlways(condition) : alwaysRows && !grouped),
    atMostOne: single && isOnce ? ONE : selectAtMostOne(engine, { from, groups, columns, scope }),
    // A group without rows says nothing of rows.
    facts: grouped && !holdRows ? having : union(facts, having),
    ...(single && { counted: facts }),
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
  const most = count === undefined ? null : rowCount(engine, count);
  const skipsNone = offset === undefined || rowCount(engine, offset) === 0;
  const takesOne = most === null || (most !== undefined && most >= 1);
  const stopsAtOne = typeof most === 'number' && most <= 1 && integer(query.node, 'limitOption') !== WITH_TIES;
  return { ...shape, atLeastOne: shape.atLeastOne && skipsNone && takesOne, atMostOne: stopsAtOne ? ONE : shape.atMostOne };
}

/** A count that is written down, through casts among integers; `null` is no limit. */
function rowCount(engine: Engine, node: Node): number | null | undefined {
  const constant = constantOf(node);
  if (constant === null || typeof constant === 'number') return constant;
  if (node.tag !== 'FUNCEXPR') return undefined;
  const entry = functionOf(engine.catalog, integer(node, 'funcid'));
  const [arg, second] = children(node, 'args');
  const isCast = entry?.builtin === true && /^int[248]$/.test(entry.name) && second === undefined;
  return isCast && arg !== undefined ? rowCount(engine, arg) : undefined;
}
