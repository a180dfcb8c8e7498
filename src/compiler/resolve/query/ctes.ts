/**
 * WITH: each entry's columns, recursive ones to a fixed point.
 *
 * Invariant: the columns of a recursive entry start as its first arm gives them and only ever become
 * more nullable, until the recursive arm, computed from them, adds nothing.
 */
import type { CommonTableExpr, Node, SelectStmt, WithClause } from 'libpg-query';
import type { Analyzer, QueryShape } from '../analyzer.js';
import { strings } from '../node.js';
import { cell, freshener } from '../reason.js';
import type { CteScope, Scope } from '../scope.js';
import { arrayOf, TYPE } from '../types.js';
import { isNullable, notNull, worst, type Field } from '../value.js';

/** The scope that sees the entries of a WITH clause. */
export function analyzeWith(
  analyzer: Analyzer,
  clause: WithClause | undefined,
  parent: Scope | undefined,
  outer: CteScope | undefined,
): CteScope | undefined {
  let ctes = outer;
  for (const node of orderOf(clause)) ctes = analyzeEntry(analyzer, node, clause?.recursive === true, parent, ctes);
  return ctes;
}

/** Under RECURSIVE an entry may name a later one; those come first, as PostgreSQL sorts them. */
function orderOf(clause: WithClause | undefined): readonly CommonTableExpr[] {
  const entries = (clause?.ctes ?? []).flatMap((node) => ('CommonTableExpr' in node ? [node.CommonTableExpr] : []));
  if (clause?.recursive !== true) return entries;
  const ordered: CommonTableExpr[] = [];
  const visit = (entry: CommonTableExpr): void => {
    if (ordered.includes(entry) || visiting.has(entry)) return;
    visiting.add(entry);
    const named = relationNames(entry.ctequery);
    for (const other of entries) if (other !== entry && named.has(other.ctename ?? '')) visit(other);
    ordered.push(entry);
  };
  const visiting = new Set<CommonTableExpr>();
  entries.forEach(visit);
  return ordered;
}

function relationNames(node: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof node !== 'object' || node === null) return found;
  if ('relname' in node && typeof node.relname === 'string' && !('schemaname' in node)) found.add(node.relname);
  for (const value of Object.values(node)) relationNames(value, found);
  return found;
}

function analyzeEntry(
  analyzer: Analyzer,
  entry: CommonTableExpr,
  recursive: boolean,
  parent: Scope | undefined,
  outer: CteScope | undefined,
): CteScope {
  const name = entry.ctename ?? '';
  const query = entry.ctequery;
  const arms = recursive && query !== undefined && 'SelectStmt' in query && relationNames(query).has(name) ? query.SelectStmt : undefined;
  if (arms?.larg !== undefined && arms.op === 'SETOP_UNION') return analyzeRecursive(analyzer, entry, arms, parent, outer);
  const shape = query === undefined ? undefined : analyzer.query(query, parent, outer);
  return cteScope(analyzer, entry, shape?.columns ?? [], shape, outer);
}

function analyzeRecursive(
  analyzer: Analyzer,
  entry: CommonTableExpr,
  arms: SelectStmt,
  parent: Scope | undefined,
  outer: CteScope | undefined,
): CteScope {
  const inner = analyzeWith(analyzer, arms.withClause, parent, outer);
  const first: QueryShape | undefined = arms.larg && analyzer.query({ SelectStmt: arms.larg }, parent, inner);
  let columns: readonly Field[] = (first?.columns ?? []).map((column) => ({ name: column.name, value: column.value }));
  // Each round can only add nullable columns, so there are no more rounds than columns.
  for (let round = 0; round <= columns.length; round++) {
    const self = cteScope(analyzer, entry, columns, undefined, inner);
    const arm: QueryShape | undefined = arms.rarg && analyzer.query({ SelectStmt: arms.rarg }, parent, self);
    const next = columns.map((column, index) => widen(column, arm?.columns[index]));
    const stable = next.every((column, index) => column === columns[index]);
    columns = next;
    if (stable) break;
  }
  const atLeastOne = first?.atLeastOne === true;
  return cteScope(analyzer, entry, columns, { atMostOne: false, atLeastOne, heldToOne: undefined }, outer);
}

/** The column as both arms give it; the same one where the second arm adds nothing. */
function widen(column: Field, arm: Field | undefined): Field {
  const { value } = column;
  const nullable = isNullable(value) || arm === undefined || isNullable(arm.value);
  const elements = worst([value.elements, arm?.value.elements ?? 'nullable']);
  const origin = value.origin?.column === arm?.value.origin?.column ? value.origin : undefined;
  if (nullable === isNullable(value) && elements === value.elements && origin === value.origin) return column;
  const reasons = nullable ? [cell()] : [];
  return {
    name: column.name,
    value: { ...value, reasons, strictIn: reasons, elements, nullableWhenPresent: nullable, origin },
  };
}

function cteScope(
  analyzer: Analyzer,
  entry: CommonTableExpr,
  columns: readonly Field[],
  rows: Pick<QueryShape, 'atMostOne' | 'atLeastOne' | 'heldToOne'> | undefined,
  parent: CteScope | undefined,
): CteScope {
  const names = strings(entry.aliascolnames);
  const named = columns.map((column, index) => ({ name: names[index] ?? column.name, value: column.value }));
  const all = [...named, ...addedColumns(analyzer, entry)];
  return {
    name: entry.ctename ?? '',
    atMostOne: rows?.atMostOne ?? false,
    atLeastOne: rows?.atLeastOne ?? false,
    heldToOne: rows?.heldToOne,
    parent,
    columns: () => {
      const fresh = freshener();
      return all.map(({ name, value }) => ({ name, value: { ...value, reasons: fresh(value.reasons), strictIn: fresh(value.strictIn) } }));
    },
  };
}

/** The columns that SEARCH and CYCLE add, none of which can be NULL but a mark that is written so. */
function addedColumns(analyzer: Analyzer, entry: CommonTableExpr): readonly Field[] {
  const added: Field[] = [];
  const { search_clause: search, cycle_clause: cycle } = entry;
  const records = arrayOf(analyzer.catalog, TYPE.record);
  if (search?.search_seq_column !== undefined) {
    added.push({ name: search.search_seq_column, value: notNull(search.search_breadth_first === true ? TYPE.record : records) });
  }
  if (cycle?.cycle_mark_column !== undefined) {
    added.push({ name: cycle.cycle_mark_column, value: markValue(cycle.cycle_mark_value, cycle.cycle_mark_default) });
  }
  if (cycle?.cycle_path_column !== undefined) {
    added.push({ name: cycle.cycle_path_column, value: { ...notNull(records), elements: 'notNull', dimensions: 1 } });
  }
  return added;
}

function markValue(mark: Node | undefined, standard: Node | undefined): Field['value'] {
  const isConstant = (node: Node | undefined): boolean => node !== undefined && 'A_Const' in node && node.A_Const.isnull !== true;
  const value = notNull(mark === undefined ? TYPE.bool : TYPE.unresolved);
  const plain = (mark === undefined && standard === undefined) || (isConstant(mark) && isConstant(standard));
  return plain ? value : { ...value, reasons: [cell()], nullableWhenPresent: true };
}
