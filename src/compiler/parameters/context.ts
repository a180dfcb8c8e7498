/**
 * What stands around one place of a parameter, as sqlc sees it: the nearest operator, function
 * call, cast, or item of a list with a name. COALESCE, CASE, AND, ROW and subqueries do not hide
 * what is further out.
 */
import type { Catalog } from '../../catalog/index.js';
import type { Node } from '../parse.js';
import { argumentName } from './function-argument.js';
import { assignedValue, children, type Assignment, type Occurrence, type Step } from './occurrences.js';

type OperatorNode = Extract<Node, { A_Expr: unknown }>['A_Expr'];
type CallNode = Extract<Node, { FuncCall: unknown }>['FuncCall'];
export type ColumnRef = Extract<Node, { ColumnRef: unknown }>['ColumnRef'];

export type Context =
  | { readonly kind: 'assigned'; readonly target: Assignment | undefined; readonly name: string | undefined }
  | { readonly kind: 'limit' | 'offset'; readonly name: string }
  | {
      readonly kind: 'operator';
      readonly operator: OperatorNode;
      /** The first column on its left side, or else on its right. */
      readonly column: ColumnRef | undefined;
      readonly name: string | undefined;
    }
  | { readonly kind: 'function'; readonly call: CallNode; readonly name: string | undefined }
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
      return { kind: 'operator', operator: node.A_Expr, column, name: column && columnParts(column).at(-1) };
    }
    if ('FuncCall' in node) return { kind: 'function', call: node.FuncCall, name: argumentName(node.FuncCall, number, catalog) };
    if ('TypeCast' in node) return { kind: 'cast', name: undefined };
    if ('ResTarget' in node) {
      const { val } = node.ResTarget;
      if (val !== undefined && 'MultiAssignRef' in val && !holds(assignedValue(node.ResTarget), occurrence)) continue;
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

function holds(node: Node | undefined, { location }: Occurrence): boolean {
  if (node === undefined) return false;
  if ('ParamRef' in node) return (node.ParamRef.location ?? 0) === location;
  return children(node).some(({ child }) => holds(child, { number: 0, location, path: [], assigned: undefined }));
}

/** The first column that a walk of the tree meets, subqueries included. */
function firstColumn(node: Node): ColumnRef | undefined {
  if ('ColumnRef' in node) return node.ColumnRef;
  for (const { child } of children(node)) {
    const found = firstColumn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names of a reference: `t` and `c` for `t.c`. */
export function columnParts(column: ColumnRef): string[] {
  return (column.fields ?? []).flatMap((field) => ('String' in field && field.String.sval !== undefined ? [field.String.sval] : []));
}
