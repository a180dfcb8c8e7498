/**
 * What one place of a parameter says about it.
 *
 * sqlc takes the name from the nearest operator, function call, cast, or named item of a list, and looks through
 * COALESCE, CASE, AND, ROW and subqueries. Where it cannot infer a statement's parameters on its own, it asks its
 * database, if it has one, and then knows no names but the author's. So in a project that gives sqlc a database, all
 * parameters that the author did not name are numbered as soon as sqlc fails at one place of the statement.
 */
import type { Catalog, PgFunction, Relation, TableColumn } from '../../catalog/index.js';
import type { A_Expr, ColumnRef, FuncCall, Node, ParsedStatement, RangeVar, Step } from '../parse.js';
import { eachBelow, kindOf, nodesIn, parameterNumber, strings, uncast } from '../parse.js';
import type { Columns } from './columns.js';
import type { Place } from './places.js';

export interface Usage extends Place {
  /** The name that sqlc takes from here. */
  readonly name: string | undefined;
  /** Whether sqlc can infer a parameter here. */
  readonly inferable: boolean;
  /** The column that the value is written to, directly or through COALESCE, CASE and the like. */
  readonly written: TableColumn | undefined;
  /** The column that it is compared with. */
  readonly compared: TableColumn | undefined;
  /** Whether it is a whole value of that column, and not a part or an array of values. */
  readonly sameValue: boolean;
  readonly testedForNull: boolean;
}

export interface Surroundings {
  readonly catalog: Catalog;
  readonly statement: ParsedStatement;
  /** Undefined where it does not matter whether sqlc can infer a parameter. */
  readonly tables: Tables | undefined;
  readonly columns: Columns;
}

export function usageOf(place: Place, around: Surroundings): Usage {
  const { offset } = around.statement;
  const at = offset(place.location);
  const { name, inferable, operator, column } = contextOf(place, around);
  const written = isPassedOn(place) ? around.columns.written.get(at) : undefined;
  const isCompared = operator && column?.strict && isComparison(operator);
  const holder = place.uncast.at(-1);
  return {
    ...place,
    name,
    inferable,
    written,
    compared: isCompared ? around.columns.referenced(offset(column.reference.location), at) : undefined,
    sameValue: written !== undefined || (operator !== undefined && comparesValues(operator, place)),
    testedForNull: holder !== undefined && 'NullTest' in holder.node,
  };
}

interface Context extends Pick<Usage, 'name' | 'inferable'> {
  readonly operator?: A_Expr;
  /** The first column on the left side of the operator, or else on its right. */
  readonly column?: FoundColumn;
}

function contextOf({ assigned, path, number }: Place, { catalog, tables }: Surroundings): Context {
  const known = (name: string | undefined): Context => ({ name, inferable: true });
  if (assigned) return { name: assigned.column, inferable: hasColumn(tableOf(catalog, assigned.relation), assigned.column) };
  const limit = limitName(path, number);
  if (limit !== undefined) return known(limit);
  for (const [index, { node }] of [...path.entries()].reverse()) {
    if ('A_Expr' in node) {
      const column = firstColumn(node.A_Expr.lexpr) ?? firstColumn(node.A_Expr.rexpr);
      const name = column && strings(column.reference.fields).at(-1);
      return { name, inferable: column === undefined || isFound(tables, column.reference), operator: node.A_Expr, column };
    }
    if ('FuncCall' in node) return known(argumentName(node.FuncCall, number, catalog));
    if ('TypeCast' in node) return known(undefined);
    // One of a select list, or a column of SET that the value reaches through other nodes.
    if ('ResTarget' in node && isOwnValue(path.slice(index + 1))) {
      const { name } = node.ResTarget;
      return { name, inferable: hasColumn(tables?.all[0], name) };
    }
  }
  return known(undefined);
}

/** Whether the way leads to the value of the column itself: below each column of `(a, b) = (…)` stands the whole row. */
function isOwnValue([target, row]: readonly Step[]): boolean {
  if (!target || !('MultiAssignRef' in target.node)) return true;
  return row !== undefined && 'RowExpr' in row.node && row.index === (target.node.MultiAssignRef.colno ?? 0) - 1;
}

/** `limit` or `offset`, where the nearest SELECT that has the clause has this parameter for it, bare. */
function limitName(path: readonly Step[], number: number): string | undefined {
  const selects = path.flatMap(({ node }) => ('SelectStmt' in node ? [node.SelectStmt] : []));
  const isBare = (clause: 'limitOffset' | 'limitCount'): boolean =>
    parameterNumber(selects.findLast((select) => select[clause])?.[clause]) === number;
  return isBare('limitOffset') ? 'offset' : isBare('limitCount') ? 'limit' : undefined;
}

/** A column, and whether NULL in it makes the whole NULL, because nothing in between replaces it. */
type FoundColumn = { readonly reference: ColumnRef; readonly strict: boolean } | undefined;

/** The first column that a walk of the tree meets, subqueries included. */
function firstColumn(node: Node | undefined, strict = true): FoundColumn {
  if (node === undefined) return undefined;
  if ('ColumnRef' in node) return { reference: node.ColumnRef, strict };
  let found: FoundColumn;
  eachBelow(node, (child, field) => {
    found ??= firstColumn(child, strict && STRICT[kindOf(node)]?.includes(field) === true);
  });
  return found;
}

