/**
 * Whether NULL is a sensible argument.
 *
 * Invariant: a parameter that goes straight into a column that refuses NULL allows it only where
 * the author said so. Apart from that, one that the query itself tests for NULL allows it; else its
 * first place decides, as in sqlc: a column that it is written to or compared with lends it its
 * nullability, and everything else, a cast above all, makes it required.
 */
import type { Catalog } from '../../catalog/index.js';
import type { Node } from '../parse.js';
import { assignedColumn, referencedColumn, type TableColumn } from './columns.js';
import type { Context } from './context.js';
import { columnAt, type Assignment, type Occurrence, type Step } from './occurrences.js';

type OperatorNode = Extract<Node, { A_Expr: unknown }>['A_Expr'];

/** How one place of a parameter bears on it. */
export interface Place {
  readonly occurrence: Occurrence;
  readonly context: Context;
  /** The column that the value is written to, directly or through COALESCE, CASE and the like. */
  readonly written: TableColumn | undefined;
  /** The column that it is compared with. */
  readonly compared: TableColumn | undefined;
  /** Whether the value takes the type of that column, and not that of a part or an array of it. */
  readonly sameValue: boolean;
  readonly testedForNull: boolean;
}

const COMPARISONS = new Set(
  '= <> != < > <= >= ~~ ~~* !~~ !~~* ~ ~* !~ !~* @> <@ && @@ BETWEEN'
    .split(' ')
    .concat('NOT BETWEEN', 'BETWEEN SYMMETRIC', 'NOT BETWEEN SYMMETRIC'),
);

/** Operators whose two sides have one type. */
const EQUALITIES = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);

export function placeOf(occurrence: Occurrence, context: Context, catalog: Catalog): Place {
  const assignment = context.kind === 'assigned' ? context.target : assignedThrough(occurrence.path);
  const written = assignment && assignedColumn(catalog, assignment);
  const compared =
    context.kind === 'operator' &&
    context.column !== undefined &&
    isComparison(context.operator) &&
    reaches(context.operator, context.column)
      ? referencedColumn(catalog, occurrence.path, context.column)
      : undefined;
  return {
    occurrence,
    context,
    written,
    compared,
    sameValue: written !== undefined || (context.kind === 'operator' && comparesValues(context.operator, occurrence)),
    testedForNull: isTestedForNull(occurrence.path),
  };
}

/**
 * Judges a parameter by all its places, of which the first is sqlc's first. `forced` is the
 * author's own word, `sqlc.narg`.
 */
export function isNullable(places: readonly Place[], forced: boolean, columnNullable: (column: TableColumn) => boolean): boolean {
  if (forced) return true;
  const refused = places.filter(({ written }) => written !== undefined && !columnNullable(written));
  if (refused.some(({ context }) => context.kind === 'assigned')) return false;
  if (places.some(({ testedForNull }) => testedForNull)) return true;
  const [first] = places;
  if (first === undefined || refused.length > 0) return false;
  const column = first.written ?? first.compared;
  return column !== undefined && columnNullable(column);
}

function isComparison({ kind, name }: OperatorNode): boolean {
  // A list for ANY or ALL is no value of the column.
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL' || kind === 'AEXPR_NULLIF') return false;
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT') return true;
  const [operator] = (name ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : [])).reverse();
  return operator !== undefined && COMPARISONS.has(operator);
}

/** Whether NULL in the column makes its side of the operator NULL: nothing on the way there replaces it. */
function reaches({ lexpr, rexpr }: OperatorNode, column: object): boolean {
  const inside = (node: Node | undefined): boolean => {
    if (node === undefined) return false;
    if ('ColumnRef' in node) return node.ColumnRef === column;
    if ('FuncCall' in node) return (node.FuncCall.args ?? []).some(inside);
    if ('TypeCast' in node) return inside(node.TypeCast.arg);
    if ('CollateClause' in node) return inside(node.CollateClause.arg);
    if ('RowExpr' in node) return (node.RowExpr.args ?? []).some(inside);
    if ('A_Expr' in node) return inside(node.A_Expr.lexpr) || inside(node.A_Expr.rexpr);
    if ('List' in node) return (node.List.items ?? []).some(inside);
    return false;
  };
  return inside(lexpr) || inside(rexpr);
}

