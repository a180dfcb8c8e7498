/** SELECT → its columns, what its conditions prove, and how many rows it gives. */
import { functionOf } from '../../../catalog/index.js';
import { child, children, flag, integer, type Query, type SetOperation, type Target } from '../../analysis/index.js';
import { provenBy, type Engine, type OutputColumn, type QueryShape } from '../engine.js';
import { changed, createScope, ONE, rangeAt, setsIn, withFacts, withRanges, type Scope } from '../scope.js';
import { constantOf, type Node } from '../node.js';
import { union, without, type Reasons } from '../reason.js';
import { analyzeEntries } from './entries.js';
import { analyzeFrom } from './from.js';
import { restrictionsOf, type FromShape } from './from-shape.js';
import { readGroups } from './groups.js';
import { selectAtMostOne } from './held.js';
import { analyzeSetOperation } from './set-operation.js';

export function analyzeSelect(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const sets = setsOf(query);
  const outside = createScope(query, parent, sets > 1);
  analyzeEntries(engine, query, outside);
  const { setOperations } = query;
  const shape = setOperations === undefined ? analyzePlain(engine, query, outside, sets) : analyzeArms(engine, setOperations, outside);
  return limitRows(engine, query, shape);
}

/** Of the arms, the first one names the columns. */
function analyzeArms(engine: Engine, operation: SetOperation, outside: Scope): QueryShape {
  const shape = analyzeSetOperation(engine, operation, outside);
  const named = outside.frame.query.targets.filter(({ hidden }) => !hidden);
  return { ...shape, columns: shape.columns.map((column, index) => ({ ...column, name: named[index]?.name ?? column.name })) };
}

/** @param sets how many set-returning calls make rows of a row */
function analyzePlain(engine: Engine, query: Query, outside: Scope, sets: number): QueryShape {
  const from = analyzeFrom(engine, query.from, outside);
  const whereScope = withFacts(withRanges(outside, from.ranges), from.facts);
  const facts = withReferred(from, union(from.facts, provenBy(engine, query.where, whereScope)));
  const rows = withFacts(whereScope, facts);

  const groups = readGroups(engine, query, rows);
  const alwaysRows = from.atLeastOne && isAlways(query.where);
  const groupsHoldRows = groups.grouped ? groups.holdRows : alwaysRows;
  const frame = { ...outside.frame, groupsHoldRows, nulled: groups.nulled };
  const groupScope = withRanges(changed(rows, { frame, rows }), groups.ranges);
  const condition = child(query.node, 'havingQual');
  const having = provenBy(engine, condition, groupScope);
  const scope = withFacts(groupScope, having);

  const columns = query.targets.filter(({ hidden }) => !hidden).map((target) => outputColumn(engine, target, scope));
  const single = groups.single || (!groups.grouped && (flag(query.node, 'hasAggs') || condition !== undefined));
  const restrictions = restrictionsOf(query.where, whereScope);
  const atMostOne =
    single && sets === 0 ? ONE : selectAtMostOne(engine, { query, from, restrictions, groups, having: condition, columns, scope, sets });
  return {
    columns,
    returnsRows: true,
    atLeastOne: sets === 0 && (single ? isAlways(condition) : alwaysRows && !groups.grouped && condition === undefined),
    atMostOne,
    // A group without rows says nothing of rows.
    facts: single || (groups.grouped && !groups.holdRows) ? having : union(facts, having),
    ...(single && { counted: facts }),
  };
}

function isAlways(condition: Node | undefined): boolean {
  return condition === undefined || constantOf(condition) === true;
}

/** What else holds: the row is there that a foreign key refers to, if it is not NULL. */
function withReferred({ referring }: Pick<FromShape, 'referring'>, facts: Reasons): Reasons {
  const found = referring.flatMap(({ absence, refersWhere }) => (!facts.includes(absence) && refersWhere(facts) ? [absence] : []));
  return found.length === 0 ? facts : withReferred({ referring }, union(facts, found));
}

/** How many set-returning calls make rows of a row; those that are grouped by stand in a range of their own. */
function setsOf(query: Query): number {
  const grouped = query.ranges.flatMap(({ kind, columns }) => (kind === 'group' ? columns.flatMap((column) => column ?? []) : []));
  const found = setsIn([...query.targets.map(({ expression }) => expression), ...grouped]);
  return Math.max(found, flag(query.node, 'hasTargetSRFs') ? 1 : 0);
}

export function outputColumn(engine: Engine, { name, expression }: Target, scope: Scope): OutputColumn {
  const range = expression.tag === 'VAR' && integer(expression, 'varlevelsup') === 0 ? rangeAt(scope, expression)?.range : undefined;
  const absence = range === undefined ? [] : without(range.absence, scope.ruledOut);
  return { name: name ?? '', value: engine.expression(expression, scope), expression, entry: range?.source.entry, absence };
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
