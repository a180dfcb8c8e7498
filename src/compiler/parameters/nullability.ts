/**
 * Whether NULL is a sensible argument.
 *
 * Invariant: a parameter that goes straight into a NOT NULL column allows NULL only if the author says
 * so. Any other parameter allows it if the query tests it for NULL. Otherwise its first place decides,
 * as in sqlc: it is as nullable as the column that it is written to or compared with, and required
 * everywhere else, above all under a cast.
 */
import type { TableColumn } from '../../catalog/index.js';
import { type A_Expr, type Node, type ParsedStatement, type Step, strings } from '../parse.js';
import type { Columns } from './columns.js';
import type { Context } from './context.js';
import { holderIndex, type Occurrence } from './occurrences.js';

/** What one place of a parameter says about it. */
export interface Usage {
  readonly occurrence: Occurrence;
  readonly context: Context;
  /** The column that the value is written to, directly or through COALESCE, CASE and the like. */
  readonly written: TableColumn | undefined;
  /** The column that it is compared with. */
  readonly compared: TableColumn | undefined;
  /** Whether it is a whole value of that column, and not a part or an array of values. */
  readonly sameValue: boolean;
  readonly testedForNull: boolean;
}

const COMPARISONS = new Set(
  '= <> < > <= >= ~~ ~~* !~~ !~~* ~ ~* !~ !~* @> <@ && @@ BETWEEN'
    .split(' ')
    .concat('NOT BETWEEN', 'BETWEEN SYMMETRIC', 'NOT BETWEEN SYMMETRIC'),
);

/** Operators whose two sides have one type. */
const EQUALITIES = new Set(['=', '<>', '<', '>', '<=', '>=']);

export function usageOf(occurrence: Occurrence, context: Context, columns: Columns, { offset }: ParsedStatement): Usage {
  const written = isPassedOn(occurrence) ? columns.written(offset(occurrence.location)) : undefined;
  const compared =
    context.kind === 'operator' &&
    context.column !== undefined &&
    isComparison(context.operator) &&
    reaches(context.operator, context.column)
      ? columns.referenced(offset(context.column.location), offset(occurrence.location))
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
 * Judges a parameter by all its usages, in sqlc's order. `forced` means that the author wrote
 * `sqlc.narg`.
 */
export function isNullable(usages: readonly Usage[], forced: boolean, columnNullable: (column: TableColumn) => boolean): boolean {
  if (forced) return true;
  const refused = usages.filter(({ written }) => written !== undefined && !columnNullable(written));
  if (refused.some(({ context }) => context.kind === 'assigned')) return false;
  if (usages.some(({ testedForNull }) => testedForNull)) return true;
  const [first] = usages;
  if (first === undefined || refused.length > 0) return false;
  const column = first.written ?? first.compared;
  return column !== undefined && columnNullable(column);
}

function isComparison({ kind, name }: A_Expr): boolean {
  // A list for ANY or ALL is not a value of the column.
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL' || kind === 'AEXPR_NULLIF') return false;
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT') return true;
  return COMPARISONS.has(strings(name).at(-1) ?? '');
}

/** Whether NULL in the column makes its side of the operator NULL, because nothing in between replaces it. */
function reaches({ lexpr, rexpr }: A_Expr, column: object): boolean {
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
function comparesValues(operator: A_Expr, { path }: Occurrence): boolean {
  const { kind, name, lexpr, rexpr } = operator;
  const equal = kind === 'AEXPR_OP' && EQUALITIES.has(strings(name).at(-1) ?? '');
  const listed = kind === 'AEXPR_IN' || /^AEXPR_(NOT_)?(BETWEEN|DISTINCT)/.test(kind ?? '');
  if (!equal && !listed) return false;
  const holder = path.at(-1)?.node;
  if (holder === undefined || !('A_Expr' in holder || 'List' in holder)) return false;
  return [lexpr, rexpr].some((side) => side !== undefined && 'ColumnRef' in side);
}

/** Nodes that pass a value on unchanged, with the fields that it comes through. */
const TRANSPARENT: Readonly<Record<string, readonly string[]>> = {
  CoalesceExpr: ['args'],
  CaseExpr: ['args', 'defresult'],
  CaseWhen: ['result'],
  MinMaxExpr: ['args'],
  RowExpr: ['args'],
  MultiAssignRef: ['source'],
};

/** Whether the parameter is a value of INSERT, SET or MERGE, with only transparent nodes in between; a cast is not transparent. */
function isPassedOn({ path, assigned }: Occurrence): boolean {
  if (assigned !== undefined) return true;
  const holder = path.findLast(({ node, field }) => TRANSPARENT[Object.keys(node)[0] ?? '']?.includes(field) !== true);
  return holder !== undefined && HOLDERS.has(Object.keys(holder.node)[0] ?? '');
}

/** An item of a select list or of SET, one of VALUES, one of a MERGE's INSERT. */
const HOLDERS: ReadonlySet<string> = new Set(['ResTarget', 'List', 'MergeWhenClause']);

/** `$1 IS NULL`, also behind a cast. */
function isTestedForNull(path: readonly Step[]): boolean {
  const holder = path[holderIndex(path)];
  return holder !== undefined && 'NullTest' in holder.node;
}
