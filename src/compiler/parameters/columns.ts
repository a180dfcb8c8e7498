/**
 * Which column of a table a reference in a statement means.
 *
 * Invariant: names are looked up from the inside out, as PostgreSQL does it, and through subselects
 * and CTEs to the column that they pass on; what is not found for certain is undefined.
 */
import { type Catalog, type CatalogColumn, findRelation, type Relation } from '../../catalog/index.js';
import type { Node } from '../parse.js';
import { columnParts, type ColumnRef } from './context.js';
import type { Assignment, RangeVar, Step } from './occurrences.js';

export interface TableColumn {
  readonly relation: Relation;
  readonly column: CatalogColumn;
}

type SelectStmt = Extract<Node, { SelectStmt: unknown }>['SelectStmt'];

/** What a name of FROM stands for. */
interface Source {
  readonly name: string;
  readonly table: RangeVar | undefined;
  readonly subselect: SelectStmt | undefined;
  /** As `excluded` is: a bare column never means it. */
  readonly onlyQualified?: boolean;
}

interface Scope {
  readonly catalog: Catalog;
  readonly sources: readonly Source[];
  readonly ctes: ReadonlyMap<string, SelectStmt | undefined>;
  readonly outer: Scope | undefined;
}

/** A guard against a CTE that refers to itself. */
const MAX_DEPTH = 16;

/** The column that a value is written to. */
export function assignedColumn(catalog: Catalog, { relation, column }: Assignment): TableColumn | undefined {
  const table = relation.relname === undefined ? undefined : findRelation(catalog, relation.schemaname, relation.relname);
  const found = typeof column === 'number' ? table?.columns[column] : table?.columns.find(({ name }) => name === column);
  return table && found && { relation: table, column: found };
}

/** The column that a reference means, at the end of a path. */
export function referencedColumn(catalog: Catalog, path: readonly Step[], reference: ColumnRef): TableColumn | undefined {
  let scope: Scope | undefined;
  for (const { node } of path) scope = scopeOf(catalog, node, scope) ?? scope;
  return lookUp(scope, columnParts(reference), 0);
}

function lookUp(scope: Scope | undefined, parts: readonly string[], depth: number): TableColumn | undefined {
  const name = parts.at(-1);
  const qualifier = parts.at(-2);
  if (name === undefined || depth > MAX_DEPTH) return undefined;
  for (let at = scope; at !== undefined; at = at.outer) {
    const here = at;
    const sources = here.sources.filter((source) => (qualifier === undefined ? source.onlyQualified !== true : source.name === qualifier));
    const found = sources.flatMap((source) => columnOf(here, source, name, depth) ?? []);
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
    if (qualifier !== undefined && sources.length > 0) return undefined;
  }
  return undefined;
}

function columnOf(scope: Scope, { table, subselect }: Source, name: string, depth: number): TableColumn | undefined {
  if (subselect) return outputColumn(scope, subselect, name, depth + 1);
  if (table?.relname === undefined) return undefined;
  if (table.schemaname === undefined) {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      if (!at.ctes.has(table.relname)) continue;
      const cte = at.ctes.get(table.relname);
      return cte && outputColumn(at, cte, name, depth + 1);
    }
  }
  return assignedColumn(scope.catalog, { relation: table, column: name });
}

/** The column that a subselect passes on under a name, of its left-most arm. */
function outputColumn(outer: Scope, select: SelectStmt, name: string, depth: number): TableColumn | undefined {
  let arm = select;
  while (arm.larg !== undefined) arm = arm.larg;
  const scope = scopeOf(outer.catalog, { SelectStmt: arm }, outer);
  for (const target of arm.targetList ?? []) {
    if (!('ResTarget' in target)) continue;
    const { name: alias, val } = target.ResTarget;
    if (val === undefined || !('ColumnRef' in val)) continue;
    const last = val.ColumnRef.fields?.at(-1);
    const parts = columnParts(val.ColumnRef);
    if (last !== undefined && 'A_Star' in last) {
      const found = lookUp(scope && { ...scope, outer: undefined }, [...parts, name], depth);
      if (found) return found;
    } else if ((alias ?? parts.at(-1)) === name) {
      return lookUp(scope, parts, depth);
    }
  }
  return undefined;
}

function scopeOf(catalog: Catalog, node: Node, outer: Scope | undefined): Scope | undefined {
  const scope = (sources: readonly Source[], withClause: { readonly ctes?: readonly Node[] } | undefined): Scope => ({
    catalog,
    sources,
    ctes: new Map((withClause?.ctes ?? []).flatMap(cteEntry)),
    outer,
  });
  if ('SelectStmt' in node) return scope((node.SelectStmt.fromClause ?? []).flatMap(sourcesOf), node.SelectStmt.withClause);
  if ('InsertStmt' in node) {
    const { relation, withClause } = node.InsertStmt;
    return scope(relation ? [tableSource(relation), { ...tableSource(relation), name: 'excluded', onlyQualified: true }] : [], withClause);
  }
  if ('UpdateStmt' in node) {
    const { relation, fromClause, withClause } = node.UpdateStmt;
    return scope([...(relation ? [tableSource(relation)] : []), ...(fromClause ?? []).flatMap(sourcesOf)], withClause);
  }
  if ('DeleteStmt' in node) {
    const { relation, usingClause, withClause } = node.DeleteStmt;
    return scope([...(relation ? [tableSource(relation)] : []), ...(usingClause ?? []).flatMap(sourcesOf)], withClause);
  }
  if ('MergeStmt' in node) {
    const { relation, sourceRelation, withClause } = node.MergeStmt;
    return scope([...(relation ? [tableSource(relation)] : []), ...(sourceRelation ? sourcesOf(sourceRelation) : [])], withClause);
  }
  return undefined;
}

function sourcesOf(node: Node): Source[] {
  if ('RangeVar' in node) return [tableSource(node.RangeVar)];
  if ('JoinExpr' in node) return [node.JoinExpr.larg, node.JoinExpr.rarg].flatMap((side) => (side ? sourcesOf(side) : []));
  if ('RangeSubselect' in node) {
    const { subquery, alias } = node.RangeSubselect;
    const subselect = subquery && 'SelectStmt' in subquery ? subquery.SelectStmt : undefined;
    // Renamed columns are not followed.
    return [{ name: alias?.aliasname ?? '', table: undefined, subselect: alias?.colnames === undefined ? subselect : undefined }];
  }
  if ('RangeFunction' in node) return [{ name: node.RangeFunction.alias?.aliasname ?? '', table: undefined, subselect: undefined }];
  return [];
}

function tableSource(table: RangeVar): Source {
  return { name: table.alias?.aliasname ?? table.relname ?? '', table, subselect: undefined };
}

function cteEntry(node: Node): [string, SelectStmt | undefined][] {
  if (!('CommonTableExpr' in node)) return [];
  const { ctename = '', ctequery, aliascolnames } = node.CommonTableExpr;
  const select = ctequery && 'SelectStmt' in ctequery && aliascolnames === undefined ? ctequery.SelectStmt : undefined;
  return [[ctename, select]];
}
