/**
 * INSERT, UPDATE, DELETE and MERGE, with what RETURNING shows.
 *
 * Invariant: a condition of the statement holds for the row as it was, not as SET or a trigger made
 * it. Of a written row the table's own constraints are known, and what it is written with.
 */
import { actionCommand, child, children, integer, targetOf, type Query } from '../../analysis/index.js';
import type { Relation } from '../../../catalog/index.js';
import { provenBy, UNKNOWN_SHAPE, type Engine, type QueryShape } from '../engine.js';
import { absentRange, changed, createScope, joinRanges, makeAbsent, ruleOut, setsIn, withFacts, withRanges } from '../scope.js';
import type { Range, Ranges, Scope } from '../scope.js';
import type { Node } from '../node.js';
import { absent, union } from '../reason.js';
import { unknownValue } from '../value.js';
import { analyzeEntries } from './entries.js';
import { analyzeFrom } from './from.js';
import { restrictionsOf, unknownRange, type FromShape } from './from-shape.js';
import { relationRange, writtenRange } from './range.js';
import { eitherRow, isReplaced, isVerbatim, rowWith } from './written.js';
import { heldFrom, settle, type Settled } from './rows.js';
import { outputColumn } from './select.js';

/** A statement that changes a table, whose range is `number`. */
interface Change {
  readonly query: Query;
  readonly number: number;
  readonly relation: Relation | undefined;
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

/** What RETURNING shows of the table by these words, and by the table's name alone. */
interface Shown extends Pick<QueryShape, 'atLeastOne'> {
  readonly old: Range;
  readonly new: Range;
  readonly named: Range;
  /** What else it can refer to. */
  readonly scope: Scope;
  readonly atMostOne: boolean;
  /** The table's keys tell the rows apart. */
  readonly keyed: boolean;
}

const ANALYZERS: Readonly<Partial<Record<Query['command'], (engine: Engine, change: Change) => Shown>>> = {
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
  if (relation !== undefined && isReplaced(engine, relation, query.command)) return replacedShape(query);
  const outside = createScope(query, parent, setsOf(query) > 1);
  analyzeEntries(engine, query, outside);
  const change = changeOf(engine, query, relation, outside);
  return returning(engine, change, analyze(engine, change));
}

function changeOf(engine: Engine, query: Query, relation: Relation | undefined, outside: Scope): Change {
  const { command, resultRelation: number } = query;
  // The condition of a MERGE does not hold for all of its rows.
  const [list, where] = command === 'merge' ? [query.from.filter(({ varno }) => varno !== number), undefined] : [query.from, query.where];
  const from = analyzeFrom(engine, list, outside);
  const whereScope = withFacts(withRanges(outside, from.ranges), from.facts);
  const scope = withFacts(whereScope, provenBy(engine, where, whereScope));
  const settled = settle(engine, from.sources, [...from.restrictions, ...restrictionsOf(where, whereScope)]);
  const read = scope.ranges.get(number) ?? (relation ? relationRange(engine, relation) : unknownRange());
  // A trigger INSTEAD OF the change says itself what RETURNING shows.
  const isPassedOn =
    (command === 'insert' || command === 'update') && relation?.insertMayDrop === false && relation.updateMayDrop === false;
  const written = relation === undefined ? read : writtenRange(engine, relation, read.source, isPassedOn);
  return { query, number, relation, outside, from, scope, settled, read, written };
}

/** What a rule does instead gives the rows, as many as it likes. */
function replacedShape(query: Query): QueryShape {
  const unknown = { value: unknownValue(), entry: undefined, absence: [] };
  return { ...UNKNOWN_SHAPE, columns: query.returning.map(({ name = '', expression }) => ({ name, expression, ...unknown })) };
}

function setsOf({ targets }: Query): number {
  return setsIn(targets.map(({ expression }) => expression));
}

/** `ONCONFLICTEXPR :action`. */
const DO_UPDATE = 2;

function analyzeInsert(engine: Engine, change: Change): Shown {
  const { query, relation, written, from, scope, read } = change;
  const inserted = rowWith(engine, relation, written, query.targets, scope, undefined, isVerbatim(relation, 'insert'));
  const conflict = child(query.node, 'onConflict');
  const mayUpdate = conflict !== undefined && integer(conflict, 'action') === DO_UPDATE;
  const named = mayUpdate ? eitherRow(inserted, updatedInstead(engine, change, conflict, inserted)) : inserted;
  const leavesOut = mayUpdate
    ? child(conflict, 'onConflictWhere') !== undefined || relation?.updateMayDrop === true
    : conflict !== undefined;
  const isOnce = setsOf(query) === 0;
  return {
    // Of a row that is inserted there is none.
    old: absentRow(read),
    new: named,
    named,
    scope,
    atLeastOne: isOnce && from.atLeastOne && relation?.insertMayDrop === false && !leavesOut,
    atMostOne: isOnce && change.settled.all,
    keyed: true,
  };
}

/** The row that was there and is updated instead of an inserted one. */
function updatedInstead(engine: Engine, { number, relation, outside, read, written }: Change, conflict: Node, inserted: Range): Range {
  const ranges = new Map([
    [number, read],
    [integer(conflict, 'exclRelIndex'), inserted],
  ]);
  const whereScope = changed(outside, { ranges });
  const scope = withFacts(whereScope, provenBy(engine, child(conflict, 'onConflictWhere'), whereScope));
  const targets = children(conflict, 'onConflictSet').map(targetOf);
  return rowWith(engine, relation, written, targets, scope, scope.ranges.get(number), isVerbatim(relation, 'update'));
}

function analyzeUpdate(engine: Engine, { query, relation, written, read, scope, settled }: Change): Shown {
  const row = rowWith(engine, relation, written, query.targets, scope, read, isVerbatim(relation, 'update'));
  // A row is changed once, whatever it is joined with.
  return { old: read, new: row, named: row, scope, atLeastOne: false, atMostOne: settled.sources.has(read.source), keyed: true };
}

function analyzeDelete(_engine: Engine, { relation, written, read, scope, settled }: Change): Shown {
  // An INSTEAD OF trigger of a view says itself which row it deleted.
  const row = relation?.kind === 'view' ? written : read;
  const atMostOne = settled.sources.has(read.source);
  return { old: row, new: absentRow(written), named: row, scope, atLeastOne: false, atMostOne, keyed: true };
}

/** `MERGEACTION :matchKind`. */
const MATCH = { matched: 0, bySource: 1, byTarget: 2 } as const;

function analyzeMerge(engine: Engine, { query, number, relation, outside, from, read, written }: Change): Shown {
  const condition = child(query.node, 'mergeJoinCondition');
  const scope = withRanges(outside, joinRanges(from.ranges, new Map([[number, read]])));
  const actions = children(query.node, 'mergeActionList');
  const [kinds, commands] = [new Set(actions.map((action) => integer(action, 'matchKind'))), new Set(actions.map(actionCommand))];
  const bySource = kinds.has(MATCH.bySource);
  // The condition holds for matched rows only; a target without a source row shows NULLs for it.
  const matchedOnly = !bySource && !kinds.has(MATCH.byTarget);
  const facts = matchedOnly ? union(from.facts, provenBy(engine, condition, scope)) : from.facts;
  const others = ruleOut(from.ranges, facts);
  const row = actions.reduce((before, action) => {
    const targets = children(action, 'targetList').map(targetOf);
    return rowWith(engine, relation, before, targets, scope, actionCommand(action) === 'insert' ? undefined : before, false);
  }, written);
  const restrictions = [...from.restrictions, ...restrictionsOf(condition, scope, [read.source])];
  const { all } = settle(engine, [read.source, ...from.sources], restrictions);
  return {
    old: commands.has('insert') ? absentRow(read) : read,
    new: commands.has('delete') ? absentRow(row) : row,
    named: row,
    scope: withRanges(outside, bySource ? makeAbsent(others, absent([])) : others),
    atLeastOne: false,
    atMostOne: !bySource && !from.unbounded && all,
    // A row that is deleted and one that is inserted may have the same key.
    keyed: false,
  };
}

/** A row that is not there for each row that is shown. */
function absentRow(row: Range): Range {
  return absentRange(row, absent([]));
}

function returning(engine: Engine, { query, number, read }: Change, shown: Shown): QueryShape {
  const apart = (row: Range): Range => ({ ...row, source: { ...row.source } });
  const ranges: Ranges = new Map([[number, shown.named]]);
  const versions = { target: number, old: apart(shown.old), new: apart(shown.new) };
  const scope = changed(withRanges(shown.scope, ranges), { versions });
  const columns = query.returning.map((each) => outputColumn(engine, each, scope));
  const { source } = read;
  return {
    columns,
    returnsRows: true,
    atLeastOne: shown.atLeastOne,
    // Each row that is written is shown once, so that the keys of its table hold, but not the statement's conditions, nor a view's.
    atMostOne: (held) => {
      if (shown.atMostOne || !shown.keyed || source.relation?.kind === 'view') return shown.atMostOne;
      const given = held.flatMap((entry) => heldFrom(columns[entry.column - 1]?.expression, scope, entry));
      return settle(engine, [source], [], given).all;
    },
    facts: [],
  };
}
