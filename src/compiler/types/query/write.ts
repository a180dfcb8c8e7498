/**
 * INSERT, UPDATE, DELETE and MERGE, with what RETURNING shows.
 *
 * Invariant: a condition of the statement holds for the row as it was, not as SET or a trigger made
 * it. Of a written row the table's own constraints are known, and what it is written with.
 */
import { actionCommand, child, children, contains, has, integer, mergeActions, overwrites, targetOf } from '../../analysis/index.js';
import type { CommandType, Query } from '../../analysis/index.js';
import { provenBy, UNKNOWN_SHAPE, type Engine, type QueryShape } from '../engine.js';
import { absentRange, changed, createScope, joinRanges, withFacts, withRanges } from '../scope.js';
import type { Range, Scope } from '../scope.js';
import type { Node } from '../node.js';
import { unknownValue } from '../value.js';
import { analyzeEntries } from './entries.js';
import { analyzeRows, type FromShape, joined, single } from './from.js';
import { relationRange } from './range.js';
import { type Change, declaredRow, eitherRow, isReplaced, rowWith } from './written.js';
import { heldOutputs, settle, type Settled } from './rows.js';
import { outputColumn } from './select.js';

/** A statement that changes a table, and the rows that it reads. */
interface Statement extends Change {
  readonly outside: Scope;
  /** FROM, USING, or the rows of an INSERT. */
  readonly from: FromShape;
  /** Which of those are one row at most. */
  readonly settled: Settled;
  /** Where WHERE is met. */
  readonly scope: Scope;
  /** The table's row as it was, with what the conditions prove. */
  readonly read: Range;
}

/** What RETURNING shows. */
interface Shown {
  /** The rows that it may be by the table's name alone, for each thing that may be done. */
  readonly rows: readonly Range[];
  /** The row as it was. */
  readonly before: Range;
  /** What else it can refer to. */
  readonly scope: Scope;
  readonly atLeastOne: boolean;
  readonly atMostOne: boolean;
}

type Analyzer = (statement: Statement) => Partial<Shown> & Pick<Shown, 'rows'>;

const ANALYZERS: Readonly<Partial<Record<CommandType, Analyzer>>> = {
  insert: analyzeInsert,
  update: (statement) => ({ rows: [rowWith(statement, statement.query.targets, statement.scope, statement.read)] }),
  delete: ({ relation, declared, read }) => {
    // An INSTEAD OF trigger of a view says itself which row it deleted.
    const row = relation.kind === 'view' ? declared : read;
    return { rows: [row], before: row };
  },
  merge: analyzeMerge,
};

export function analyzeWrite(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const { command, returning, resultRelation } = query;
  const analyze = ANALYZERS[command];
  if (analyze === undefined || returning.length === 0) return { ...UNKNOWN_SHAPE, returnsRows: false };
  const relation = engine.catalog.relations.get(query.ranges[resultRelation - 1]?.relationOid ?? 0);
  if (relation === undefined || isReplaced(engine, relation, command)) {
    // What a rule does instead gives the rows, as many as it likes.
    return { ...UNKNOWN_SHAPE, columns: returning.map(({ name = '' }) => ({ ...unknownValue(), name })) };
  }
  const outside = createScope(query, parent);
  analyzeEntries(engine, query, outside);
  const { from, rows: scope } = analyzeRows(engine, outside);
  const settled = settle(engine, from);
  const read = scope.ranges.get(resultRelation) ?? relationRange(engine, relation);
  const declared = declaredRow(engine, relation, read.source, command);
  const statement: Statement = { engine, query, relation, outside, from, settled, scope, read, declared };
  // A row is changed once, whatever it is joined with.
  const atMostOne = settled.sources.has(read.source);
  return returningShape(statement, { before: read, scope, atLeastOne: false, atMostOne, ...analyze(statement) });
}

