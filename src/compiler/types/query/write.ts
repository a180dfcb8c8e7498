/**
 * INSERT, UPDATE, DELETE and MERGE, with what RETURNING shows.
 *
 * Invariant: a condition of the statement holds for the row as it was, not as SET or a trigger made
 * it. Of a written row the table's own constraints are known, and what it is written with.
 */
import { actionCommand, child, children, contains, has, integer, mergeActions, targetOf, type Query } from '../../analysis/index.js';
import type { Relation } from '../../../catalog/index.js';
import { provenBy, UNKNOWN_SHAPE, type Engine, type QueryShape } from '../engine.js';
import { absentRange, changed, createScope, joinRanges, withFacts, withRanges } from '../scope.js';
import type { Range, Scope } from '../scope.js';
import type { Node } from '../node.js';
import { unknownValue } from '../value.js';
import { analyzeEntries } from './entries.js';
import { analyzeRows, joined } from './from.js';
import { single, type FromShape } from './from-shape.js';
import { relationRange, writtenRange } from './range.js';
import { eitherRow, isReplaced, rowWith } from './written.js';
import { heldOutputs, settle, type Settled } from './rows.js';
import { outputColumn } from './select.js';

/** A statement that changes a table. */
interface Change {
  readonly engine: Engine;
  readonly query: Query;
  readonly relation: Relation;
  readonly outside: Scope;
  /** FROM, USING, or the rows of an INSERT. */
  readonly from: FromShape;
  /** Where WHERE is met. */
  readonly scope: Scope;
  readonly settled: Settled;
  /** The table's row as it was, with what the conditions prove. */
  readonly read: Range;
  /** The row as its constraints let it be written. */
  readonly written: Range;
}

/** What RETURNING shows. */
interface Shown {
  /** The row by the table's name alone. */
  readonly row: Range;
  /** The row as it was. */
  readonly before: Range;
  /** What else it can refer to. */
  readonly scope: Scope;
  readonly atLeastOne: boolean;
  readonly atMostOne: boolean;
}

type Analyzer = (change: Change) => Partial<Shown> & Pick<Shown, 'row'>;

const ANALYZERS: Readonly<Partial<Record<Query['command'], Analyzer>>> = {
  insert: analyzeInsert,
  update: analyzeUpdate,
  delete: analyzeDelete,
  merge: analyzeMerge,
};

export function analyzeWrite(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const analyze = ANALYZERS[query.command];
  if (analyze === undefined) return UNKNOWN_SHAPE;
  if (query.returning.length === 0) return { ...UNKNOWN_SHAPE, returnsRows: false };
  const relation = engine.catalog.relations.get(query.ranges[query.resultRelation - 1]?.relationOid ?? 0);
  if (relation === undefined || isReplaced(engine, relation, query.command)) return replacedShape(query);
  const change = changeOf(engine, query, relation, parent);
  // A row is changed once, whatever it is joined with.
  const atMostOne = change.settled.sources.has(change.read.source);
  return returning(change, { before: change.read, scope: change.scope, atLeastOne: false, atMostOne, ...analyze(change) });
}

function changeOf(engine: Engine, query: Query, relation: Relation, parent: Scope | undefined): Change {
  const { command, resultRelation } = query;
  const outside = createScope(query, parent);
  analyzeEntries(engine, query, outside);
  // The condition of a MERGE does not hold for all of its rows.
  const isMerge = command === 'merge';
  const list = isMerge ? query.from.filter(({ varno }) => varno !== resultRelation) : query.from;
  const { from, rows: scope } = analyzeRows(engine, list, isMerge ? undefined : query.where, outside);
  const settled = settle(engine, from.sources, from.restrictions);
  const read = scope.ranges.get(resultRelation) ?? relationRange(engine, relation);
  // A trigger INSTEAD OF the change says itself what RETURNING shows.
  const isPassedOn = (command === 'insert' || command === 'update') && !relation.insertMayDrop && relation.updateMayDrop === false;
  const written = writtenRange(engine, relation, read.source, isPassedOn);
  return { engine, query, relation, outside, from, scope, settled, read, written };
}

/** What a rule does instead gives the rows, as many as it likes. */
function replacedShape(query: Query): QueryShape {
  const unknown = { value: unknownValue(), entry: undefined, absence: [] };
  return { ...UNKNOWN_SHAPE, columns: query.returning.map(({ name = '', expression }) => ({ name, expression, ...unknown })) };
}

/** `ONCONFLICTEXPR :action`. */
const DO_UPDATE = 2;

