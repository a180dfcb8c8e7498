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
  type HeldToOne,
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
import { isReplaced } from './replaced.js';
import { heldFrom, settle } from './rows.js';
import { outputColumn } from './select.js';
import { assigned, assignedByInsert, eitherRow, insertsVerbatim, updatesVerbatim, writtenAs } from './written.js';

/** The changed table: its row as it was, and as its constraints let it be written. */
interface Changed {
  readonly number: number;
  readonly relation: Relation | undefined;
  readonly read: Range;
  readonly written: Range;
}

export function analyzeWrite(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  const target = changedTable(engine, query);
  const sets = setsIn(query.targets.map(({ expression }) => expression));
  const outside = createScope(createFrame(query, { padded: sets > 1 }), new Map(), parent);
  analyzeEntries(engine, query, outside);
  if (query.returning.length === 0) return { ...UNKNOWN_SHAPE, returnsRows: false };
  if (target.relation !== undefined && isReplaced(engine, target.relation, query.command)) return replacedShape(query);
  switch (query.command) {
    case 'insert':
      return analyzeInsert(engine, query, target, outside, sets);
    case 'update':
      return analyzeUpdate(engine, query, target, outside);
    case 'delete':
      return analyzeDelete(engine, query, target, outside);
    case 'merge':
      return analyzeMerge(engine, query, target, outside);
    default:
      return UNKNOWN_SHAPE;
  }
}

function changedTable(engine: Engine, query: Query): Changed {
  const number = query.resultRelation;
  const relation = engine.catalog.relations.get(query.ranges[number - 1]?.relationOid ?? 0);
  if (relation === undefined) {
    const unknown = unknownRange();
    return { number, relation, read: unknown, written: unknown };
  }
  const read = relationRange(engine, relation);
  // A trigger INSTEAD OF the change says itself what RETURNING shows.
  const passedOn =
    (query.command === 'insert' || query.command === 'update') && !relation.insertMayDrop && relation.updateMayDrop === false;
  return { number, relation, read, written: writtenRange(engine, relation, read.source, passedOn) };
}

/** What a rule does instead gives the rows, as many as it likes. */
function replacedShape(query: Query): QueryShape {
  const columns = query.returning.map(({ name, expression }) => ({
    name: name ?? '',
    value: unknownValue(),
    expression,
    entry: undefined,
    absence: [],
  }));
  return { ...UNKNOWN_SHAPE, columns };
}

/** `ONCONFLICTEXPR :action`. */
const DO_UPDATE = 2;

function analyzeInsert(engine: Engine, query: Query, target: Changed, outside: Scope, sets: number): QueryShape {
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
  const settled = settle(engine, from.sources, from.restrictions).sources;
  return returning(engine, query, withRange(scope, target.number, shown), {
    target: target.number,
    old: { row: target.read, there: mayUpdate ? 'maybe' : 'never' },
    new: { row: shown, there: 'always' },
    atLeastOne: sets === 0 && from.atLeastOne && !mayDrop,
    atMostOne: sets === 0 && from.sources.every((source) => settled.has(source)),
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
  return writtenAs(
    engine,
    written,
    relation,
    assigned(engine, relation, targets, withFacts(scope, facts)),
    before,
    updatesVerbatim(relation),
  );
}

function analyzeUpdate(engine: Engine, query: Query, target: Changed, outside: Scope): QueryShape {
  const joined = joinTarget(engine, query, target, outside);
  const own = { ...target, read: joined.row, written: rebased(target.written, joined.row) };
  const written = updatedRow(engine, own, query.targets, joined.scope, []);
  return returning(engine, query, withRange(joined.scope, target.number, written), {
    target: target.number,
    old: { row: joined.row, there: 'always' },
    new: { row: written, there: 'always' },
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
    old: { row: shown, there: 'always' },
    new: { row: target.written, there: 'never' },
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
  const from = analyzeFrom(
    engine,
    query.from.filter(({ varno }) => varno !== target.number),
    outside,
  );
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
  const fixed = settle(engine, sources, [...from.restrictions, ...restrictions]).sources;
  return returning(engine, query, changed(outside, { ranges: joinRanges(others, new Map([[target.number, written]])) }), {
    target: target.number,
    old: { row: target.read, there: commands.has('insert') ? 'maybe' : 'always' },
    new: { row: written, there: commands.has('delete') ? 'maybe' : 'always' },
    atLeastOne: false,
    atMostOne: !bySource && !from.unbounded && sources.every((source) => fixed.has(source)),
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

interface Version {
  readonly row: Range;
  /** Whether RETURNING OLD or NEW exists for the row. */
  readonly there: 'always' | 'maybe' | 'never';
}

interface Returned {
  readonly target: number;
  readonly old: Version;
  readonly new: Version;
  readonly atLeastOne: boolean;
  readonly atMostOne: boolean;
  /** Its keys tell the rows apart. */
  readonly keyed: Changed | undefined;
}

function returning(engine: Engine, query: Query, scope: Scope, rows: Returned): QueryShape {
  const versions = { target: rows.target, old: versionOf(rows.old), new: versionOf(rows.new) };
  const shown = changed(scope, { versions });
  const columns = query.returning.map((target) => outputColumn(engine, target, shown));
  return {
    columns,
    returnsRows: true,
    atLeastOne: rows.atLeastOne,
    atMostOne: rows.atMostOne,
    heldToOne: writtenHeldToOne(engine, rows.keyed, columns, shown),
    facts: [],
  };
}

function versionOf({ row, there }: Version): Range {
  const apart = { ...row, source: { ...row.source } };
  return there === 'always' ? apart : absentRange(apart, absent([]));
}

/** Each row that is written is shown once, so that the keys of its table hold, but not the statement's conditions. */
function writtenHeldToOne(
  engine: Engine,
  target: Changed | undefined,
  columns: QueryShape['columns'],
  scope: Scope,
): HeldToOne | undefined {
  if (target?.relation === undefined || target.relation.kind === 'view') return undefined;
  const { source } = target.read;
  return (held) => {
    const given = held.flatMap((entry) => heldFrom(columns[entry.column - 1]?.expression, scope, entry));
    return settle(engine, [source], [], given).sources.has(source);
  };
}
