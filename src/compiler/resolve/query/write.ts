/**
 * INSERT, UPDATE, DELETE and MERGE, with what RETURNING shows.
 *
 * Invariant: a condition of the statement holds for the row as it was, not as SET or a trigger made
 * it. Of a written row the table's own constraints are known, and what it is written with.
 */
import type { DeleteStmt, InsertStmt, MergeStmt, Node, OnConflictClause, RangeVar, ReturningClause, UpdateStmt } from 'libpg-query';
import { findRelation, type Relation } from '../../../catalog/index.js';
import { provenBy, type Analyzer, type OutputColumn, type QueryShape } from '../analyzer.js';
import { absent, union, type Reasons } from '../reason.js';
import { createScope, makeAbsent, ruleOut, withFacts, withNamespace, type CteScope, type Namespace, type Scope, type ScopeItem } from '../scope.js';
import { analyzeWith } from './ctes.js';
import { NO_FROM, opaque, single, type FromShape, type Restriction } from './from-shape.js';
import { analyzeFrom } from './from.js';
import { relationItem } from './relation.js';
import { heldColumn, settle } from './rows.js';
import { analyzeTargets } from './targets.js';
import type { HeldToOne } from '../value.js';
import { assignedByInsert, assignedBySet, eitherItem, insertsVerbatim, updatesVerbatim, writtenItem } from './written.js';

interface Target {
  /** The row as it was, and as it is written. */
  readonly read: ScopeItem;
  readonly written: ScopeItem;
  readonly relation: Relation | undefined;
}

function targetOf(analyzer: Analyzer, range: RangeVar | undefined): Target {
  const relation = findRelation(analyzer.catalog, range?.schemaname, range?.relname ?? '');
  const [unknown] = opaque(range?.alias?.aliasname ?? range?.relname).namespace;
  if (relation === undefined || range === undefined) return { read: required(unknown), written: required(unknown), relation: undefined };
  const read = relationItem(analyzer, relation, range);
  const written = relationItem(analyzer, relation, range, { written: true, source: read.source });
  return { read, written, relation };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('a row source without an item');
  return value;
}

export function analyzeInsert(analyzer: Analyzer, insert: InsertStmt, parent: Scope | undefined, outer: CteScope | undefined): QueryShape {
  const ctes = analyzeWith(analyzer, insert.withClause, parent, outer);
  const target = targetOf(analyzer, insert.relation);
  const rows = insert.selectStmt === undefined ? undefined : analyzer.query(insert.selectStmt, parent, ctes);
  const scope = createScope([target.written], parent, ctes);
  const conflict = insert.onConflictClause;
  const inserted = insertedItem(analyzer, target, insert, rows);
  const written = conflict === undefined ? inserted : afterConflict(analyzer, target, conflict, inserted, scope);
  const mayUpdate = conflict?.action === 'ONCONFLICT_UPDATE';
  const mayDrop =
    target.relation?.insertMayDrop !== false ||
    conflict?.action === 'ONCONFLICT_NOTHING' ||
    (mayUpdate && (conflict?.whereClause !== undefined || target.relation.updateMayDrop === true));
  return returning(analyzer, insert.returningClause, scope, [written], {
    old: { item: target.read, reason: mayUpdate ? 'maybe' : 'never' },
    new: { item: written, reason: 'always' },
    atLeastOne: rows?.atLeastOne !== false && !mayDrop,
    atMostOne: rows?.atMostOne !== false,
    keyed: target,
  });
}

/** The row as VALUES, SELECT and the defaults make it. */
function insertedItem(analyzer: Analyzer, target: Target, insert: InsertStmt, rows: QueryShape | undefined): ScopeItem {
  const { relation, written } = target;
  if (relation === undefined || !insertsVerbatim(relation)) return written;
  const assigned = assignedByInsert(analyzer, relation, insert, rows);
  return assigned === undefined ? written : writtenItem(written, relation, assigned, written);
}

/** The row that is inserted, or the one that was there and is updated instead. */
function afterConflict(analyzer: Analyzer, target: Target, conflict: OnConflictClause, inserted: ScopeItem, outside: Scope): ScopeItem {
  const excluded: ScopeItem = { ...inserted, name: 'excluded', schema: undefined, columnsVisible: false };
  const scope = withNamespace(outside, [target.read, excluded]);
  if (conflict.whereClause !== undefined) analyzer.expression(conflict.whereClause, scope);
  const updated = updatedItem(analyzer, target, conflict.targetList, scope, provenBy(analyzer, conflict.whereClause, scope));
  return conflict.action === 'ONCONFLICT_UPDATE' ? eitherItem(inserted, updated) : inserted;
}

