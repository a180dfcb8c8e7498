/**
 * Whether NULL is a sensible argument.
 *
 * Invariant: a parameter that goes straight into a NOT NULL column allows NULL only if the author says
 * so. Any other parameter allows it if the query tests it for NULL. Otherwise its first place decides,
 * as in sqlc: it is as nullable as the column that it is written to or compared with, and required
 * everywhere else, above all under a cast.
 */
import type { TableColumn } from '../../catalog/index.js';
import { type A_Expr, kindOf, type ParsedStatement, strings } from '../parse.js';
import type { Columns } from './columns.js';
import type { Context } from './context.js';
import type { Place } from './places.js';

/** What one place of a parameter says about it. */
export interface Usage extends Place {
  readonly context: Context;
  /** The column that the value is written to, directly or through COALESCE, CASE and the like. */
  readonly written: TableColumn | undefined;
  /** The column that it is compared with. */
  readonly compared: TableColumn | undefined;
  /** Whether it is a whole value of that column, and not a part or an array of values. */
  readonly sameValue: boolean;
  readonly testedForNull: boolean;
}

export function usageOf(place: Place, columns: Columns, { offset }: ParsedStatement, context: Context): Usage {
  const at = offset(place.location);
  const written = isPassedOn(place) ? columns.written.get(at) : undefined;
  const { operator, column } = context;
  const isCompared = operator && column?.strict && isComparison(operator);
  const holder = place.uncast.at(-1);
  return {
    ...place,
    context,
    written,
    compared: isCompared ? columns.referenced(offset(column.reference.location), at) : undefined,
    sameValue: written !== undefined || (operator !== undefined && comparesValues(operator, place)),
    testedForNull: holder !== undefined && 'NullTest' in holder.node,
  };
}

/**
 * Judges a parameter by all its usages, in sqlc's order. `forced` means that the author wrote
 * `sqlc.narg`.
 */
export function isNullable(usages: readonly Usage[], forced: boolean, columnNullable: (column: TableColumn) => boolean): boolean {
  if (forced) return true;
  const refused = usages.filter(({ written }) => written !== undefined && !columnNullable(written));
  if (refused.some(({ assigned }) => assigned)) return false;
  if (usages.some(({ testedForNull }) => testedForNull)) return true;
  const column = usages[0]?.written ?? usages[0]?.compared;
  return refused.length === 0 && column !== undefined && columnNullable(column);
}

/** Operators whose two sides have one type. */
const EQUALITIES: readonly string[] = ['=', '<>', '<', '>', '<=', '>='];
const COMPARISONS = new Set([...EQUALITIES, ...'~~ ~~* !~~ !~~* ~ ~* !~ !~* @> <@ && @@'.split(' ')]);
/** Those that compare with each item of a list, too. */
const LISTED = /^AEXPR_(?:IN|(?:NOT_)?(?:BETWEEN|BETWEEN_SYM|DISTINCT))$/;

/** A list for ANY or ALL is not a value of the column. */
function isComparison({ kind, name }: A_Expr): boolean {
  return LISTED.test(kind ?? '') || (!/_(?:ANY|ALL|NULLIF)$/.test(kind ?? '') && COMPARISONS.has(strings(name).at(-1) ?? ''));
}

/** A bare column on one side, and the bare parameter, alone or in a list, on the other. */
function comparesValues({ kind, name, lexpr, rexpr }: A_Expr, { path }: Place): boolean {
  const holder = path.at(-1)?.node;
  const isBare = holder !== undefined && ('A_Expr' in holder || 'List' in holder);
  const isEqual = kind === 'AEXPR_OP' && EQUALITIES.includes(strings(name).at(-1) ?? '');
  return isBare && (isEqual || LISTED.test(kind ?? '')) && [lexpr, rexpr].some((side) => side !== undefined && 'ColumnRef' in side);
}

/** An item of a select list or of SET, one of VALUES, one of a MERGE's INSERT. */
const HOLDERS = ['ResTarget', 'List', 'MergeWhenClause'];

/** Nodes that make another value of one, even where PostgreSQL sees no difference. */
const COMPUTING = ['A_ArrayExpr', 'A_Expr', 'CollateClause', 'FuncCall', 'TypeCast'];

/** Whether nothing is computed of the parameter on the way to the item that holds it. */
function isPassedOn({ path }: Place): boolean {
  const item = path.findLastIndex(({ node }) => HOLDERS.includes(kindOf(node)));
  return item >= 0 && !path.slice(item).some(({ node }) => COMPUTING.includes(kindOf(node)));
}
