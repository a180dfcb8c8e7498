/**
 * Whether a statement finds nothing if a parameter is none of the literals that it is compared with.
 *
 * Invariant: a comparison counts only if no row is found without it: not one beside OR, under a negation
 * or in an outer join.
 */
import { type CaseExpr, type Node, nodesIn, operatorSymbol, type SelectStmt, strings, uncast } from '../parse.js';

export function findsNothingElse(statement: Node, number: number): boolean {
  if ('UpdateStmt' in statement) return hasNoRows(statement.UpdateStmt.whereClause, statement.UpdateStmt.fromClause, number);
  if ('DeleteStmt' in statement) return hasNoRows(statement.DeleteStmt.whereClause, statement.DeleteStmt.usingClause, number);
  const select = 'InsertStmt' in statement ? statement.InsertStmt.selectStmt : statement;
  return select !== undefined && 'SelectStmt' in select && isEmpty(select.SelectStmt, number);
}

function isEmpty({ larg, rarg, op, whereClause, fromClause }: SelectStmt, number: number): boolean {
  if (larg === undefined || rarg === undefined) return hasNoRows(whereClause, fromClause, number);
  if (op === 'SETOP_UNION') return isEmpty(larg, number) && isEmpty(rarg, number);
  return isEmpty(larg, number) || (op === 'SETOP_INTERSECT' && isEmpty(rarg, number));
}

function hasNoRows(where: Node | undefined, from: readonly Node[] | undefined, number: number): boolean {
  return demands(where, number) || (from ?? []).some((item) => isItemEmpty(item, number));
}

/** Whether an item of FROM has no rows. */
function isItemEmpty(item: Node, number: number): boolean {
  if ('RangeSubselect' in item) return isSubqueryEmpty(item.RangeSubselect.subquery, number);
  if (!('JoinExpr' in item)) return false;
  const { jointype, larg, rarg, quals } = item.JoinExpr;
  const [left, right] = [larg, rarg].map((side) => side !== undefined && isItemEmpty(side, number));
  switch (jointype) {
    case 'JOIN_INNER':
      return left === true || right === true || demands(quals, number);
    case 'JOIN_LEFT':
      return left === true;
    case 'JOIN_RIGHT':
      return right === true;
    default:
      return left === true && right === true;
  }
}

function isSubqueryEmpty(subquery: Node | undefined, number: number): boolean {
  if (subquery === undefined || !('SelectStmt' in subquery)) return false;
  const { groupClause, targetList = [] } = subquery.SelectStmt;
  // An aggregate over no rows still returns a row.
  const mayAggregate = groupClause === undefined && targetList.some((target) => [...nodesIn(target)].some((node) => 'FuncCall' in node));
  return !mayAggregate && isEmpty(subquery.SelectStmt, number);
}

/** Whether a condition is true only where the parameter equals a literal. */
function demands(condition: Node | undefined, number: number): boolean {
  if (condition === undefined) return false;
  if ('BoolExpr' in condition) {
    const { boolop, args = [] } = condition.BoolExpr;
    if (boolop === 'AND_EXPR') return args.some((arg) => demands(arg, number));
    return boolop === 'OR_EXPR' && args.every((arg) => demands(arg, number));
  }
  if ('CaseExpr' in condition) return isDemandedByCase(condition.CaseExpr, number);
  if ('SubLink' in condition) {
    const { subLinkType, subselect } = condition.SubLink;
    return (subLinkType === 'EXISTS_SUBLINK' || subLinkType === 'ANY_SUBLINK') && isSubqueryEmpty(subselect, number);
  }
  if (!('A_Expr' in condition)) return false;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  if (strings(name).at(-1) !== '=') return false;
  if (kind === 'AEXPR_IN')
    return isParameter(lexpr, number) && rexpr !== undefined && 'List' in rexpr && (rexpr.List.items ?? []).every(isLiteral);
  return kind === 'AEXPR_OP' && ((isParameter(lexpr, number) && isLiteral(rexpr)) || (isParameter(rexpr, number) && isLiteral(lexpr)));
}

/** `CASE WHEN p <> '' THEN … ELSE true END`: the zero value is not among the literals in question. */
function isDemandedByCase({ arg, args = [], defresult }: CaseExpr, number: number): boolean {
  const [when, second] = args;
  if (arg !== undefined || second !== undefined || when === undefined || !('CaseWhen' in when)) return false;
  const { expr, result } = when.CaseWhen;
  const { lexpr, rexpr } = expr && 'A_Expr' in expr ? expr.A_Expr : {};
  const isSwitch = operatorSymbol(expr) === '<>' && isParameter(lexpr, number) && isLiteral(rexpr);
  return (isSwitch || demands(defresult, number)) && demands(result, number);
}

function isParameter(node: Node | undefined, number: number): boolean {
  const bare = uncast(node);
  return bare !== undefined && 'ParamRef' in bare && bare.ParamRef.number === number;
}

function isLiteral(node: Node | undefined): boolean {
  const bare = uncast(node);
  return bare !== undefined && 'A_Const' in bare && bare.A_Const.isnull !== true;
}
