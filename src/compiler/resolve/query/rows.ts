/**
 * Which sources of a FROM list its conditions fix to at most one row.
 *
 * Invariant: a source counts as fixed only where a unique key of it is compared for equality with
 * values that are the same for the whole result, or that come from sources already fixed.
 */
import type { Node } from 'libpg-query';
import type { Relation, UniqueKey } from '../../../catalog/index.js';
import type { Analyzer } from '../analyzer.js';
import { conjuncts, containsNode, items, strings } from '../node.js';
import { findColumn, type Scope, type ScopeColumn } from '../scope.js';
import { TYPE } from '../types.js';
import type { Held, Source, Value } from '../value.js';
import type { Restriction } from './from-shape.js';
import { impliesPredicate } from './predicate.js';

/** One column of a source held to one value. */
interface Fixing extends Held {
  readonly source: Source;
  /** The sources that the value comes from. */
  readonly by: readonly Source[];
}

export interface Settled {
  /** The sources that give at most one row for the whole result. */
  readonly sources: ReadonlySet<Source>;
  /** Whether a column has one value wherever its row is there. */
  isFixed(leaf: { readonly source: Source; readonly index: number }): boolean;
}

/** The fixing of a column that is held from outside. */
export function heldColumn(column: ScopeColumn | undefined, nullSafe: boolean): readonly Fixing[] {
  return column === undefined ? [] : fixColumn(column, undefined, nullSafe);
}

/** What the restrictions settle, and columns that are `given`. */
export function settle(
  analyzer: Analyzer,
  sources: readonly Source[],
  restrictions: readonly Restriction[],
  given: readonly Fixing[] = [],
): Settled {
  const fixed = new Set<Source>();
  if (sources.length === 0) return { sources: fixed, isFixed: () => false };
  const fixings = [...given, ...restrictions.flatMap((restriction) => fixingsOf(analyzer, restriction))];
  const settled = (by: readonly Source[]): boolean => by.every((source) => fixed.has(source) || !sources.includes(source));
  for (let changed = true; changed; ) {
    changed = false;
    for (const source of sources) {
      if (fixed.has(source)) continue;
      const held = fixings.filter((fixing) => fixing.source === source && settled(fixing.by));
      const bounded = source.atMostOne || (held.length > 0 && source.heldToOne?.(held.map(({ index, nullSafe }) => ({ index, nullSafe }))) === true);
      if ((bounded && settled(source.dependsOn)) || isFixedByKey(analyzer, source, held, restrictions)) {
        fixed.add(source);
        changed = true;
      }
    }
  }
  return {
    sources: fixed,
    isFixed: ({ source, index }) =>
      fixed.has(source) || fixings.some((fixing) => fixing.source === source && fixing.index === index && settled(fixing.by)),
  };
}

function isFixedByKey(analyzer: Analyzer, source: Source, held: readonly Fixing[], restrictions: readonly Restriction[]): boolean {
  const { relation } = source;
  if (relation === undefined || held.length === 0) return false;
  return relation.uniqueKeys.some(
    (key) =>
      key.columns.length > 0 &&
      key.columns.every((number) => held.some((fixing) => columnNumber(relation, fixing.index) === number && isExact(relation, key, fixing))) &&
      (key.predicate === undefined || impliesPredicate(analyzer, key.predicate, source, held, restrictions)),
  );
}

function columnNumber(relation: Relation, index: number): number | undefined {
  return relation.columns[index]?.number;
}

function isExact(relation: Relation, key: UniqueKey, fixing: Fixing): boolean {
  return !fixing.nullSafe || key.nullsNotDistinct || relation.columns[fixing.index]?.notNull === true;
}

