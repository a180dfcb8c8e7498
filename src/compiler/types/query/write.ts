/**
 * INSERT, UPDATE, DELETE and MERGE, with what RETURNING shows.
 *
 * Invariant: a condition of the statement holds for the row as it was, not as SET or a trigger made
 * it. Of a written row the table's own constraints are known, and what it is written with.
 */
import { actionCommand, child, children, integer, targetOf, type Query } from '../../analysis/index.js';
import type { Relation } from '../../../catalog/index.js';
import { provenBy, UNKNOWN_SHAPE, type Engine, type QueryShape } from '../engine.js';
import {
  absentRange,
  changed,
  createFrame,
  createScope,
  joinRanges,
  makeAbsent,
  ruleOut,
  setsIn,
  withFacts,
  type AtMostOne,
  MANY,
  type Scope,
  type Range,
  type Ranges,
} from '../scope.js';
import type { Node } from '../node.js';
import { absent, union, type Reasons } from '../reason.js';
import { unknownValue } from '../value.js';
import { analyzeEntries } from './entries.js';
import { analyzeFrom } from './from.js';
import { restrictionsOf, unknownRange } from './from-shape.js';
import { relationRange, writtenRange } from './range.js';
import { assigned, assignedByInsert, eitherRow, insertsVerbatim, isReplaced, updatesVerbatim, writtenAs } from './written.js';
import { heldFrom, settle } from './rows.js';
import { outputColumn } from './select.js';

/** The changed table: its row as it was, and as its constraints let it be written. */
interface Changed {
  readonly number: number;
  readonly relation: Relation | undefined;
  readonly read: Range;
  readonly written: Range;
}

export function analyzeWrite(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const target = changedTable(engine, query);
  const outside = createScope(createFrame(query, { padded: setsOf(query) > 1 }), new Map(), parent);
  analyzeEntries(engine, query, outside);
  if (query.returning.length === 0) return { ...UNKNOWN_SHAPE, returnsRows: false };
  if (target.relation !== undefined && isReplaced(engine, target.relation, query.command)) return replacedShape(query);
  const analyze = ANALYZERS[query.command];
  return analyze === undefined ? UNKNOWN_SHAPE : analyze(engine, query, target, outside);
}

type Analyzer = (engine: Engine, query: Query, target: Changed, outside: Scope) => QueryShape;

const ANALYZERS: Readonly<Partial<Record<Query['command'], Analyzer>>> = {
  insert: analyzeInsert,
  update: analyzeUpdate,
  delete: analyzeDelete,
  merge: analyzeMerge,
};

