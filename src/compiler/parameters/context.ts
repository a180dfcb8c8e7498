/**
 * What surrounds one place of a parameter, as sqlc sees it: the nearest operator, function call, cast,
 * or named item of a list. sqlc looks through COALESCE, CASE, AND, ROW and subqueries.
 */
import type { Catalog } from '../../catalog/index.js';
import { type A_Expr, type ColumnRef, type Node, nodesIn, type Step, strings } from '../parse.js';
import { argumentName } from './function-argument.js';
import { assignedValue, type Assignment, type Occurrence } from './occurrences.js';

export type Context =
  | { readonly kind: 'assigned'; readonly target: Assignment | undefined; readonly name: string | undefined }
  | { readonly kind: 'limit' | 'offset'; readonly name: string }
  | {
      readonly kind: 'operator';
      readonly operator: A_Expr;
      /** The first column on its left side, or else on its right. */
      readonly column: ColumnRef | undefined;
      readonly name: string | undefined;
    }
  | { readonly kind: 'function'; readonly name: string | undefined }
  | { readonly kind: 'cast'; readonly name: undefined }
  /** An item of a select list, or a column of SET that the value reaches through other nodes. */
  | { readonly kind: 'item'; readonly name: string | undefined }
  | { readonly kind: 'none'; readonly name: undefined };

export function contextOf(occurrence: Occurrence, catalog: Catalog): Context {
  const { assigned, path, number } = occurrence;
  if (path.at(-1)?.field === '') {
    return { kind: 'assigned', target: assigned, name: assigned?.column };
  }
  const limit = limitContext(path, number);
  if (limit !== undefined) return { kind: limit, name: limit };
  for (const { node } of [...path].reverse()) {
    if ('A_Expr' in node) {
      const { lexpr, rexpr } = node.A_Expr;
      const column = (lexpr && firstColumn(lexpr)) ?? (rexpr && firstColumn(rexpr));
      return { kind: 'operator', operator: node.A_Expr, column, name: column && strings(column.fields).at(-1) };
    }
    if ('FuncCall' in node) return { kind: 'function', name: argumentName(node.FuncCall, number, catalog) };
    if ('TypeCast' in node) return { kind: 'cast', name: undefined };
    if ('ResTarget' in node) {
      const { val } = node.ResTarget;
      if (val !== undefined && 'MultiAssignRef' in val && !holds(assignedValue(node.ResTarget), occurrence.location)) continue;
      return { kind: 'item', name: node.ResTarget.name };
    }
  }
  return { kind: 'none', name: undefined };
}

/** `limit` or `offset`, where the nearest SELECT that has the clause has this parameter for it, bare. */
function limitContext(path: readonly Step[], number: number): 'limit' | 'offset' | undefined {
  const selects = [...path].reverse().flatMap(({ node }) => ('SelectStmt' in node ? [node.SelectStmt] : []));
  const isParameter = (node: Node | undefined): boolean => node !== undefined && 'ParamRef' in node && node.ParamRef.number === number;
  if (isParameter(selects.find(({ limitOffset }) => limitOffset !== undefined)?.limitOffset)) return 'offset';
  if (isParameter(selects.find(({ limitCount }) => limitCount !== undefined)?.limitCount)) return 'limit';
  return undefined;
}

function holds(node: Node | undefined, location: number): boolean {
  return node !== undefined && [...nodesIn(node)].some((inner) => 'ParamRef' in inner && (inner.ParamRef.location ?? 0) === location);
}

/** The first column that a walk of the tree meets, subqueries included. */
function firstColumn(node: Node): ColumnRef | undefined {
  for (const inner of nodesIn(node)) if ('ColumnRef' in inner) return inner.ColumnRef;
  return undefined;
}
