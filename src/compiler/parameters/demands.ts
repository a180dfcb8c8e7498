/**
 * Whether a statement finds nothing if a parameter is none of the literals that it is compared with.
 *
 * Invariant: a comparison counts only if no row is found without it: not one beside OR, under a negation
 * or in an outer join.
 */
import { type Node, nodesIn, type SelectStmt } from '../parse.js';

/** Whether a node compares the parameter with literals: true if it equals one of them then, false if none. */
type Compares = (node: Node | undefined) => boolean | undefined;

export function findsNothingElse(statement: Node, compares: Compares): boolean {
  if ('UpdateStmt' in statement) return hasNoRows(statement.UpdateStmt.whereClause, statement.UpdateStmt.fromClause, compares);
  if ('DeleteStmt' in statement) return hasNoRows(statement.DeleteStmt.whereClause, statement.DeleteStmt.usingClause, compares);
  const select = 'InsertStmt' in statement ? statement.InsertStmt.selectStmt : statement;
  return select !== undefined && 'SelectStmt' in select && isEmpty(select.SelectStmt, compares);
}

function isEmpty({ larg, rarg, op, whereClause, fromClause }: SelectStmt, compares: Compares): boolean {
  if (larg === undefined || rarg === undefined) return hasNoRows(whereClause, fromClause, compares);
  const [left, right] = [isEmpty(larg, compares), isEmpty(rarg, compares)];
  return op === 'SETOP_UNION' ? left && right : left || (op === 'SETOP_INTERSECT' && right);
}

function hasNoRows(where: Node | undefined, from: readonly Node[] = [], compares: Compares): boolean {
  return demands(where, compares) || from.some((item) => isItemEmpty(item, compares));
}

/** Whether an item of FROM has no rows. */
function isItemEmpty(item: Node | undefined, compares: Compares): boolean {
  if (item && 'RangeSubselect' in item) return isSubqueryEmpty(item.RangeSubselect.subquery, compares);
  if (!item || !('JoinExpr' in item)) return false;
  const { jointype, larg, rarg, quals } = item.JoinExpr;
  const [left, right] = [isItemEmpty(larg, compares), isItemEmpty(rarg, compares)];
  if (jointype === 'JOIN_INNER') return left || right || demands(quals, compares);
  return (left || jointype === 'JOIN_RIGHT') && (right || jointype === 'JOIN_LEFT');
}

function isSubqueryEmpty(subquery: Node | undefined, compares: Compares): boolean {
  if (subquery === undefined || !('SelectStmt' in subquery)) return false;
  const { groupClause, targetList = [] } = subquery.SelectStmt;
  // An aggregate over no rows still returns a row.
  const mayAggregate = groupClause === undefined && targetList.some((target) => nodesIn(target).some((node) => 'FuncCall' in node));
  return !mayAggregate && isEmpty(subquery.SelectStmt, compares);
}

/** Whether a condition is true only where the parameter equals a literal. */
function demands(condition: Node | undefined, compares: Compares): boolean {
  if (condition && 'BoolExpr' in condition) {
    const { boolop, args = [] } = condition.BoolExpr;
    if (boolop === 'AND_EXPR') return args.some((arg) => demands(arg, compares));
    return boolop === 'OR_EXPR' && args.every((arg) => demands(arg, compares));
  }
  if (condition && 'CaseExpr' in condition) {
    // `CASE WHEN p <> '' THEN … ELSE true END`: the zero value is not among the literals in question.
    const { arg, args: [when, second] = [], defresult } = condition.CaseExpr;
    if (arg !== undefined || second !== undefined || when === undefined || !('CaseWhen' in when)) return false;
    return (compares(when.CaseWhen.expr) === false || demands(defresult, compares)) && demands(when.CaseWhen.result, compares);
  }
  if (condition && 'SubLink' in condition) {
    const { subLinkType, subselect } = condition.SubLink;
    return (subLinkType === 'EXISTS_SUBLINK' || subLinkType === 'ANY_SUBLINK') && isSubqueryEmpty(subselect, compares);
  }
  return compares(condition) === true;
}
