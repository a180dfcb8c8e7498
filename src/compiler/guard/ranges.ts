/**
 * The tables and aliases of FROM clauses, and which columns are theirs.
 *
 * Invariant: `comesFrom` claims a column only where PostgreSQL would find it in one of the ranges;
 * an unqualified name of a derived table, a CTE or a function is never claimed.
 */
import type { Alias, ColumnRef, Node, RangeSubselect, RangeVar, SelectStmt } from 'libpg-query';
import { findRelation, type Catalog } from '../../database/catalog.js';
import { findCte, openScope, type Scope } from './scope.js';
import { columnParts, hasStar, isObject, propertiesOf, qualifierOf, unwrap, walk } from './tree.js';

/** What the columns of one SELECT can name. */
export interface Ranges {
  /** What qualifies a column of one of them: an alias, or else the table's name. */
  readonly names: ReadonlySet<string>;
  readonly tables: readonly RangeVar[];
  /** Whether all of them are tables of the catalog, so that every column of theirs is known. */
  readonly known: boolean;
}

/** The ranges of one FROM clause, without those inside its derived tables. */
export function rangesOf(from: readonly Node[], scope: Scope, catalog: Catalog): Ranges {
  const names = new Set<string>();
  const tables: RangeVar[] = [];
  let known = true;
  walk(from, (type, node) => {
    const name = nameOf(type, node);
    if (name !== undefined) names.add(name);
    if (type === 'JoinExpr' || type === 'RangeTableSample') return true;
    if (type === 'RangeVar' && !findCte(node, scope) && isKnown(node, catalog)) tables.push(node);
    else if (/^(?:Range|JsonTable)/.test(type)) known = false;
    return false;
  });
  return { names, tables, known };
}

/** Every table below a value, those of its subqueries too, by the names of FROM clauses alone. */
export function tablesIn(value: unknown): readonly RangeVar[] {
  const tables: RangeVar[] = [];
  walk(value, (type, node) => {
    if (type === 'RangeVar') tables.push(node);
    return true;
  });
  return tables;
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
  return tablesIn([{ SelectStmt: stmt }]).some(({ schemaname, relname }) => schemaname === undefined && relname === name);
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

/** Sees a node, and the SELECTs around it below the value where the walk began, outermost first. */
export type LevelVisitor = (type: string, node: object, levels: readonly Ranges[], scope: Scope) => boolean;

/** Visits the nodes below a value, each with the ranges that its columns can name there. */
export function walkLevels(value: unknown, scope: Scope, catalog: Catalog, visit: LevelVisitor, levels: readonly Ranges[] = [], type = ''): void {
  if (Array.isArray(value)) {
    for (const element of value) walkLevels(element, scope, catalog, visit, levels, type);
    return;
  }
  if (!isObject(value)) return;
  const [innerType, inner] = unwrap('', type, value);
  if (innerType !== '' && !visit(innerType, inner, levels, scope)) return;
  let below = levels;
  let own = scope;
  if (innerType === 'SelectStmt') {
    const { fromClause = [], withClause }: SelectStmt = inner;
    own = openScope(withClause, scope);
    below = [...levels, rangesOf(fromClause, own, catalog)];
  } else if (innerType === 'RangeSubselect') {
    // Only a LATERAL one sees its neighbours.
    const { lateral }: RangeSubselect = inner;
    below = lateral === true ? levels : levels.slice(0, -1);
  }
  for (const child of propertiesOf(innerType, inner)) walkLevels(child.value, own, catalog, visit, below, child.type);
}
