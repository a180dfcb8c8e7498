/**
 * The names of the columns that a FROM item has.
 *
 * Invariant: a name is listed only where PostgreSQL finds the column in that item. What cannot be
 * told from the tree and the catalog (most functions, computed columns without an alias) is left
 * out, and the list says that it is not complete.
 */
import type { Alias, Node, RangeFunction, ResTarget, SelectStmt } from 'libpg-query';
import { type Catalog, findFunctions, findRelation } from '../../catalog/index.js';
import { findCte, openScope, type Cte, type Scope } from './scope.js';
import { asSelect, calledIn, columnParts, functionName, hasStar, nameOf, namesOf, qualifierOf, stringsOf } from './tree.js';

export interface Columns {
  /** In order; undefined stands for a column whose name is not known. */
  readonly names: readonly (string | undefined)[];
  /** Whether these are all, each in its place. */
  readonly complete: boolean;
}

const UNKNOWN: Columns = { names: [], complete: false };

export function columnsOf(item: Node, scope: Scope, catalog: Catalog): Columns {
  return new ColumnLists(catalog).ofItem(item, scope);
}

/** The columns of a SELECT that stands in this scope. */
export function outputsOf(stmt: SelectStmt, outer: Scope, catalog: Catalog): Columns {
  return new ColumnLists(catalog).ofSelect(stmt, outer);
}

class ColumnLists {
  /** A CTE that is listed already is one that PostgreSQL refuses: its columns would be its own. */
  private readonly busy = new Set<Node>();

  constructor(private readonly catalog: Catalog) {}

  ofItem(item: Node, scope: Scope): Columns {
    if ('RangeVar' in item) {
      const { relname = '', schemaname, alias } = item.RangeVar;
      const cte = findCte(item.RangeVar, scope);
      const relation = cte ? undefined : findRelation(this.catalog, schemaname, relname);
      const own = cte ? this.ofCte(cte) : relation && { names: relation.columns.map(({ name }) => name), complete: true };
      return renamed(own ?? UNKNOWN, alias);
    }
    if ('RangeSubselect' in item) {
      const { subquery, alias } = item.RangeSubselect;
      return renamed(this.ofQuery(subquery, scope), alias);
    }
    if ('RangeFunction' in item) return this.ofFunction(item.RangeFunction);
    if ('RangeTableSample' in item && item.RangeTableSample.relation) return this.ofItem(item.RangeTableSample.relation, scope);
    if (!('JoinExpr' in item)) return UNKNOWN;
    const { larg, rarg, usingClause, isNatural, alias } = item.JoinExpr;
    const sides = joined([larg, rarg].map((side) => (side ? this.ofItem(side, scope) : UNKNOWN)));
    // A column of both sides stands once, and first.
    return renamed({ ...sides, complete: sides.complete && !usingClause && isNatural !== true }, alias);
  }

  private ofCte(cte: Cte): Columns {
    if (this.busy.has(cte.query)) return UNKNOWN;
    this.busy.add(cte.query);
    const columns = withNames(this.ofQuery(cte.query, cte.scope), cte.columns);
    this.busy.delete(cte.query);
    return columns;
  }

  private ofQuery(query: Node | undefined, outer: Scope): Columns {
    const stmt = asSelect(query);
    return stmt ? this.ofSelect(stmt, outer) : UNKNOWN;
  }

  ofSelect(stmt: SelectStmt, outer: Scope): Columns {
    const scope = openScope(stmt.withClause, outer);
    if (stmt.larg) return this.ofSelect(stmt.larg, scope);
    const [values] = stmt.valuesLists ?? [];
    if (values && 'List' in values) return { names: (values.List.items ?? []).map((_, index) => `column${index + 1}`), complete: true };
    const targets = (stmt.targetList ?? []).flatMap((target) => ('ResTarget' in target ? [target.ResTarget] : []));
    return joined(targets.map((target) => this.ofTarget(target, stmt.fromClause ?? [], scope)));
  }

  private ofTarget({ name, val }: ResTarget, from: readonly Node[], scope: Scope): Columns {
    if (!val || !('ColumnRef' in val) || !hasStar(val.ColumnRef)) return { names: [name ?? calledName(val)], complete: true };
    const qualifier = qualifierOf(val.ColumnRef);
    const items = qualifier === undefined ? from : from.flatMap((item) => itemNamed(item, qualifier));
    return items.length === 0 ? UNKNOWN : joined(items.map((item) => this.ofItem(item, scope)));
  }

  private ofFunction({ functions = [], alias, coldeflist = [] }: RangeFunction): Columns {
    const names = [...stringsOf(alias?.colnames), ...coldeflist.flatMap((node) => ('ColumnDef' in node ? [node.ColumnDef.colname] : []))];
    const call = calledIn(functions);
    if (names.length > 0 || !call) return { names, complete: false };
    const { schema, name } = functionName(call.funcname);
    const found = findFunctions(this.catalog, schema, name);
    const [first, ...overloads] = found;
    if (first && overloads.length === 0 && first.outputs.length > 0) return { names: first.outputs.map((output) => output.name), complete: false };
    // One value a row: the column is called as the item is.
    const isPlain = found.every(({ outputs, returnTypeOid }) => outputs.length === 0 && this.isPlainType(returnTypeOid));
    return { names: first && isPlain ? [alias?.aliasname ?? name] : [], complete: false };
  }

  private isPlainType(oid: number): boolean {
    const type = this.catalog.types.get(oid);
    return type !== undefined && type.relationOid === 0 && type.kind !== 'pseudo';
  }
}

/** One list after the other. */
function joined(lists: readonly Columns[]): Columns {
  return { names: lists.flatMap(({ names }) => names), complete: lists.every(({ complete }) => complete) };
}

function renamed(columns: Columns, alias: Alias | undefined): Columns {
  return withNames(columns, stringsOf(alias?.colnames));
}

/** The first columns take these names. */
function withNames({ names, complete }: Columns, given: readonly string[]): Columns {
  if (given.length === 0) return { names, complete };
  return { names: [...given, ...(complete ? names.slice(given.length) : [])], complete };
}

/** The item of a FROM entry that a qualifier means: a join's own alias, or one of its sides. */
function itemNamed(item: Node, qualifier: string): readonly Node[] {
  if (Object.entries(item).some(([type, node]) => nameOf(type, node) === qualifier)) return [item];
  if (!('JoinExpr' in item)) return namesOf(item).has(qualifier) ? [item] : [];
  return [item.JoinExpr.larg, item.JoinExpr.rarg].flatMap((side) => (side ? itemNamed(side, qualifier) : []));
}

/** What PostgreSQL calls a computed column, where that is a name which can be written without quotes. */
function calledName(value: Node | undefined): string | undefined {
  if (value === undefined) return undefined;
  if ('ColumnRef' in value) return columnParts(value.ColumnRef).at(-1);
  if ('FuncCall' in value) return functionName(value.FuncCall.funcname).name;
  if ('TypeCast' in value) return calledName(value.TypeCast.arg) ?? stringsOf(value.TypeCast.typeName?.names).at(-1);
  if ('CollateClause' in value) return calledName(value.CollateClause.arg);
  if (!('SubLink' in value) || value.SubLink.subLinkType !== 'EXPR_SUBLINK') return undefined;
  const [target] = asSelect(value.SubLink.subselect)?.targetList ?? [];
  return target && 'ResTarget' in target ? (target.ResTarget.name ?? calledName(target.ResTarget.val)) : undefined;
}