function changedTable(engine: Engine, query: Query): Changed {
  const number = query.resultRelation;
  const relation = engine.catalog.relations.get(query.ranges[number - 1]?.relationOid ?? 0);
  const unknown = unknownRange();
  if (relation === undefined) return { number, relation, read: unknown, written: unknown };
  const read = relationRange(engine, relation);
  // A trigger INSTEAD OF the change says itself what RETURNING shows.
  const passedOn =
    (query.command === 'insert' || query.command === 'update') && !relation.insertMayDrop && relation.updateMayDrop === false;
  return { number, relation, read, written: writtenRange(engine, relation, read.source, passedOn) };
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

function analyzeInsert(engine: Engine, query: Query, target: Changed, outside: Scope): QueryShape {
  const sets = setsOf(query);
  const from = analyzeFrom(engine, query.from, outside);
  const scope = withFacts(changed(outside, { ranges: from.ranges }), from.facts);
  const conflict = child(query.node, 'onConflict');
  const inserted = insertedRow(engine, query, target, scope);
  const shown = conflict === undefined ? inserted : afterConflict(engine, target, conflict, inserted, outside);
  const mayUpdate = conflict !== undefined && integer(conflict, 'action') === DO_UPDATE;
  const mayDrop =
    target.relation?.insertMayDrop !== false ||
    (conflict !== undefined && !mayUpdate) ||
    (mayUpdate && (child(conflict, 'onConflictWhere') !== undefined || target.relation.updateMayDrop === true));
  const { all } = settle(engine, from.sources, from.restrictions);
  return returning(engine, query, withRange(scope, target.number, shown), {
    target: target.number,
    // Of a row that is inserted there is none.
    old: absentRow(target.read),
    new: shown,
    atLeastOne: sets === 0 && from.atLeastOne && !mayDrop,
    atMostOne: sets === 0 && all,
    keyed: target,
  });
}

function withRange(scope: Scope, number: number, range: Range): Scope {
  return changed(scope, { ranges: new Map([...scope.ranges, [number, range]]) });
}

/** The row as VALUES, SELECT and the defaults make it. */
function insertedRow(engine: Engine, query: Query, { relation, written }: Changed, scope: Scope): Range {
  if (relation === undefined) return written;
  return writtenAs(engine, written, relation, assignedByInsert(engine, relation, query.targets, scope), written, insertsVerbatim(relation));
}

/** The row that is inserted, or the one that was there and is updated instead. */
function afterConflict(engine: Engine, target: Changed, conflict: Node, inserted: Range, outside: Scope): Range {
  if (integer(conflict, 'action') !== DO_UPDATE) return inserted;
  const ranges: Ranges = new Map([
    [target.number, target.read],
    [integer(conflict, 'exclRelIndex'), inserted],
  ]);
  const scope = changed(outside, { ranges });
  const facts = provenBy(engine, child(conflict, 'onConflictWhere'), scope);
  return eitherRow(inserted, updatedRow(engine, target, children(conflict, 'onConflictSet').map(targetOf), scope, facts));
}

/** The row as SET makes it of one for which the facts hold. */
function updatedRow(
  engine: Engine,
  { relation, read, written, number }: Changed,
  targets: Query['targets'],
  scope: Scope,
  facts: Reasons,
): Range {
  if (relation === undefined) return written;
  const before = ruleOut(new Map([[number, scope.ranges.get(number) ?? read]]), facts).get(number) ?? read;
  const values = assigned(engine, relation, targets, withFacts(scope, facts));
  return writtenAs(engine, written, relation, values, before, updatesVerbatim(relation));
}

function analyzeUpdate(engine: Engine, query: Query, target: Changed, outside: Scope): QueryShape {
  const joined = joinTarget(engine, query, target, outside);
  const own = { ...target, read: joined.row, written: rebased(target.written, joined.row) };
  const written = updatedRow(engine, own, query.targets, joined.scope, []);
  return returning(engine, query, withRange(joined.scope, target.number, written), {
    target: target.number,
    old: joined.row,
    new: written,
    atLeastOne: false,
    atMostOne: joined.atMostOne,
    keyed: own,
  });
}

function analyzeDelete(engine: Engine, query: Query, target: Changed, outside: Scope): QueryShape {
  const joined = joinTarget(engine, query, target, outside);
  // An INSTEAD OF trigger of a view says itself which row it deleted.
  const shown = target.relation?.kind === 'view' ? rebased(target.written, joined.row) : joined.row;
  return returning(engine, query, withRange(joined.scope, target.number, shown), {
    target: target.number,
    old: shown,
    new: absentRow(target.written),
    atLeastOne: false,
    atMostOne: joined.atMostOne,
    keyed: { ...target, read: joined.row },
  });
}

/** The same row source under another one's identity. */
function rebased(range: Range, { source }: Range): Range {
  return { ...range, source };
}

interface Joined {
  readonly scope: Scope;
  /** The target's row as it was, with what the conditions prove. */
  readonly row: Range;
  readonly atMostOne: boolean;
}

/** The target joined with FROM or USING, under WHERE. */
function joinTarget(engine: Engine, query: Query, target: Changed, outside: Scope): Joined {
  const from = analyzeFrom(engine, query.from, outside);
  const whereScope = withFacts(changed(outside, { ranges: from.ranges }), from.facts);
  const scope = withFacts(whereScope, provenBy(engine, query.where, whereScope));
  const row = scope.ranges.get(target.number) ?? target.read;
  const restrictions = restrictionsOf(query.where, whereScope);
  const { sources } = settle(engine, from.sources, [...from.restrictions, ...restrictions]);
  // A row is changed once, whatever it is joined with.
  return { scope, row, atMostOne: sources.has(row.source) };
}

/** `MERGEACTION :matchKind`. */
const MATCH = { matched: 0, bySource: 1, byTarget: 2 } as const;

function analyzeMerge(engine: Engine, query: Query, target: Changed, outside: Scope): QueryShape {
  const sides = query.from.filter(({ varno }) => varno !== target.number);
  const from = analyzeFrom(engine, sides, outside);
  const condition = child(query.node, 'mergeJoinCondition');
  const scope = changed(outside, { ranges: joinRanges(from.ranges, new Map([[target.number, target.read]])) });
  const facts = provenBy(engine, condition, scope);
  const actions = children(query.node, 'mergeActionList');
  const kinds = new Set(actions.map((action) => integer(action, 'matchKind')));
  const bySource = kinds.has(MATCH.bySource);
  // The condition holds for matched rows only; a target without a source row shows NULLs for it.
  const matchedOnly = !bySource && !kinds.has(MATCH.byTarget);
  const others = bySource
    ? makeAbsent(ruleOut(from.ranges, from.facts), absent([]))
    : ruleOut(from.ranges, matchedOnly ? union(from.facts, facts) : from.facts);
  const commands = new Set(actions.map(actionCommand));
  const restrictions = restrictionsOf(condition, scope, [target.read.source]);
  const written = mergedRow(engine, target, actions, scope);
  const sources = [target.read.source, ...from.sources];
  const { all } = settle(engine, sources, [...from.restrictions, ...restrictions]);
  return returning(engine, query, changed(outside, { ranges: joinRanges(others, new Map([[target.number, written]])) }), {
    target: target.number,
    old: commands.has('insert') ? absentRow(target.read) : target.read,
    new: commands.has('delete') ? absentRow(written) : written,
    atLeastOne: false,
    atMostOne: !bySource && !from.unbounded && all,
    // A row that is deleted and one that is inserted may have the same key.
    keyed: undefined,
  });
}

/** The row that one of the actions writes. */
function mergedRow(engine: Engine, { relation, written }: Changed, actions: readonly Node[], scope: Scope): Range {
  if (relation === undefined) return written;
  return actions.reduce((row, action) => {
    const assign = actionCommand(action) === 'insert' ? assignedByInsert : assigned;
    return writtenAs(engine, row, relation, assign(engine, relation, children(action, 'targetList').map(targetOf), scope), row, false);
  }, written);
}

interface Returned {
  readonly target: number;
  readonly atLeastOne: boolean;
  readonly atMostOne: boolean;
  /** What RETURNING shows of the row by these words. */
  readonly old: Range;
  readonly new: Range;
  /** Its keys tell the rows apart. */
  readonly keyed: Changed | undefined;
}

/** A row that is not there for each row that is shown. */
function absentRow(row: Range): Range {
  return absentRange(row, absent([]));
}

function returning(engine: Engine, query: Query, scope: Scope, { target, keyed, atLeastOne, atMostOne, ...rows }: Returned): QueryShape {
  const apart = (row: Range): Range => ({ ...row, source: { ...row.source } });
  const shown = changed(scope, { versions: { target, old: apart(rows.old), new: apart(rows.new) } });
  const columns = query.returning.map((each) => outputColumn(engine, each, shown));
  const isOne = writtenAtMostOne(engine, keyed, columns, shown);
  return { columns, returnsRows: true, atLeastOne, atMostOne: (held) => atMostOne || isOne(held), facts: [] };
}

/** Each row that is written is shown once, so that the keys of its table hold, but not the statement's conditions. */
function writtenAtMostOne(engine: Engine, target: Changed | undefined, columns: QueryShape['columns'], scope: Scope): AtMostOne {
  if (target?.relation === undefined || target.relation.kind === 'view') return MANY;
  const { source } = target.read;
  return (held) => {
    const given = held.flatMap((entry) => heldFrom(columns[entry.column - 1]?.expression, scope, entry));
    return settle(engine, [source], [], given).sources.has(source);
  };
}
