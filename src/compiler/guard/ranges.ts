/**
 * The tables and aliases of FROM clauses, and which columns are theirs.
 *
 * Invariant: `comesFrom` claims a column only where PostgreSQL would find it in one of the ranges;
 * an unqualified name of a derived table, a CTE or a function is never claimed.
 */
import type { Alias, ColumnRef, CommonTableExpr, Node, RangeVar, SelectStmt } from 'libpg-query';
import { findRelation, type Catalog } from '../../database/catalog.js';
import { findCte, type Scope } from './scope.js';
import { columnParts, hasStar, qualifierOf, walk } from './tree.js';

export interface Ranges {
  /** What qualifies a column of one of them: an alias, or else the table's name. */
  readonly names: ReadonlySet<string>;
  readonly tables: readonly RangeVar[];
}

/** Every range below a value, those of its subqueries too. */
export function rangesIn(value: unknown, scope: Scope): Ranges {
  const names = new Set<string>();
  const ranges: RangeVar[] = [];
  const ctes = new Set<string>();
  walk(value, (type, node) => {
    if (type === 'CommonTableExpr') {
      const { ctename }: CommonTableExpr = node;
      if (ctename !== undefined) ctes.add(ctename);
    }
    if (type === 'RangeVar') ranges.push(node);
    const name = nameOf(type, node);
    if (name !== undefined) names.add(name);
    return true;
  });
  return { names, tables: ranges.filter((range) => !findCte(range, scope) && !ctes.has(range.relname ?? '')) };
}

/** What a FROM item is called by the columns that name it. */
export function nameOf(type: string, node: object): string | undefined {
  if (!/^(?:Range|JoinExpr|JsonTable)/.test(type)) return undefined;
  const { alias, relname }: { alias?: Alias; relname?: string } = node;
  return alias?.aliasname ?? relname;
}

/** The names of one FROM item; those of a join are its sides'. */
export function namesOf(item: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(item, (type, node) => {
    const name = nameOf(type, node);
    if (name !== undefined) names.add(name);
    return type === 'JoinExpr';
  });
  return names;
}

/** Whether a FROM clause below a SELECT has this unqualified name. */
export function selectsFrom(stmt: SelectStmt, name: string): boolean {
  let found = false;
  walk([{ SelectStmt: stmt }], (type, node) => {
    if (type === 'RangeVar') {
      const { schemaname, relname }: RangeVar = node;
      found ||= schemaname === undefined && relname === name;
    }
    return true;
  });
  return found;
}

/** Whether a column surely is one of these ranges'. */
export function comesFrom(column: ColumnRef, ranges: Ranges, catalog: Catalog): boolean {
  const qualifier = qualifierOf(column);
  if (qualifier !== undefined) return ranges.names.has(qualifier);
  const name = columnParts(column)[0];
  return !hasStar(column) && ranges.tables.some((table) => hasColumn(table, name, catalog));
}

export function hasColumn(table: RangeVar, name: string | undefined, catalog: Catalog): boolean {
  const relation = findRelation(catalog, table.schemaname, table.relname ?? '');
  return relation?.columns.some((column) => column.name === name) === true;
}

/** Whether the catalog knows a table's columns. */
export function isKnown(table: RangeVar, catalog: Catalog): boolean {
  return findRelation(catalog, table.schemaname, table.relname ?? '') !== undefined;
}
