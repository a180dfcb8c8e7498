/**
 * The names of result columns, as sqlc gives them.
 *
 * Invariant: there is one name for each column of the result. An item with an alias is named by it. Items for
 * which sqlc has no name are `column_N`, by place in the list, where an embed counts as one place. Beside
 * stars of which nothing is known, PostgreSQL's own names stay.
 */
import { changeIn, type Node, type ParsedStatement, selectArms, strings } from '../parse.js';

export interface NamedColumn {
  /** As PostgreSQL names it. */
  readonly name: string;
  /** The star of the list that it comes from; undefined for an item of its own, and where nothing is known about stars. */
  readonly star: number | undefined;
  readonly embedded: boolean;
}

/** One name for each column of the result, before duplicates get `_2`. */
export function columnNames(statement: ParsedStatement, columns: readonly NamedColumn[]): readonly string[] {
  const targets = outputTargets(statement.statement);
  if (targets.some(isStar) && columns.every(({ star }) => star === undefined)) return columns.map(({ name }) => name);
  let at = -1;
  let place = 0;
  return columns.map(({ name, star, embedded }, index) => {
    const isFurther = star !== undefined && star === columns[index - 1]?.star;
    // A star over a relation without columns adds none.
    if (!isFurther) {
      const next = targets.findIndex((target, candidate) => candidate > at && isStar(target) === (star !== undefined));
      at = next < 0 ? targets.length : next;
    }
    if (!isFurther || !embedded) place++;
    const target = targets[at];
    return star === undefined && target ? (targetName(target, name) ?? `column_${place}`) : name;
  });
}

/** The list that the columns come from: RETURNING, or the select list of the left-most arm. */
function outputTargets(node: Node): readonly Node[] {
  return changeIn(node)?.change.returningClause?.exprs ?? selectArms(node)[0]?.targetList ?? [];
}

function isStar(target: Node): boolean {
  const val = 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (val === undefined) return false;
  const path = 'ColumnRef' in val ? val.ColumnRef.fields : 'A_Indirection' in val ? val.A_Indirection.indirection : undefined;
  const last = path?.at(-1);
  return last !== undefined && 'A_Star' in last;
}

function targetName(target: Node, described: string): string | undefined {
  if (!('ResTarget' in target)) return described;
  const { name, val } = target.ResTarget;
  return name ?? (val && expressionName(val, described));
}

/** sqlc's name for an item without an alias, if it has one. */
function expressionName(node: Node, described: string): string | undefined {
  if ('ColumnRef' in node) return strings(node.ColumnRef.fields).at(-1) ?? described;
  if ('TypeCast' in node) return castName(node);
  if ('CaseExpr' in node) return castName(node.CaseExpr.defresult);
  if ('CoalesceExpr' in node) {
    const column = node.CoalesceExpr.args?.find((arg) => 'ColumnRef' in arg);
    return (column && strings(column.ColumnRef.fields).at(-1)) ?? 'coalesce';
  }
  if ('FuncCall' in node) return strings(node.FuncCall.funcname).at(-1);
  if ('MergeSupportFunc' in node) return 'merge_action';
  if ('BoolExpr' in node) {
    const [only] = node.BoolExpr.args ?? [];
    const negated = node.BoolExpr.boolop === 'NOT_EXPR' && only !== undefined && 'SubLink' in only;
    return negated && only.SubLink.subLinkType === 'EXISTS_SUBLINK' ? 'not_exists' : undefined;
  }
  if (!('SubLink' in node)) return undefined;
  const { subLinkType, subselect } = node.SubLink;
  // sqlc calls every other subquery by the same name, ARRAY(SELECT …) and IN (SELECT …) too.
  if (subLinkType !== 'EXPR_SUBLINK') return 'exists';
  const first = subselect && outputTargets(subselect)[0];
  return first === undefined || isStar(first) ? described : targetName(first, described);
}

/** `t_c` for `t.c::T`; nothing else that is cast has a name. */
function castName(node: Node | undefined): string | undefined {
  const arg = node && 'TypeCast' in node ? node.TypeCast.arg : undefined;
  return arg && 'ColumnRef' in arg ? strings(arg.ColumnRef.fields).join('_') : undefined;
}