/** The row as SET makes it of one for which the facts hold. */
function updatedItem(analyzer: Analyzer, target: Target, targets: readonly Node[] | undefined, scope: Scope, facts: Reasons): ScopeItem {
  visitTargets(analyzer, targets, scope);
  const { relation, written } = target;
  if (relation === undefined || !updatesVerbatim(relation)) return written;
  const assigned = assignedBySet(analyzer, relation, targets, withFacts(scope, facts));
  const [before = target.read] = ruleOut([target.read], facts);
  return writtenItem(written, relation, assigned, before);
}

export function analyzeUpdate(analyzer: Analyzer, update: UpdateStmt, parent: Scope | undefined, outer: CteScope | undefined): QueryShape {
  const ctes = analyzeWith(analyzer, update.withClause, parent, outer);
  const target = targetOf(analyzer, update.relation);
  const joined = joinTarget(analyzer, target, update.fromClause, update.whereClause, createScope([], parent, ctes));
  const written = updatedItem(analyzer, target, update.targetList, joined.scope, joined.facts);
  return returning(analyzer, update.returningClause, joined.scope, [written, ...joined.others], {
    old: { item: joined.target, reason: 'always' },
    new: { item: written, reason: 'always' },
    atLeastOne: false,
    atMostOne: joined.atMostOne,
    keyed: target,
  });
}

export function analyzeDelete(analyzer: Analyzer, remove: DeleteStmt, parent: Scope | undefined, outer: CteScope | undefined): QueryShape {
  const ctes = analyzeWith(analyzer, remove.withClause, parent, outer);
  const target = targetOf(analyzer, remove.relation);
  const joined = joinTarget(analyzer, target, remove.usingClause, remove.whereClause, createScope([], parent, ctes));
  // An INSTEAD OF trigger of a view says itself which row it deleted.
  const shown = target.relation?.kind === 'view' ? target.written : joined.target;
  return returning(analyzer, remove.returningClause, joined.scope, [shown, ...joined.others], {
    old: { item: shown, reason: 'always' },
    new: { item: target.written, reason: 'never' },
    atLeastOne: false,
    atMostOne: joined.atMostOne,
    keyed: target,
  });
}

interface Joined {
  readonly scope: Scope;
  /** The target's row as it was, with what the conditions prove. */
  readonly target: ScopeItem;
  readonly others: Namespace;
  /** Ruled out for every row that is written. */
  readonly facts: Reasons;
  readonly atMostOne: boolean;
}

/** The target joined with FROM or USING, under WHERE. */
function joinTarget(analyzer: Analyzer, target: Target, list: readonly Node[] | undefined, where: Node | undefined, outside: Scope): Joined {
  const from = analyzeFrom(analyzer, list ?? [], outside);
  const namespace = [target.read, ...from.namespace];
  const scope = withNamespace(outside, namespace);
  const facts: Reasons = union(from.facts, provenBy(analyzer, where, scope));
  const [own = target.read, ...others] = ruleOut(namespace, facts);
  const restriction: Restriction[] = where === undefined ? [] : [{ condition: where, scope, only: undefined }];
  const all = joinSources(target, from);
  const { sources } = settle(analyzer, all.sources, [...all.restrictions, ...restriction]);
  return { scope, target: own, others, facts, atMostOne: sources.has(target.read.source) };
}

function joinSources(target: Target, from: FromShape): FromShape {
  const own = single(target.read, false);
  return { ...from, sources: [...own.sources, ...from.sources], restrictions: from.restrictions };
}

