/** GROUP BY: whether groups hold rows, and what grouping sets replace by NULL. */
import type { Node, SelectStmt } from 'libpg-query';
import { columnName } from '../column-name.js';
import { expressionKey } from '../expression/key.js';
import { integerOf, strings } from '../node.js';
import { cell } from '../reason.js';
import { findColumn, type Namespace, type Scope, type ScopeColumn } from '../scope.js';
import { withReasons } from '../value.js';

export interface Groups {
  readonly grouped: boolean;
  /** Each group holds at least one row. */
  readonly holdRows: boolean;
  /** One row can be in several groups. */
  readonly several: boolean;
  /** What the groups differ in; undefined for grouping sets, and for one group of all rows. */
  readonly keys: readonly Node[] | undefined;
  /** What stands only in some grouping sets. */
  readonly nulled: readonly Node[];
}

/** Reads GROUP BY, with positions and output names replaced by the expressions that they stand for. */
export function readGroups(select: SelectStmt, scope: Scope): Groups {
  const clause = select.groupClause ?? [];
  const plain = clause.filter((node) => !('GroupingSet' in node));
  const sets = clause.filter((node) => 'GroupingSet' in node);
  if (sets.length === 0) {
    const grouped = plain.length > 0;
    const keys = grouped ? plain.map((node) => resolveItem(node, select, scope)) : undefined;
    return { grouped, holdRows: grouped, several: false, keys, nulled: [] };
  }
  const always = new Set(plain.map((node) => expressionKey(resolveItem(node, select, scope), scope)));
  const nulled = sets
    .flatMap(groupingItems)
    .map((node) => resolveItem(node, select, scope))
    .filter((node) => !always.has(expressionKey(node, scope)));
  return {
    grouped: true,
    holdRows: plain.length > 0 || !sets.some(mayBeEmpty),
    several: true,
    keys: undefined,
    nulled,
  };
}

/** Whether the empty set, one group of all rows even if there are none, is among a node's sets. */
function mayBeEmpty(node: Node): boolean {
  if (!('GroupingSet' in node)) return false;
  const { kind, content = [] } = node.GroupingSet;
  return kind === 'GROUPING_SET_SETS' ? content.some(mayBeEmpty) : kind !== 'GROUPING_SET_SIMPLE';
}

function groupingItems(node: Node): readonly Node[] {
  if ('GroupingSet' in node) return (node.GroupingSet.content ?? []).flatMap(groupingItems);
  if ('RowExpr' in node && node.RowExpr.row_format === 'COERCE_IMPLICIT_CAST') return (node.RowExpr.args ?? []).flatMap(groupingItems);
  if ('List' in node) return (node.List.items ?? []).flatMap(groupingItems);
  return [node];
}

/** `GROUP BY 1` and `GROUP BY alias`; a name is first of all an input column's. */
function resolveItem(node: Node, select: SelectStmt, scope: Scope): Node {
  const position = integerOf(node);
  const targets = (select.targetList ?? []).flatMap((target) => ('ResTarget' in target ? [target.ResTarget] : []));
  if (position !== undefined) return targets[position - 1]?.val ?? node;
  if (!('ColumnRef' in node)) return node;
  const path = strings(node.ColumnRef.fields);
  if (path.length !== 1 || findColumn(scope, path)?.kind === 'column') return node;
  return targets.find((target) => columnName(target.name, target.val) === path[0])?.val ?? node;
}

/** The namespace after grouping: columns that some grouping sets leave out can be NULL. */
export function nullGroupColumns(namespace: Namespace, nulled: readonly Node[], scope: Scope): Namespace {
  const columns = new Set<ScopeColumn>();
  for (const node of nulled) {
    const found = 'ColumnRef' in node ? findColumn(scope, strings(node.ColumnRef.fields)) : undefined;
    if (found?.kind === 'column') columns.add(found.column);
  }
  if (columns.size === 0) return namespace;
  const isNulled = (column: ScopeColumn): boolean => [...columns].some((other) => isSameColumn(column, other));
  return namespace.map((item) => ({
    ...item,
    columns: item.columns.map((column) => (isNulled(column) ? { ...column, value: withReasons(column.value, [cell()]) } : column)),
  }));
}

function isSameColumn(a: ScopeColumn, b: ScopeColumn): boolean {
  if (a === b) return true;
  return a.leaf !== undefined && b.leaf !== undefined && a.leaf.source === b.leaf.source && a.leaf.index === b.leaf.index;
}
