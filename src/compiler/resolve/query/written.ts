/**
 * The row that a statement writes, followed from its expressions into its columns.
 *
 * Invariant: a value is followed only where nothing changes it on its way: no BEFORE trigger, no
 * rule, no foreign server. Everywhere else only the table's own constraints are known.
 */
import type { InsertStmt, Node, ResTarget } from 'libpg-query';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import { parseStatements } from '../../parse.js';
import type { Analyzer, QueryShape } from '../analyzer.js';
import { castTo } from '../expression/cast.js';
import { union, without } from '../reason.js';
import { createScope, type Scope, type ScopeColumn, type ScopeItem } from '../scope.js';
import { unknownValue, type Value } from '../value.js';

/** By the column's index, what the statement gives it, as the column's type. */
export type Assigned = ReadonlyMap<number, Value>;

/** Whether what an INSERT gives a row is what the row then has. */
export function insertsVerbatim(relation: Relation): boolean {
  return (relation.kind === 'table' || relation.kind === 'partitioned') && !relation.insertMayDrop;
}

/** The same of an UPDATE, which deletes and inserts a row that moves to another partition. */
export function updatesVerbatim(relation: Relation): boolean {
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return false;
  return relation.updateMayDrop === false && (relation.kind === 'table' || !relation.insertMayDrop);
}

/** The values of SET. */
export function assignedBySet(analyzer: Analyzer, relation: Relation, targets: readonly Node[] | undefined, scope: Scope): Assigned {
  const assigned = new Map<number, Value>();
  for (const { name, indirection, val } of resTargets(targets)) {
    const index = indexOf(relation, name);
    const column = relation.columns[index];
    if (column === undefined || val === undefined) continue;
    const source = indirection === undefined ? assignedNode(val) : undefined;
    assigned.set(index, source === undefined ? unknownValue(column.typeOid) : valueFor(analyzer, column, source, () => analyzer.expression(source, scope), scope));
  }
  return assigned;
}

/** What SET gives one column; of `(a, b) = (SELECT …)` that is not told. */
function assignedNode(node: Node): Node | undefined {
  if (!('MultiAssignRef' in node)) return node;
  const { source, colno = 1 } = node.MultiAssignRef;
  return source !== undefined && 'RowExpr' in source ? source.RowExpr.args?.[colno - 1] : undefined;
}

/** The values of VALUES, SELECT or DEFAULT VALUES with those of the columns left out; undefined where they cannot be told. */
export function assignedByInsert(analyzer: Analyzer, relation: Relation, insert: InsertStmt, rows: Pick<QueryShape, 'columns'> | undefined): Assigned | undefined {
  if (rows?.columns.length === 0) return undefined;
  const named = insert.cols === undefined ? undefined : resTargets(insert.cols);
  if (named !== undefined && named.length !== rows?.columns.length) return undefined;
  const scope = createScope([], undefined, undefined);
  const assigned = new Map<number, Value>();
  (rows?.columns ?? []).forEach(({ value, expression }, place) => {
    const target = named?.[place];
    const index = named === undefined ? place : indexOf(relation, target?.name);
    const column = relation.columns[index];
    if (column === undefined) return;
    const whole = target?.indirection === undefined && !assigned.has(index);
    assigned.set(index, whole ? valueFor(analyzer, column, expression, () => value, scope) : unknownValue(column.typeOid));
  });
  relation.columns.forEach((column, index) => {
    if (!assigned.has(index)) assigned.set(index, defaultValue(analyzer, column));
  });
  return assigned;
}

/** The item with what it is written with; a column that is not assigned keeps the value that it has in `otherwise`. */
export function writtenItem(declared: ScopeItem, relation: Relation, assigned: Assigned, otherwise: ScopeItem): ScopeItem {
  const columns = declared.columns.map((column, index): ScopeColumn => {
    // A generated column follows the others.
    if (column.value.reasons.length === 0 || relation.columns[index]?.generated === true) return column;
    const given = assigned.get(index) ?? otherwise.columns[index]?.value;
    return given === undefined ? column : following(column, given);
  });
  return { ...declared, columns };
}

/** The row that an INSERT shows where it may have updated another one instead: either may be it. */
export function eitherItem(inserted: ScopeItem, updated: ScopeItem): ScopeItem {
  const columns = inserted.columns.map((column, index): ScopeColumn => {
    const other = updated.columns[index]?.value;
    if (other === undefined) return column;
    const { value } = column;
    const strictIn = value.strictIn.filter((reason) => other.strictIn.includes(reason));
    return following(column, { ...value, reasons: union(value.reasons, other.reasons), strictIn });
  });
  return { ...inserted, columns };
}

function following(column: ScopeColumn, { reasons, strictIn }: Value): ScopeColumn {
  return { ...column, value: { ...column.value, reasons, strictIn, nullableWhenPresent: reasons.length > 0 } };
}

function valueFor(analyzer: Analyzer, column: CatalogColumn, node: Node | undefined, value: () => Value, scope: Scope): Value {
  if (node !== undefined && 'SetToDefault' in node) return defaultValue(analyzer, column);
  const stored = castTo(analyzer, value(), column.typeOid, column.dimensions);
  return { ...stored, reasons: without(stored.reasons, scope.ruledOut) };
}

/** What a column gets that a statement does not mention. */
function defaultValue(analyzer: Analyzer, column: CatalogColumn): Value {
  const node = column.default === undefined ? undefined : defaultNode(column.default);
  if (node === undefined) return unknownValue(column.typeOid);
  return castTo(analyzer, analyzer.expression(node, createScope([], undefined, undefined)), column.typeOid, column.dimensions);
}

function defaultNode(sql: string): Node | undefined {
  const [statement] = parseStatements(`SELECT ${sql}`);
  const select = statement?.statement;
  const [target] = resTargets(select !== undefined && 'SelectStmt' in select ? select.SelectStmt.targetList : undefined);
  return target?.val;
}

function resTargets(nodes: readonly Node[] | undefined): readonly ResTarget[] {
  return (nodes ?? []).flatMap((node) => ('ResTarget' in node ? [node.ResTarget] : []));
}

function indexOf(relation: Relation, name: string | undefined): number {
  return relation.columns.findIndex((column) => column.name === name);
}