/** A bare column on one side, and the bare parameter, alone or in a list, on the other. */
function comparesValues(operator: OperatorNode, { path }: Occurrence): boolean {
  const { kind, name, lexpr, rexpr } = operator;
  const [symbol] = (name ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  const equal = kind === 'AEXPR_OP' && symbol !== undefined && EQUALITIES.has(symbol);
  const listed = kind === 'AEXPR_IN' || /^AEXPR_(NOT_)?(BETWEEN|DISTINCT)/.test(kind ?? '');
  if (!equal && !listed) return false;
  const holder = path.at(-1)?.node;
  if (holder === undefined || !('A_Expr' in holder || 'List' in holder)) return false;
  return [lexpr, rexpr].some((side) => side !== undefined && 'ColumnRef' in side);
}

/** Nodes through which a value comes unchanged, by the field that it comes through. */
const TRANSPARENT: Readonly<Record<string, readonly string[]>> = {
  CoalesceExpr: ['args'],
  CaseExpr: ['args', 'defresult'],
  CaseWhen: ['result'],
  MinMaxExpr: ['args'],
  RowExpr: ['args'],
  MultiAssignRef: ['source'],
};

/** The column of INSERT, SET or MERGE that a value reaches through transparent nodes. */
function assignedThrough(path: readonly Step[]): Assignment | undefined {
  let at = path.length - 1;
  let row: number | undefined;
  for (; at >= 0; at--) {
    const step = path[at];
    if (step === undefined) return undefined;
    const kind = Object.keys(step.node)[0] ?? '';
    if (TRANSPARENT[kind]?.includes(step.field) !== true) break;
    if (kind === 'RowExpr') row = step.index;
  }
  const [holder, above, top] = [path[at], path[at - 1], path[at - 2]];
  if (holder === undefined || above === undefined) return undefined;
  if ('ResTarget' in holder.node) {
    const { name, val } = holder.node.ResTarget;
    if (val !== undefined && 'MultiAssignRef' in val && (val.MultiAssignRef.colno ?? 0) - 1 !== row) return undefined;
    const relation = setRelation(above, top);
    if (relation !== undefined && name !== undefined) return { relation, column: name };
    return insertedItem(above, top);
  }
  if ('List' in holder.node && 'SelectStmt' in above.node && above.field === 'valuesLists' && top !== undefined) {
    return insertedAt(top, holder.index);
  }
  if ('MergeWhenClause' in holder.node && holder.field === 'values' && 'MergeStmt' in above.node) {
    const { relation } = above.node.MergeStmt;
    const column = holder.index === undefined ? undefined : columnAt(holder.node.MergeWhenClause.targetList, holder.index);
    return relation === undefined || column === undefined ? undefined : { relation, column };
  }
  return undefined;
}

function setRelation(above: Step, top: Step | undefined): Assignment['relation'] | undefined {
  if (above.field !== 'targetList') return undefined;
  if ('UpdateStmt' in above.node) return above.node.UpdateStmt.relation;
  if (top !== undefined && 'OnConflictClause' in above.node && 'InsertStmt' in top.node) return top.node.InsertStmt.relation;
  if (top !== undefined && 'MergeWhenClause' in above.node && 'MergeStmt' in top.node) return top.node.MergeStmt.relation;
  return undefined;
}

/** An item of INSERT … SELECT. */
function insertedItem(above: Step, top: Step | undefined): Assignment | undefined {
  if (!('SelectStmt' in above.node) || above.field !== 'targetList' || top === undefined) return undefined;
  return insertedAt(top, above.index);
}

function insertedAt(insert: Step, index: number | undefined): Assignment | undefined {
  if (!('InsertStmt' in insert.node) || insert.field !== 'selectStmt' || index === undefined) return undefined;
  const { relation, cols } = insert.node.InsertStmt;
  const column = columnAt(cols, index);
  return relation === undefined || column === undefined ? undefined : { relation, column };
}

/** `$1 IS NULL`, also behind a cast. */
function isTestedForNull(path: readonly Step[]): boolean {
  const holder = path.findLast(({ node }) => !('TypeCast' in node));
  return holder !== undefined && 'NullTest' in holder.node;
}
