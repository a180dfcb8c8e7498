/** What a condition keeps only together with a row of a subquery. */
import type { A_Expr, MergeWhenClause, Node, SubLink } from 'libpg-query';
import { conjuncts, functionName } from './tree.js';

/**
 * The subquery without a row of which a condition is never true, and what is compared with it:
 * `EXISTS (…)`, `x IN (…)`, `x = ANY (…)`, `x = (…)` and `x = ANY (ARRAY(…))`.
 */
export function tieIn(condition: Node): readonly [link: SubLink, test: Node | undefined] | undefined {
  if ('SubLink' in condition) {
    const link = condition.SubLink;
    if (link.subLinkType === 'EXISTS_SUBLINK') return [link, undefined];
    return link.subLinkType === 'ANY_SUBLINK' && (link.operName === undefined || isEquals(link.operName)) ? [link, link.testexpr] : undefined;
  }
  if (!('A_Expr' in condition)) return undefined;
  const { kind, name, lexpr, rexpr }: A_Expr = condition.A_Expr;
  if (!isEquals(name)) return undefined;
  if (kind === 'AEXPR_OP_ANY') return sublink(rexpr, 'ARRAY_SUBLINK', lexpr);
  return kind === 'AEXPR_OP' ? (sublink(rexpr, 'EXPR_SUBLINK', lexpr) ?? sublink(lexpr, 'EXPR_SUBLINK', rexpr)) : undefined;
}

function sublink(node: Node | undefined, type: SubLink['subLinkType'], test: Node | undefined): ReturnType<typeof tieIn> {
  if (node !== undefined && 'TypeCast' in node) return sublink(node.TypeCast.arg, type, test);
  return node !== undefined && 'SubLink' in node && node.SubLink.subLinkType === type ? [node.SubLink, test] : undefined;
}

function isEquals(operator: readonly Node[] | undefined): boolean {
  return operator?.length === 1 && functionName(operator).name === '=';
}

/** The conjuncts of the inner joins of a FROM entry that every row of it satisfies. */
export function innerConditions(from: Node): readonly Node[] {
  if (!('JoinExpr' in from)) return [];
  const { jointype, larg, rarg, quals } = from.JoinExpr;
  const kept = { JOIN_INNER: [larg, rarg], JOIN_LEFT: [larg], JOIN_RIGHT: [rarg] }[String(jointype)] ?? [];
  return [...(jointype === 'JOIN_INNER' ? conjuncts(quals) : []), ...kept.flatMap((side) => (side ? innerConditions(side) : []))];
}

/** Whether a WHEN clause of a MERGE acts only where a row of the source has met one of the target. */
export function needsBothRows(clause: Node): boolean {
  if (!('MergeWhenClause' in clause)) return false;
  const { matchKind, commandType }: MergeWhenClause = clause.MergeWhenClause;
  return matchKind === 'MERGE_WHEN_MATCHED' || commandType === 'CMD_NOTHING';
}