function analyzeInsert(change: Change): ReturnType<Analyzer> {
  const { engine, query, relation, written, from, scope, settled } = change;
  const inserted = rowWith(engine, relation, written, query.targets, scope);
  const conflict = child(query.node, 'onConflict');
  const mayUpdate = conflict !== undefined && integer(conflict, 'action') === DO_UPDATE;
  const row = mayUpdate ? eitherRow(relation, inserted, updatedInstead(change, conflict, inserted)) : inserted;
  const leavesOut = mayUpdate
    ? child(conflict, 'onConflictWhere') !== undefined || relation.updateMayDrop === true || contains(conflict, readsCte)
    : conflict !== undefined;
  const isOnce = scope.frame.sets === 0;
  return {
    row,
    atLeastOne: isOnce && from.atLeastOne && !relation.insertMayDrop && !leavesOut,
    atMostOne: isOnce && settled.all,
  };
}

/** What is written in a WITH can have changed the row by the time that it is read, which then stays as it is. */
const readsCte = (node: Node): boolean => has(node, 'ctename');

/** The row that was there and is updated instead of an inserted one. */
function updatedInstead({ engine, query, relation, outside, read, written }: Change, conflict: Node, inserted: Range): Range {
  const number = query.resultRelation;
  const ranges = new Map([
    [number, read],
    [integer(conflict, 'exclRelIndex'), inserted],
  ]);
  const whereScope = changed(outside, { ranges });
  const scope = withFacts(whereScope, provenBy(engine, child(conflict, 'onConflictWhere'), whereScope));
  const targets = children(conflict, 'onConflictSet').map(targetOf);
  return rowWith(engine, relation, written, targets, scope, scope.ranges.get(number));
}

function analyzeUpdate({ engine, query, relation, written, read, scope }: Change): ReturnType<Analyzer> {
  return { row: rowWith(engine, relation, written, query.targets, scope, read) };
}

function analyzeDelete({ relation, written, read }: Change): ReturnType<Analyzer> {
  // An INSTEAD OF trigger of a view says itself which row it deleted.
  const row = relation.kind === 'view' ? written : read;
  return { row, before: row };
}

/** `MERGEACTION :matchKind`. */
const MATCH = { matched: 0, bySource: 1, byTarget: 2 } as const;

function analyzeMerge({ engine, query, relation, outside, from, read, written }: Change): ReturnType<Analyzer> {
  const condition = child(query.node, 'mergeJoinCondition');
  const scope = withRanges(outside, joinRanges(from.ranges, new Map([[query.resultRelation, read]])));
  const actions = mergeActions(query);
  const kinds = new Set(actions.map((action) => integer(action, 'matchKind')));
  const bySource = kinds.has(MATCH.bySource);
  const kind = kinds.has(MATCH.byTarget) ? (bySource ? 'full' : 'right') : bySource ? 'left' : 'inner';
  const side = { varno: query.resultRelation, join: undefined };
  const shape = joined(engine, { kind, condition, left: side, right: side }, single(query.resultRelation, read, false), from, scope);
  const row = actions.reduce((declared, action) => {
    const before = actionCommand(action) === 'insert' ? undefined : declared;
    return rowWith(engine, relation, declared, children(action, 'targetList').map(targetOf), scope, before);
  }, written);
  return {
    row,
    scope: withRanges(outside, shape.ranges),
    atMostOne: settle(engine, shape.sources, shape.restrictions).all,
  };
}

function returning({ engine, query, read, relation }: Change, { row, before, ...shown }: Shown): QueryShape {
  const apart = (range: Range): Range => ({ ...range, source: { ...range.source } });
  const commands = query.command === 'merge' ? mergeActions(query).map(actionCommand) : [query.command];
  // Of a row that is inserted there is none from before, and of one that is deleted none after.
  const old = apart(commands.includes('insert') ? absentRange(before) : before);
  const versions = { target: query.resultRelation, old, new: apart(commands.includes('delete') ? absentRange(row) : row) };
  const scope = changed(withRanges(shown.scope, new Map([[query.resultRelation, row]])), { versions });
  const columns = query.returning.map((each) => outputColumn(engine, each, scope));
  // Each row that is written is shown once, so that the keys of its table hold, but not the statement's conditions, nor a view's.
  // By a MERGE, a row that is deleted and one that is inserted may have the same key.
  const keyed = query.command !== 'merge' && relation.kind !== 'view';
  return {
    columns,
    returnsRows: true,
    atLeastOne: shown.atLeastOne,
    atMostOne: (held) => shown.atMostOne || (keyed && settle(engine, [read.source], [], heldOutputs(columns, scope, held)).all),
    facts: [],
  };
}
