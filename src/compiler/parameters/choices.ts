/**
 * The values that a text parameter may have: the labels of an enum that it is cast to and string
 * literals that it is compared with, or such literals alone.
 *
 * Invariant: any value that is not listed makes the query fail or find nothing, so the list keeps no
 * branch of the statement out of reach.
 */
import type { Catalog, PgType } from '../../catalog/index.js';
import { type Node, nodesIn, parameterNumber, strings, uncast } from '../parse.js';
import { isZero } from './defaults.js';
import { literalOf, type Literal } from './literals.js';
import type { Place } from './places.js';

/** The enum, or array of one, among the types that a parameter is cast to; undefined where there are two. */
export function castEnum({ types }: Catalog, casts: readonly PgType[] = []): PgType | undefined {
  const [only, second] = new Set(casts.filter((type) => type.kind === 'enum' || types.get(type.elementOid)?.kind === 'enum'));
  return second === undefined ? only : undefined;
}

/** How many dimensions its casts have: two in `@x::text[][]`. */
export function castDimensions(places: readonly Place[]): number {
  const casts = places.flatMap(({ path, uncast }) => path.slice(uncast.length));
  return Math.max(0, ...casts.map(({ node }) => ('TypeCast' in node ? (node.TypeCast.typeName?.arrayBounds?.length ?? 0) : 0)));
}

/**
 * The literals that the parameter is compared with, in their order, where it is used for nothing
 * else: equality in a condition made of AND and OR, so that any other value finds nothing. The zero
 * value that stands for an omitted parameter is not among them.
 */
export function comparedLiterals(statement: Node, places: readonly Place[], omitted: string | undefined): readonly string[] | undefined {
  const found = new Set<string>();
  for (const place of places) {
    const { equality, literals } = comparisonOf(place.uncast.at(-1)?.node, place.number) ?? {};
    const isSwitch = omitted !== undefined && literals?.every((literal) => literal.text === omitted && isZero(literal));
    if (isSwitch === true) continue;
    if (!literals || equality !== true) return undefined;
    for (const { text } of literals) found.add(text);
  }
  const [first] = places;
  if (!first || !fails(statement, first.number)) return undefined;
  // A single literal is a switch: any other value turns it off.
  return found.size >= 2 || (found.size === 1 && omitted !== undefined) ? [...found] : undefined;
}

/**
 * The literals that a parameter is compared with and that are no labels of the enum that it is cast to:
 * words that only this query knows.
 */
export function literalsBeside(type: PgType, places: readonly Place[], omitted: string | undefined): readonly string[] | undefined {
  if (type.kind !== 'enum') return undefined;
  const found = new Set(
    places.flatMap((place) => comparisonOf(place.uncast.at(-1)?.node, place.number)?.literals ?? []).map(({ text }) => text),
  );
  for (const known of ['', omitted ?? '', ...type.labels]) found.delete(known);
  return found.size === 0 ? undefined : [...found];
}

/**
 * What a node is, where it compares a parameter with string literals alone: `equality` says whether the parameter
 * equals one of them where the comparison is true, or none.
 */
function comparisonOf(
  node: Node | undefined,
  number: number,
): { readonly equality: boolean; readonly literals: readonly Literal[] } | undefined {
  const { kind, name, lexpr, rexpr } = node && 'A_Expr' in node ? node.A_Expr : {};
  const symbol = strings(name).at(-1);
  if ((kind !== 'AEXPR_OP' && kind !== 'AEXPR_IN') || (symbol !== '=' && symbol !== '<>')) return undefined;
  const isParameter = (side: Node | undefined): boolean => parameterNumber(uncast(side)) === number;
  const other = isParameter(lexpr) ? rexpr : isParameter(rexpr) ? lexpr : undefined;
  const items = kind === 'AEXPR_IN' && other && 'List' in other ? (other.List.items ?? []) : [other];
  const literals = items.flatMap((item) => literalOf(item) ?? []).filter(({ isString }) => isString);
  return literals.length > 0 && literals.length === items.length ? { equality: symbol === '=', literals } : undefined;
}

/**
 * Whether a condition is not true, and a statement or an item of FROM gives no row, where the parameter is none of the literals
 * that it is compared with. A comparison counts only if no row is found without it: not beside OR, under NOT or in an outer join.
 */
function fails(node: Node | undefined, number: number): boolean {
  const fail = (each: Node | undefined): boolean => fails(each, number);
  if (node === undefined) return false;
  if ('InsertStmt' in node) return fail(node.InsertStmt.selectStmt);
  if ('UpdateStmt' in node) return [node.UpdateStmt.whereClause, ...(node.UpdateStmt.fromClause ?? [])].some(fail);
  if ('DeleteStmt' in node) return [node.DeleteStmt.whereClause, ...(node.DeleteStmt.usingClause ?? [])].some(fail);
  if ('SelectStmt' in node) {
    const { larg, rarg, op, whereClause, fromClause = [] } = node.SelectStmt;
    if (!larg || !rarg) return [whereClause, ...fromClause].some(fail);
    return fail({ SelectStmt: larg }) && (op === 'SETOP_EXCEPT' || fail({ SelectStmt: rarg }));
  }
  if ('RangeSubselect' in node) return !mayAggregate(node.RangeSubselect.subquery) && fail(node.RangeSubselect.subquery);
  if ('SubLink' in node && !/^(?:EXISTS|ANY)_SUBLINK$/.test(node.SubLink.subLinkType ?? '')) return false;
  if ('SubLink' in node) return !mayAggregate(node.SubLink.subselect) && fail(node.SubLink.subselect);
  if ('JoinExpr' in node) {
    const { jointype, larg, rarg, quals } = node.JoinExpr;
    if (jointype === 'JOIN_INNER') return [larg, rarg, quals].some(fail);
    return (fail(larg) || jointype === 'JOIN_RIGHT') && (fail(rarg) || jointype === 'JOIN_LEFT');
  }
  if ('BoolExpr' in node) {
    const { boolop, args = [] } = node.BoolExpr;
    return boolop === 'AND_EXPR' ? args.some(fail) : boolop === 'OR_EXPR' && args.every(fail);
  }
  if ('CaseExpr' in node) {
    // `CASE WHEN p <> '' THEN … ELSE true END`: the zero value is not among the literals in question.
    const { arg, args: [when, second] = [], defresult } = node.CaseExpr;
    if (arg !== undefined || second !== undefined || when === undefined || !('CaseWhen' in when)) return false;
    return (comparisonOf(when.CaseWhen.expr, number)?.equality === false || fail(defresult)) && fail(when.CaseWhen.result);
  }
  return comparisonOf(node, number)?.equality === true;
}

/** An aggregate over no rows still returns a row. */
function mayAggregate(subquery: Node | undefined): boolean {
  const { groupClause, targetList = [] } = subquery && 'SelectStmt' in subquery ? subquery.SelectStmt : {};
  return groupClause === undefined && targetList.flatMap(nodesIn).some((node) => 'FuncCall' in node);
}