export function analyzeMerge(analyzer: Analyzer, merge: MergeStmt, parent: Scope | undefined, outer: CteScope | undefined): QueryShape {
  const ctes = analyzeWith(analyzer, merge.withClause, parent, outer);
  const target = targetOf(analyzer, merge.relation);
  const outside = createScope([], parent, ctes);
  const from = merge.sourceRelation === undefined ? NO_FROM : analyzeFrom(analyzer, [merge.sourceRelation], outside);
  const scope = withNamespace(outside, [target.read, ...from.namespace]);
  const clauses = (merge.mergeWhenClauses ?? []).flatMap((node) => ('MergeWhenClause' in node ? [node.MergeWhenClause] : []));
  for (const clause of clauses) {
    if (clause.condition !== undefined) analyzer.expression(clause.condition, scope);
    visitTargets(analyzer, clause.targetList, scope);
    for (const value of clause.values ?? []) analyzer.expression(value, scope);
  }
  const facts = provenBy(analyzer, merge.joinCondition, scope);
  const kinds = new Set(clauses.map((clause) => clause.matchKind));
  const bySource = kinds.has('MERGE_WHEN_NOT_MATCHED_BY_SOURCE');
  // The condition holds for matched rows only; a target without a source row shows NULLs for it.
  const matchedOnly = !bySource && !kinds.has('MERGE_WHEN_NOT_MATCHED_BY_TARGET');
  const others = bySource
    ? makeAbsent(ruleOut(from.namespace, from.facts), absent([]))
    : ruleOut(from.namespace, matchedOnly ? union(from.facts, facts) : from.facts);
  const commands = new Set(clauses.map((clause) => clause.commandType));
  const restrictions: Restriction[] =
    merge.joinCondition === undefined ? [] : [{ condition: merge.joinCondition, scope, only: [target.read.source] }];
  const fixed = settle(analyzer, [target.read.source, ...from.sources], [...from.restrictions, ...restrictions]).sources;
  return returning(analyzer, merge.returningClause, scope, [...others, target.written], {
    old: { item: target.read, reason: commands.has('CMD_INSERT') ? 'maybe' : 'always' },
    new: { item: target.written, reason: commands.has('CMD_DELETE') ? 'maybe' : 'always' },
    atLeastOne: false,
    atMostOne: !bySource && !from.unbounded && [target.read.source, ...from.sources].every((source) => fixed.has(source)),
    // A row that is deleted and one that is inserted may have the same key.
    keyed: undefined,
  });
}

/** Looks at assigned expressions for the subqueries in them. */
function visitTargets(analyzer: Analyzer, targets: readonly Node[] | undefined, scope: Scope): void {
  for (const node of targets ?? []) {
    if ('ResTarget' in node && node.ResTarget.val !== undefined) analyzer.expression(node.ResTarget.val, scope);
  }
}

interface Version {
  readonly item: ScopeItem;
  /** Whether the row has this version. */
  readonly reason: 'always' | 'maybe' | 'never';
}

interface Returned {
  readonly old: Version;
  readonly new: Version;
  readonly atLeastOne: boolean;
  readonly atMostOne: boolean;
  /** Its keys tell the rows apart. */
  readonly keyed: Target | undefined;
}

/** Each row that is written is shown once, so that the keys of its table hold, but not the statement's conditions. */
function writtenHeldToOne(analyzer: Analyzer, target: Target | undefined, columns: readonly OutputColumn[]): HeldToOne | undefined {
  if (target?.relation === undefined || target.relation.kind === 'view') return undefined;
  const { source } = target.read;
  return (held) => {
    const given = held.flatMap(({ index, nullSafe }) => heldColumn(columns[index]?.column, nullSafe));
    return settle(analyzer, [source], [], given).sources.has(source);
  };
}

function returning(analyzer: Analyzer, clause: ReturningClause | undefined, scope: Scope, shown: Namespace, rows: Returned): QueryShape {
  const common = { facts: [], outerSources: [], volatile: true, atLeastOne: rows.atLeastOne, atMostOne: rows.atMostOne };
  if (clause === undefined) return { ...common, heldToOne: undefined, columns: [], returnsRows: false };
  const names = versionNames(clause, shown);
  const namespace = [...shown, ...versionItem(rows.old, names.old), ...versionItem(rows.new, names.new)];
  const columns = analyzeTargets(analyzer, clause.exprs ?? [], withNamespace(scope, namespace)) ?? [];
  return { ...common, columns, heldToOne: writtenHeldToOne(analyzer, rows.keyed, columns), returnsRows: true };
}

/** `old` and `new`, unless renamed by WITH or hidden by a table of that name. */
function versionNames(clause: ReturningClause, shown: Namespace): { readonly old: string | undefined; readonly new: string | undefined } {
  const name = (option: string, standard: string): string | undefined => {
    for (const node of clause.options ?? []) {
      if ('ReturningOption' in node && node.ReturningOption.option === option) return node.ReturningOption.value;
    }
    return shown.some((item) => item.relationVisible && item.name === standard) ? undefined : standard;
  };
  return { old: name('RETURNING_OPTION_OLD', 'old'), new: name('RETURNING_OPTION_NEW', 'new') };
}

function versionItem(version: Version, name: string | undefined): Namespace {
  if (name === undefined) return [];
  const source = { ...version.item.source };
  const item: ScopeItem = {
    ...version.item,
    source,
    name,
    schema: undefined,
    columnsVisible: false,
    relationVisible: true,
    columns: version.item.columns.map((column, index) => ({ ...column, home: { source, index }, leaf: { source, index } })),
  };
  return version.reason === 'always' ? [item] : makeAbsent([item], absent([]));
}
