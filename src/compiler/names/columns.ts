/**
 * The names of result columns, as sqlc gives them.
 *
 * Invariant: there is one name for each described column. An item with an alias is named by it. Items for
 * which sqlc has no name are `column_N`, by place in the list, where an embed counts as one place.
 */
import { changeIn, type Node, type ParsedStatement, strings } from '../parse.js';

export interface ColumnNamesInput {
  readonly statement: ParsedStatement;
  /** The columns' names as PostgreSQL gives them, in order. */
  readonly described: readonly string[];
  /**
   * For each described column an identifier of the star in the select list that it comes from, or
   * undefined if it is an item of its own. Empty if nothing is known about stars.
   */
  readonly stars: readonly (number | undefined)[];
  /** The stars that are embeds. */
  readonly embeds: ReadonlySet<number>;
}

/** One name for each described column, before duplicates get `_2`. */
export function columnNames({ statement, described, stars, embeds }: ColumnNamesInput): string[] {
  const targets = outputTargets(statement.statement);
  const origins = stars.length === described.length ? stars : alignStars(targets, described.length);
  let next = 0;
  let place = 0;
  let previous: number | undefined;
  return described.map((name, index) => {
    const star = origins[index];
    if (star !== undefined) {
      if (star !== previous) {
        next =
          Math.max(
            next,
            targets.findIndex((target, at) => at >= next && isStar(target)),
          ) + 1;
        place++;
      } else if (!embeds.has(star)) {
        place++;
      }
      previous = star;
      return name;
    }
    previous = undefined;
    // A star over a relation without columns adds none.
    while (next < targets.length && isStar(targets[next])) next++;
    const target = targets[next++];
    place++;
    return (target === undefined ? name : targetName(target, name)) ?? `column_${place}`;
  });
}

/**
 * For when nothing is known about stars: items before the first star are counted from the left, items
 * after the last from the right, and all in between are taken for columns of a star.
 */
function alignStars(targets: readonly Node[], count: number): readonly (number | undefined)[] {
  const first = targets.findIndex(isStar);
  if (first < 0) return new Array<undefined>(count).fill(undefined);
  const behind = targets.length - 1 - targets.findLastIndex(isStar);
  return Array.from({ length: count }, (_, index) => (index < first || index >= count - behind ? undefined : 0));
}

/** The list that the columns come from: RETURNING, or the select list of the left-most arm. */
function outputTargets(node: Node): readonly Node[] {
  if ('SelectStmt' in node) {
    let select = node.SelectStmt;
    while (select.larg !== undefined) select = select.larg;
    return select.targetList ?? [];
  }
  return changeIn(node)?.returning ?? [];
}

function isStar(target: Node | undefined): boolean {
  if (target === undefined || !('ResTarget' in target)) return false;
  const { val } = target.ResTarget;
  if (val === undefined) return false;
  const path = 'ColumnRef' in val ? val.ColumnRef.fields : 'A_Indirection' in val ? val.A_Indirection.indirection : undefined;
  const last = path?.at(-1);
  return last !== undefined && 'A_Star' in last;
}

function targetName(target: Node, described: string): string | undefined {
  if (!('ResTarget' in target)) return described;
  const { name, val } = target.ResTarget;
  return name ?? (val === undefined ? undefined : expressionName(val, described));
}

/** sqlc's name for an item without an alias, if it has one. */
function expressionName(node: Node, described: string): string | undefined {
  if ('ColumnRef' in node) return referenceParts(node).at(-1) ?? described;
  if ('TypeCast' in node) return node.TypeCast.arg && castName(node.TypeCast.arg);
  if ('CaseExpr' in node) {
    const { defresult } = node.CaseExpr;
    return defresult && 'TypeCast' in defresult ? defresult.TypeCast.arg && castName(defresult.TypeCast.arg) : undefined;
  }
  if ('CoalesceExpr' in node) {
    const column = node.CoalesceExpr.args?.find((arg) => 'ColumnRef' in arg);
    return (column && referenceParts(column).at(-1)) ?? 'coalesce';
  }
  if ('FuncCall' in node) return strings(node.FuncCall.funcname).at(-1);
  if ('MergeSupportFunc' in node) return 'merge_action';
  if ('BoolExpr' in node) {
    const [only] = node.BoolExpr.args ?? [];
    const negated = node.BoolExpr.boolop === 'NOT_EXPR' && only !== undefined && 'SubLink' in only;
    return negated && only.SubLink.subLinkType === 'EXISTS_SUBLINK' ? 'not_exists' : undefined;
  }
  if ('SubLink' in node) {
    const { subLinkType, subselect } = node.SubLink;
    // sqlc calls every other subquery by the same name, ARRAY(SELECT …) and IN (SELECT …) too.
    if (subLinkType !== 'EXPR_SUBLINK') return 'exists';
    const first = subselect && outputTargets(subselect)[0];
    return first === undefined || isStar(first) ? described : targetName(first, described);
  }
  return undefined;
}

/** `t_c` for `t.c::T`. */
function castName(operand: Node): string | undefined {
  const parts = referenceParts(operand);
  return parts.length === 0 ? undefined : parts.join('_');
}

function referenceParts(node: Node): readonly string[] {
  return 'ColumnRef' in node ? strings(node.ColumnRef.fields) : [];
}
