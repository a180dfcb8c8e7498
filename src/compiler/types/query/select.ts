/** SELECT → its columns, what its conditions prove, and how many rows it gives. */
import { child, children, flag, integer, type Query, type Target } from '../../analysis/index.js';
import { functionOf, provenBy, type Engine, type OutputColumn, type QueryShape } from '../engine.js';
import { changed, createFrame, createScope, rangeAt, setsIn, withFacts, type Scope } from '../scope.js';
import { constantBoolean, constantInteger, type Node } from '../node.js';
import { union, without, type Reason, type Reasons } from '../reason.js';
import { analyzeEntries } from './entries.js';
import { analyzeFrom } from './from.js';
import type { FromShape, Restriction } from './from-shape.js';
import { readGroups } from './groups.js';
import { selectHeldToOne } from './held.js';
import { analyzeSetOperation } from './set-operation.js';

export function analyzeSelect(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const outside = createScope(createFrame(query), new Map(), parent);
  analyzeEntries(engine, query, outside);
  const shape = query.setOperations === undefined ? analyzePlain(engine, query, outside) : analyzeArms(engine, query, outside);
  return limitRows(engine, query, shape);
}

/** Of the arms, the first one names the columns. */
function analyzeArms(engine: Engine, query: Query, outside: Scope): QueryShape {
  if (query.setOperations === undefined) return analyzePlain(engine, query, outside);
  const shape = analyzeSetOperation(engine, query.setOperations, outside);
  const names = query.targets.filter(({ hidden }) => !hidden).map(({ name }) => name ?? '');
  return { ...shape, columns: shape.columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })) };
}

function analyzePlain(engine: Engine, query: Query, outside: Scope): QueryShape {
  const cells = new Map<string, Reason>();
  const { entries } = outside.frame;
  const sets = setsOf(query);
  const padded = sets > 1;
  const start = changed(outside, { frame: createFrame(query, { entries, cells, padded }) });
  const from = analyzeFrom(engine, query.from, start);
  const whereScope = withFacts(changed(start, { ranges: from.ranges }), from.facts);
  const facts = withReferred(from, union(from.facts, provenBy(engine, query.where, whereScope)));
  const rows = withFacts(whereScope, facts);

  const groups = readGroups(engine, query, rows);
  const alwaysRows = from.atLeastOne && (query.where === undefined || constantBoolean(query.where) === true);
  const groupsHoldRows = groups.grouped ? groups.holdRows : alwaysRows;
  const frame = createFrame(query, { entries, cells, groupsHoldRows, nulled: groups.nulled, padded });
  const ranges = groups.range === undefined ? rows.ranges : new Map([...rows.ranges, [groups.range.varno, groups.range.range]]);
  const groupScope = changed(rows, { frame, ranges, rows });
  const condition = child(query.node, 'havingQual');
  const having = provenBy(engine, condition, groupScope);
  const scope = withFacts(groupScope, having);

  const columns = query.targets.filter(({ hidden }) => !hidden).map((target) => outputColumn(engine, target, scope));
  const single = groups.single || (!groups.grouped && (flag(query.node, 'hasAggs') || condition !== undefined));
  const restrictions: readonly Restriction[] =
    query.where === undefined ? [] : [{ condition: query.where, scope: whereScope, only: undefined }];
  const onlyOne = single && sets === 0;
  const heldToOne = onlyOne
    ? (): boolean => true
    : selectHeldToOne(engine, { query, from, restrictions, groups, having: condition, columns, scope, sets });
  return {
    columns,
    returnsRows: true,
    atLeastOne:
      sets === 0 &&
      (single ? condition === undefined || constantBoolean(condition) === true : alwaysRows && !groups.grouped && condition === undefined),
    atMostOne: heldToOne([]),
    heldToOne,
    // A group without rows says nothing of rows.
    facts: single || (groups.grouped && !groups.holdRows) ? having : union(facts, having),
    ...(single && { counted: facts }),
  };
}

/** What else holds: the row is there that a foreign key refers to, if it is not NULL. */
function withReferred({ referring }: Pick<FromShape, 'referring'>, facts: Reasons): Reasons {
  const found = referring.filter(({ absence, refersWhere }) => !facts.includes(absence) && refersWhere(facts));
  return found.length === 0
    ? facts
    : withReferred(
        { referring },
        union(
          facts,
          found.map(({ absence }) => absence),
        ),
      );
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
  let { atLeastOne, atMostOne } = shape;
  if (offset !== undefined && rowCount(engine, offset) !== 0) atLeastOne = false;
  const most = count === undefined ? null : rowCount(engine, count);
  if (most !== null) {
    if (most === undefined || most < 1) atLeastOne = false;
    if (most !== undefined && most <= 1 && integer(query.node, 'limitOption') !== WITH_TIES) atMostOne = true;
  }
  return atLeastOne === shape.atLeastOne && atMostOne === shape.atMostOne ? shape : { ...shape, atLeastOne, atMostOne };
}

/** A count that is written down, through casts among integers; `null` is no limit. */
function rowCount(engine: Engine, node: Node): number | null | undefined {
  if (node.tag === 'CONST') return flag(node, 'constisnull') ? null : constantInteger(node);
  if (node.tag !== 'FUNCEXPR') return undefined;
  const entry = functionOf(engine.catalog, integer(node, 'funcid'));
  const [arg, second] = children(node, 'args');
  const isCast = entry?.builtin === true && /^int[248]$/.test(entry.name) && second === undefined;
  return isCast && arg !== undefined ? rowCount(engine, arg) : undefined;
}