/** Nodes that are NULL, as a rule, where NULL comes through these fields. */
const STRICT: Readonly<Record<string, readonly string[]>> = {
  A_Expr: ['lexpr', 'rexpr'],
  CollateClause: ['arg'],
  FuncCall: ['args'],
  List: ['items'],
  RowExpr: ['args'],
  TypeCast: ['arg'],
};

/** Operators whose two sides have one type. */
const EQUALITIES: readonly string[] = ['=', '<>', '<', '>', '<=', '>='];
const COMPARISONS = new Set([...EQUALITIES, ...'~~ ~~* !~~ !~~* ~ ~* !~ !~* @> <@ && @@'.split(' ')]);
/** Those that compare with each item of a list, too. */
const LISTED = /^AEXPR_(?:IN|(?:NOT_)?(?:BETWEEN|BETWEEN_SYM|DISTINCT))$/;

/** A list for ANY or ALL is not a value of the column. */
function isComparison({ kind, name }: A_Expr): boolean {
  return LISTED.test(kind ?? '') || (!/_(?:ANY|ALL|NULLIF)$/.test(kind ?? '') && COMPARISONS.has(strings(name).at(-1) ?? ''));
}

/** A bare column on one side, and the bare parameter, alone or in a list, on the other. */
function comparesValues({ kind, name, lexpr, rexpr }: A_Expr, { path }: Place): boolean {
  const holder = path.at(-1)?.node;
  const isBare = holder !== undefined && ('A_Expr' in holder || 'List' in holder);
  const isEqual = kind === 'AEXPR_OP' && EQUALITIES.includes(strings(name).at(-1) ?? '');
  return isBare && (isEqual || LISTED.test(kind ?? '')) && [lexpr, rexpr].some((side) => side !== undefined && 'ColumnRef' in side);
}

/** An item of a select list or of SET, one of VALUES, one of a MERGE's INSERT. */
const HOLDERS = ['ResTarget', 'List', 'MergeWhenClause'];

/** Nodes that make another value of one, even where PostgreSQL sees no difference. */
const COMPUTING = ['A_ArrayExpr', 'A_Expr', 'CollateClause', 'FuncCall', 'TypeCast'];

/** Whether nothing is computed of the parameter on the way to the item that holds it. */
function isPassedOn({ path }: Place): boolean {
  const item = path.findLastIndex(({ node }) => HOLDERS.includes(kindOf(node)));
  return !path.slice(item).some(({ node }) => COMPUTING.includes(kindOf(node)));
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
  const values = args.map((argument) => uncast('NamedArgExpr' in argument ? argument.NamedArgExpr.arg : argument));
  const position = values.findIndex((value) => parameterNumber(value) === number);
  const argument = args[position];
  if (name === undefined || argument === undefined) return undefined;
  if ('NamedArgExpr' in argument) return argument.NamedArgExpr.name;
  const found = overload(catalog, names.length > 1 ? names[0] : undefined, name, args.length);
  if (found === undefined || (found.builtin && NAMED_LATER.test(name))) return name;
  return found.argumentNames[position] ?? name;
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

export type Tables = ReturnType<typeof tablesOf>;

/** The tables of a whole statement, as sqlc looks names up: by the default schema unless qualified, and no column of a CTE or subselect. */
export function tablesOf(statement: Node, catalog: Catalog) {
  /** Each one as often as the statement names it. */
  const all: Relation[] = [];
  const aliases = new Map<string, Relation>();
  /** Whether each is a table or a CTE. */
  let known = true;
  const nodes = nodesIn(statement);
  const ctes = new Set(nodes.flatMap((node) => ('CommonTableExpr' in node ? (node.CommonTableExpr.ctename ?? []) : [])));
  for (const node of nodes) {
    if (!('RangeVar' in node)) continue;
    const { relname = '', alias } = node.RangeVar;
    if (aliases.has(relname)) continue;
    const relation = tableOf(catalog, node.RangeVar);
    if (relation) all.push(relation);
    else known &&= ctes.has(relname);
    if (relation && alias?.aliasname !== undefined) aliases.set(alias.aliasname, relation);
  }
  return { all, aliases, known };
}

function tableOf(catalog: Catalog, { schemaname = 'public', relname = '' }: RangeVar = {}): Relation | undefined {
  return catalog.relationsByName.get(relname)?.find(({ schema }) => schema === schemaname);
}

function hasColumn(relation: Relation | undefined, name: string | undefined): boolean {
  return relation?.columns.some((column) => column.name === name) === true;
}

/** Exactly one of the tables has the column. */
function isFound(tables: Tables | undefined, reference: ColumnRef): boolean {
  if (tables === undefined) return true;
  const { all, aliases } = tables;
  const parts = strings(reference.fields);
  const [name, qualifier] = [parts.at(-1), parts.at(-2)];
  const named = qualifier === undefined ? undefined : (aliases.get(qualifier) ?? all.findLast((relation) => relation.name === qualifier));
  const searched = qualifier === undefined ? all : [named];
  return searched.filter((relation) => hasColumn(relation, name)).length === 1;
}
