/**
 * The tables and aliases of FROM clauses, and which columns are theirs.
 *
 * Invariant: `comesFrom` claims a column only where PostgreSQL would find it in one of the ranges.
 */
import type { ColumnRef, RangeSubselect, RangeVar, SelectStmt } from 'libpg-query';
import type { Catalog } from '../../catalog/index.js';
import { columnsOf, outputsOf } from './columns.js';
import { openScope, type Scope } from './scope.js';
import { columnParts, hasStar, isObject, namesOf, propertiesOf, qualifierOf, unwrap, walk } from './tree.js';

/** What the columns of one SELECT can name. */
export interface Ranges {
  /** What qualifies a column of one of them: an alias, or else the table's name. */
  readonly names: ReadonlySet<string>;
  /** The columns that they surely have. */
  readonly columns: ReadonlySet<string>;
  /** What an unqualified name may mean beside a column of theirs: a whole row, or an output's name in ORDER BY. */
  readonly words: ReadonlySet<string>;
  /** Whether nothing else of this SELECT can be meant by an unqualified name. */
  readonly known: boolean;
}

/** Columns of every table, which no list of columns has. */
const SYSTEM_COLUMNS = ['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'];

/** The ranges of one SELECT, without those inside its derived tables. The scope is that of what stands inside. */
export function rangesOf(stmt: SelectStmt, scope: Scope, catalog: Catalog): Ranges {
  const from = stmt.fromClause ?? [];
  const lists = from.map((item) => columnsOf(item, scope, catalog));
  const outputs = outputsOf(stmt, scope, catalog);
  const names = new Set(from.flatMap((item) => [...namesOf(item)]));
  return {
    names,
    columns: new Set(lists.flatMap((list) => defined(list.names))),
    words: new Set([...names, ...defined(outputs.names), ...(from.length > 0 ? SYSTEM_COLUMNS : [])]),
    known: outputs.complete && lists.every((list) => list.complete && !list.names.includes(undefined)),
  };
}

function defined(names: readonly (string | undefined)[]): string[] {
  return names.filter((name) => name !== undefined);
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

/** Whether a FROM clause below a SELECT has this unqualified name. */
export function selectsFrom(stmt: SelectStmt, name: string): boolean {
  return tablesIn([{ SelectStmt: stmt }]).some(({ schemaname, relname }) => schemaname === undefined && relname === name);
}

/** Whether a column surely is one of these ranges'. */
export function comesFrom(column: ColumnRef, ranges: Ranges): boolean {
  const qualifier = qualifierOf(column);
  if (qualifier !== undefined) return ranges.names.has(qualifier);
  const name = columnParts(column)[0];
  return !hasStar(column) && name !== undefined && ranges.columns.has(name);
}

/** Whether a column surely is from outside a SELECT: of none of its ranges, and nothing else that it has. */
export function isFromOutside(column: ColumnRef, ranges: Ranges): boolean {
  if (comesFrom(column, ranges)) return false;
  if (qualifierOf(column) !== undefined) return true;
  const name = columnParts(column)[0];
  return ranges.known && !hasStar(column) && name !== undefined && !ranges.words.has(name);
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
    const stmt: SelectStmt = inner;
    own = openScope(stmt.withClause, scope);
    below = [...levels, rangesOf(stmt, own, catalog)];
  } else if (innerType === 'RangeSubselect') {
    // Only a LATERAL one sees its neighbours.
    const { lateral }: RangeSubselect = inner;
    below = lateral === true ? levels : levels.slice(0, -1);
  }
  for (const child of propertiesOf(innerType, inner)) walkLevels(child.value, own, catalog, visit, below, child.type);
}
