/**
 * What surrounds one place of a parameter, as sqlc sees it: the nearest operator, function call, cast,
 * or named item of a list. sqlc looks through COALESCE, CASE, AND, ROW and subqueries.
 */
import type { Catalog, PgFunction } from '../../catalog/index.js';
import { type A_Expr, type ColumnRef, type FuncCall, type Node, nodesIn, type Step, strings } from '../parse.js';
import type { Place } from './places.js';

export interface Context {
  /** An `item` is one of a select list, or a column of SET that the value reaches through other nodes. */
  readonly kind: 'assigned' | 'limit' | 'operator' | 'function' | 'cast' | 'item' | 'none';
  readonly name: string | undefined;
  readonly operator?: A_Expr;
  /** The first column on the left side of the operator, or else on its right. */
  readonly column?: ColumnRef | undefined;
}

export function contextOf({ assigned, path, number }: Place, catalog: Catalog): Context {
  if (assigned) return { kind: 'assigned', name: assigned.column };
  const limit = limitName(path, number);
  if (limit !== undefined) return { kind: 'limit', name: limit };
  for (const [index, { node }] of [...path.entries()].reverse()) {
    if ('A_Expr' in node) {
      const { lexpr, rexpr } = node.A_Expr;
      const column = firstColumn(lexpr) ?? firstColumn(rexpr);
      return { kind: 'operator', operator: node.A_Expr, column, name: column && strings(column.fields).at(-1) };
    }
    if ('FuncCall' in node) return { kind: 'function', name: argumentName(node.FuncCall, number, catalog) };
    if ('TypeCast' in node) return { kind: 'cast', name: undefined };
    if ('ResTarget' in node && isOwnValue(path.slice(index + 1))) return { kind: 'item', name: node.ResTarget.name };
  }
  return { kind: 'none', name: undefined };
}

/** Whether the way leads to the value of the column itself: below each column of `(a, b) = (…)` stands the whole row. */
function isOwnValue([target, row]: readonly Step[]): boolean {
  if (!target || !('MultiAssignRef' in target.node)) return true;
  return row !== undefined && 'RowExpr' in row.node && row.index === (target.node.MultiAssignRef.colno ?? 0) - 1;
}

/** `limit` or `offset`, where the nearest SELECT that has the clause has this parameter for it, bare. */
function limitName(path: readonly Step[], number: number): string | undefined {
  const selects = path.flatMap(({ node }) => ('SelectStmt' in node ? [node.SelectStmt] : []));
  const isParameter = (node: Node | undefined): boolean => node !== undefined && 'ParamRef' in node && node.ParamRef.number === number;
  if (isParameter(selects.findLast(({ limitOffset }) => limitOffset !== undefined)?.limitOffset)) return 'offset';
  return isParameter(selects.findLast(({ limitCount }) => limitCount !== undefined)?.limitCount) ? 'limit' : undefined;
}

/** The first column that a walk of the tree meets, subqueries included. */
function firstColumn(node: Node | undefined): ColumnRef | undefined {
  const found = node && nodesIn(node).find((inner) => 'ColumnRef' in inner);
  return found?.ColumnRef;
}

/**
 * Built-in functions whose arguments got their names in PostgreSQL 16 or later. sqlc's list of functions
 * is older, so that these do not count.
 */
const NAMED_LATER =
  /^(?:regexp_.*|string_agg|jsonb?_object_agg.*|jsonb?_strip_nulls|random|random_normal|array_sort|uuidv7|pg_input_error_info)$/;

/** A name for the parameter `$number` that stands directly, or by name, among a call's arguments. */
function argumentName({ funcname, args = [] }: FuncCall, number: number, catalog: Catalog): string | undefined {
  const names = strings(funcname);
  const name = names.at(-1);
  const position = args.findIndex((argument) => bareNumber(argument) === number);
  const argument = args[position];
  if (name === undefined || argument === undefined) return undefined;
  if ('NamedArgExpr' in argument) return argument.NamedArgExpr.name;
  const found = overload(catalog, names.length > 1 ? names[0] : undefined, name, args.length);
  if (found === undefined || (found.builtin && NAMED_LATER.test(name))) return name;
  return found.argumentNames[position] ?? name;
}

/** The number of an argument that is a parameter, with or without a cast or a name. */
function bareNumber(argument: Node): number | undefined {
  const value = 'NamedArgExpr' in argument ? argument.NamedArgExpr.arg : 'TypeCast' in argument ? argument.TypeCast.arg : argument;
  return value && 'ParamRef' in value ? value.ParamRef.number : undefined;
}

/**
 * The first overload with a fitting number of arguments, whatever their types: PostgreSQL's own
 * functions come first, then the default schema's, each in the order of creation.
 */
function overload(catalog: Catalog, schema: string | undefined, name: string, count: number): PgFunction | undefined {
  return (catalog.functionsByName.get(name) ?? [])
    .filter(({ argumentTypeOids: { length }, defaults, variadic, schema: own }) => {
      if (schema !== undefined && own !== schema) return false;
      return count >= length - defaults - (variadic ? 1 : 0) && (variadic || count <= length);
    })
    .sort((a, b) => Number(b.builtin) - Number(a.builtin) || a.oid - b.oid)[0];
}
