/**
 * Whether a statement finds nothing where a parameter is none of the literals that it is compared with.
 *
 * Invariant: true is said only where a comparison must hold for any row at all: one that a sibling
 * arm of OR, an outer join or a negation makes dispensable does not count.
 */
import { strings, type Node } from '../parse.js';

type SelectStmt = Extract<Node, { SelectStmt: unknown }>['SelectStmt'];

export function findsNothingElse(statement: Node, number: number): boolean {
  if ('SelectStmt' in statement) return isEmpty(statement.SelectStmt, number);
  if ('UpdateStmt' in statement) {
    const { whereClause, fromClause } = statement.UpdateStmt;
    return demands(whereClause, number) || (fromClause ?? []).some((item) => demandedInFrom(item, number));
  }
  if ('DeleteStmt' in statement) {
    const { whereClause, usingClause } = statement.DeleteStmt;
    return demands(whereClause, number) || (usingClause ?? []).some((item) => demandedInFrom(item, number));
  }
  if ('InsertStmt' in statement) {
    const { selectStmt } = statement.InsertStmt;
    return selectStmt !== undefined && 'SelectStmt' in selectStmt && isEmpty(selectStmt.SelectStmt, number);
  }
  return false;
}

function isEmpty(select: SelectStmt, number: number): boolean {
  const { larg, rarg, op, whereClause, fromClause } = select;
  if (larg !== undefined && rarg !== undefined) {
    if (op === 'SETOP_UNION') return isEmpty(larg, number) && isEmpty(rarg, number);
    return isEmpty(larg, number) || (op === 'SETOP_INTERSECT' && isEmpty(rarg, number));
  }
  return demands(whereClause, number) || (fromClause ?? []).some((item) => demandedInFrom(item, number));
}

/** Whether an item of FROM has no rows. */
function demandedInFrom(item: Node, number: number): boolean {
  if ('RangeSubselect' in item) {
    const { subquery } = item.RangeSubselect;
    return subquery !== undefined && 'SelectStmt' in subquery && !isGrouped(subquery.SelectStmt) && isEmpty(subquery.SelectStmt, number);
  }
  if (!('JoinExpr' in item)) return false;
  const { jointype, larg, rarg, quals } = item.JoinExpr;
  const [left, right] = [larg, rarg].map((side) => side !== undefined && demandedInFrom(side, number));
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

/** One group of no rows is a row. */
function isGrouped({ groupClause, targetList }: SelectStmt): boolean {
  return groupClause === undefined && (targetList ?? []).some((target) => callsAnything(target));
}

function callsAnything(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([kind, inner]: [string, unknown]) => kind === 'FuncCall' || callsAnything(inner));
}

/** Whether a condition is true only where the parameter equals a literal. */
function demands(condition: Node | undefined, number: number): boolean {
  if (condition === undefined) return false;
  if ('BoolExpr' in condition) {
    const { boolop, args = [] } = condition.BoolExpr;
    if (boolop === 'AND_EXPR') return args.some((arg) => demands(arg, number));
    return boolop === 'OR_EXPR' && args.every((arg) => demands(arg, number));
  }
  if ('CaseExpr' in condition) return demandedByCase(condition.CaseExpr, number);
  if ('SubLink' in condition) {
    const { subLinkType, subselect } = condition.SubLink;
    const hasRows = subLinkType === 'EXISTS_SUBLINK' || subLinkType === 'ANY_SUBLINK';
    return (
      hasRows &&
      subselect !== undefined &&
      'SelectStmt' in subselect &&
      !isGrouped(subselect.SelectStmt) &&
      isEmpty(subselect.SelectStmt, number)
    );
  }
  if (!('A_Expr' in condition)) return false;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  if (strings(name).at(-1) !== '=') return false;
  if (kind === 'AEXPR_IN')
    return isParameter(lexpr, number) && rexpr !== undefined && 'List' in rexpr && (rexpr.List.items ?? []).every(isLiteral);
  return kind === 'AEXPR_OP' && ((isParameter(lexpr, number) && isLiteral(rexpr)) || (isParameter(rexpr, number) && isLiteral(lexpr)));
}

/** `CASE WHEN p <> '' THEN … ELSE true END`: the zero value is none of what is asked about here. */
function demandedByCase({ arg, args = [], defresult }: Extract<Node, { CaseExpr: unknown }>['CaseExpr'], number: number): boolean {
  const [when, second] = args;
  if (arg !== undefined || second !== undefined || when === undefined || !('CaseWhen' in when)) return false;
  const { expr, result } = when.CaseWhen;
  const differs = expr !== undefined && 'A_Expr' in expr && expr.A_Expr.kind === 'AEXPR_OP' && strings(expr.A_Expr.name).at(-1) === '<>';
  const isSwitch = differs && isParameter(expr.A_Expr.lexpr, number) && isLiteral(expr.A_Expr.rexpr);
  return (isSwitch || demands(defresult, number)) && demands(result, number);
}

function isParameter(node: Node | undefined, number: number): boolean {
  if (node === undefined) return false;
  if ('TypeCast' in node) return isParameter(node.TypeCast.arg, number);
  return 'ParamRef' in node && node.ParamRef.number === number;
}

function isLiteral(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('TypeCast' in node) return isLiteral(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.isnull !== true;
}