function fixingsOf(analyzer: Analyzer, restriction: Restriction): readonly Fixing[] {
  const { condition, scope, only } = restriction;
  const all =
    'left' in condition
      ? [...fixColumn(condition.left, condition.right.value, false), ...fixColumn(condition.right, condition.left.value, false)]
      : conjuncts(condition).flatMap((conjunct) => fixingsOfConjunct(analyzer, conjunct, scope));
  return only === undefined ? all : all.filter((fixing) => only.includes(fixing.source));
}

function fixingsOfConjunct(analyzer: Analyzer, node: Node, scope: Scope): readonly Fixing[] {
  if ('ColumnRef' in node) return fixTo(analyzer, node, scope, undefined, false);
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'NOT_EXPR') {
    const [arg] = node.BoolExpr.args ?? [];
    return arg !== undefined && 'ColumnRef' in arg ? fixTo(analyzer, arg, scope, undefined, false) : [];
  }
  if ('NullTest' in node && node.NullTest.nulltesttype === 'IS_NULL') return fixTo(analyzer, node.NullTest.arg, scope, undefined, true);
  if ('BooleanTest' in node && /^IS_(TRUE|FALSE|UNKNOWN)$/.test(node.BooleanTest.booltesttype ?? '')) {
    return fixTo(analyzer, node.BooleanTest.arg, scope, undefined, node.BooleanTest.booltesttype === 'IS_UNKNOWN');
  }
  if (!('A_Expr' in node)) return [];
  const { kind, name, lexpr, rexpr } = node.A_Expr;
  if (strings(name).join('.') !== '=' || lexpr === undefined) return [];
  if (kind === 'AEXPR_OP' || kind === 'AEXPR_NOT_DISTINCT') return equate(analyzer, lexpr, rexpr, scope, kind === 'AEXPR_NOT_DISTINCT');
  const listed = items(rexpr);
  return kind === 'AEXPR_IN' && listed.length === 1 ? equate(analyzer, lexpr, listed[0], scope, false) : [];
}

function equate(analyzer: Analyzer, left: Node, right: Node | undefined, scope: Scope, nullSafe: boolean): readonly Fixing[] {
  if (right === undefined) return [];
  if ('RowExpr' in left && 'RowExpr' in right) {
    const others = right.RowExpr.args ?? [];
    return (left.RowExpr.args ?? []).flatMap((arg, index) => equate(analyzer, arg, others[index], scope, nullSafe));
  }
  return [...fixTo(analyzer, left, scope, right, nullSafe), ...fixTo(analyzer, right, scope, left, nullSafe)];
}

/** `column = other`; `other` is undefined for a constant such as that of a bare boolean. */
function fixTo(analyzer: Analyzer, node: Node | undefined, scope: Scope, other: Node | undefined, nullSafe: boolean): readonly Fixing[] {
  if (node === undefined || !('ColumnRef' in node)) return [];
  const path = strings(node.ColumnRef.fields);
  const found = path.length === (node.ColumnRef.fields ?? []).length ? findColumn(scope, path) : undefined;
  if (found?.kind !== 'column' || found.scope.frame !== scope.frame) return [];
  if (other === undefined) return fixColumn(found.column, undefined, nullSafe);
  // Another collation may hold several keys equal.
  if (containsNode(other, (kind) => kind === 'CollateClause')) return [];
  return fixColumn(found.column, analyzer.expression(other, scope), nullSafe);
}

const FLOATS: ReadonlySet<number> = new Set([TYPE.float4, TYPE.float8]);

function fixColumn(column: ScopeColumn, value: Value | undefined, nullSafe: boolean): readonly Fixing[] {
  if (value?.volatile === true) return [];
  // A float is equal to many numerics and bigints.
  if (value !== undefined && FLOATS.has(value.typeOid) && !FLOATS.has(column.value.typeOid)) return [];
  if (column.leaf !== undefined) return [{ ...column.leaf, by: value?.sources ?? [], nullSafe }];
  if (column.merged === undefined || column.merged.kind === 'both') return [];
  return fixColumn(column.merged.kind === 'left' ? column.merged.left : column.merged.right, value, nullSafe);
}
