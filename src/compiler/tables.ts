/**
 * The tables that a statement reads and writes, at any depth.
 *
 * Invariant: a name that means a CTE at its place is no table, and a view is itself: what stands
 * behind it is `underlyingTables`. Function bodies are not looked into.
 */
import type { RangeVar } from 'libpg-query';
import { findRelation, type Catalog, type Relation } from '../database/catalog.js';
import type { ParsedStatement } from './parse.js';
import { ctesOf, EMPTY_SCOPE, findCte, openScope, type Scope } from './guard/scope.js';
import { withClauseOf } from './guard/tree.js';

export interface StatementTables {
  /** Every relation that a FROM, USING or subquery reads, each once, in the text's order. */
  readonly reads: readonly Relation[];
  /** Every relation that an INSERT, UPDATE, DELETE or MERGE changes, each once. */
  readonly writes: readonly Relation[];
  /** Those of `writes` whose present rows are looked at: the targets of UPDATE, DELETE and MERGE. */
  readonly searched: readonly Relation[];
}

export function findTables(statement: ParsedStatement, catalog: Catalog): StatementTables {
  const reads = new Set<Relation>();
  const writes = new Set<Relation>();
  const searched = new Set<Relation>();
  const add = (to: Set<Relation>, range: RangeVar): void => {
    const relation = findRelation(catalog, range.schemaname, range.relname ?? '');
    if (relation) to.add(relation);
  };

  const visit = (value: unknown, scope: Scope): void => {
    if (Array.isArray(value)) {
      for (const element of value) visit(element, scope);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'RangeVar') {
        const range: RangeVar = child;
        if (!findCte(range, scope)) add(reads, range);
      } else if (key === 'larg' || key === 'rarg') {
        // An arm of a set operation is an unwrapped SELECT; a join's side is a node.
        visitStatement('SelectStmt', child, scope);
      } else if (/^[A-Z]/.test(key)) {
        visitStatement(key, child, scope);
      } else if (key !== 'lockingClause' && key !== 'withClause') {
        // FOR UPDATE OF names what FROM has already, by its alias.
        visit(child, scope);
      }
    }
  };

  const visitStatement = (type: string, node: unknown, scope: Scope): void => {
    if (typeof node !== 'object' || node === null) return;
    const clause = withClauseOf(type, node);
    for (const cte of ctesOf(clause, scope)) visit(cte.query, cte.scope);
    if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(type) && 'relation' in node && typeof node.relation === 'object' && node.relation) {
      add(writes, node.relation);
      if (type !== 'InsertStmt') add(searched, node.relation);
    }
    visit(node, openScope(clause, scope));
  };

  visit(statement.statement, EMPTY_SCOPE);
  return { reads: [...reads], writes: [...writes], searched: [...searched] };
}

/** A relation and, where it is a view, every relation that its definition reads, to any depth. */
export function underlyingTables(
  relation: Relation,
  catalog: Catalog,
  parse: (text: string) => ParsedStatement,
): ReadonlySet<Relation> {
  const found = new Set<Relation>();
  const add = (next: Relation): void => {
    if (found.has(next)) return;
    found.add(next);
    if (next.definition !== undefined) findTables(parse(next.definition), catalog).reads.forEach(add);
  };
  add(relation);
  return found;
}
