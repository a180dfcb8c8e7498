/**
 * The name of a function's argument, as sqlc knows it.
 *
 * Invariant: the first overload with a fitting number of arguments counts, whatever their types. sqlc's
 * list of built-in functions is older than some of PostgreSQL's argument names, which do not count.
 */
import type { Catalog, PgFunction } from '../../catalog/index.js';
import { type FuncCall, type Node, strings } from '../parse.js';

/** Built-in functions whose arguments got their names in PostgreSQL 16 or later. */
const NAMED_LATER =
  /^(?:regexp_.*|string_agg|jsonb?_object_agg.*|jsonb?_strip_nulls|random|random_normal|array_sort|uuidv7|pg_input_error_info)$/;

/** A name for the parameter `$number` that stands directly, or by name, among a call's arguments. */
export function argumentName(call: FuncCall, number: number, catalog: Catalog): string | undefined {
  const names = strings(call.funcname);
  const name = names.at(-1);
  if (name === undefined) return undefined;
  const args = call.args ?? [];
  const position = args.findIndex((argument) => bareNumber(argument) === number);
  const argument = args[position];
  if (argument === undefined) return undefined;
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

/** PostgreSQL's own functions come first, then the default schema's, each in the order of creation. */
function overload(catalog: Catalog, schema: string | undefined, name: string, count: number): PgFunction | undefined {
  const candidates = (catalog.functionsByName.get(name) ?? []).filter((f) => schema === undefined || f.schema === schema);
  const rank = (f: PgFunction): number => (f.builtin ? 0 : 1);
  return [...candidates]
    .sort((a, b) => rank(a) - rank(b) || a.oid - b.oid)
    .find((f) => {
      const most = f.variadic ? Infinity : f.argumentTypeOids.length;
      const least = f.argumentTypeOids.length - f.defaults - (f.variadic ? 1 : 0);
      return count >= least && count <= most;
    });
}