function analyzeInsert(statement: Statement): ReturnType<Analyzer> {
  const { engine, query, relation, outside, from, settled, scope, read } = statement;
  const inserted = rowWith(statement, query.targets, scope);
  const conflict = child(query.node, 'onConflict');
  const isOnce = scope.frame.sets === 0;
  const atMostOne = isOnce && settled.all;
  const atLeastOne = isOnce && from.atLeastOne && !relation.insertMayDrop;
  if (conflict === undefined) return { rows: [inserted], atLeastOne, atMostOne };
  if (!overwrites(query)) return { rows: [inserted], atMostOne };
  // The row that was there is updated instead of the inserted one.
  const condition = child(conflict, 'onConflictWhere');
  const ranges = new Map([[query.resultRelation, read]]).set(integer(conflict, 'exclRelIndex'), inserted);
  const met = changed(outside, { ranges });
  const there = withFacts(met, provenBy(engine, condition, met));
  const updated = rowWith(statement, children(conflict, 'onConflictSet').map(targetOf), there, there.ranges.get(query.resultRelation));
  // What is written in a WITH can have changed the row by the time that it is read, which then stays as it is.
  const leavesOut = condition !== undefined || relation.updateMayDrop === true || contains(conflict, (node) => has(node, 'ctename'));
  return { rows: [inserted, updated], atLeastOne: atLeastOne && !leavesOut, atMostOne };
}

/** `MERGEACTION :matchKind`. */
const MATCH = { bySource: 1, byTarget: 2 } as const;

function analyzeMerge(statement: Statement): ReturnType<Analyzer> {
  const { engine, query, outside, from, read, declared } = statement;
  const target = query.resultRelation;
  const condition = child(query.node, 'mergeJoinCondition');
  const scope = withRanges(outside, joinRanges(from.ranges, new Map([[target, read]])));
  const actions = mergeActions(query);
  const kinds = new Set(actions.map((action) => integer(action, 'matchKind')));
  const bySource = kinds.has(MATCH.bySource);
  const kind = kinds.has(MATCH.byTarget) ? (bySource ? 'full' : 'right') : bySource ? 'left' : 'inner';
  const side = { varno: target, join: undefined };
  const shape = joined(engine, { kind, condition, left: side, right: side }, single(target, { range: read }), from, scope);
  const written = (action: Node): Range =>
    rowWith(statement, children(action, 'targetList').map(targetOf), scope, actionCommand(action) === 'insert' ? undefined : declared);
  return {
    rows: actions.map(written),
    scope: withRanges(outside, shape.ranges),
    atMostOne: settle(engine, shape).all,
  };
}

function returningShape({ engine, query, read, relation }: Statement, { rows, before, ...shown }: Shown): QueryShape {
  const row = rows.reduce((one, other) => eitherRow(relation, one, other));
  const apart = (range: Range): Range => ({ ...range, source: { ...range.source } });
  const done = query.command === 'merge' ? mergeActions(query).map(actionCommand) : [query.command];
  // Of a row that is inserted there is none from before, and of one that is deleted none after.
  const old = apart(done.includes('insert') ? absentRange(before) : before);
  const versions = [undefined, old, apart(done.includes('delete') ? absentRange(row) : row)];
  const scope = changed(withRanges(shown.scope, new Map([[query.resultRelation, row]])), { versions });
  const columns = query.returning.map((each) => outputColumn(engine, each, scope));
  // Each row that is written is shown once, so that the keys of its table hold, but not the statement's conditions, nor a view's.
  // By a MERGE, a row that is deleted and one that is inserted may have the same key.
  const keyed = query.command !== 'merge' && relation.kind !== 'view';
  const own = { sources: [read.source], restrictions: [] };
  return {
    columns,
    returnsRows: true,
    atLeastOne: shown.atLeastOne,
    atMostOne: (held) => shown.atMostOne || (keyed && settle(engine, own, heldOutputs(columns, scope, held)).all),
    facts: [],
  };
}
