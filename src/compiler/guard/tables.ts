/**
 * The tables that a statement reads and writes, at any depth.
 *
 * Invariant: a name that means a CTE at its place is no table, and a view is itself: what stands
 * behind it is `underlyingTables`. Function bodies are not looked into.
 */
import type { RangeVar } from 'libpg-query';
import { type Catalog, findRelation, type Relation } from '../../catalog/index.js';
import type { ParsedStatement } from '../parse.js';
import { EMPTY_SCOPE, findCte, walkScoped } from './scope.js';

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

  walkScoped(statement.statement, EMPTY_SCOPE, {
    // FOR UPDATE OF names what FROM has already, by its alias.
    skip: new Set(['lockingClause']),
    node(type, node, scope) {
      if (type === 'RangeVar' && !findCte(node, scope)) add(reads, node);
      if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(type)) {
        const { relation = {} }: { relation?: RangeVar } = node;
        add(writes, relation);
        if (type !== 'InsertStmt') add(searched, relation);
      }
      return true;
    },
  });
  return { reads: [...reads], writes: [...writes], searched: [...searched] };
}

/** What makes a relation, and every view above it, one of `tables`; memoized, and false for what is no relation. */
export function createReaching(
  tables: ReadonlySet<Relation>,
  catalog: Catalog,
  parse: (text: string) => ParsedStatement,
): (relation: Relation) => Relation | undefined {
  const known = new Map<Relation, Relation | undefined>();
  return (relation) => {
    if (!known.has(relation)) known.set(relation, [...underlyingTables(relation, catalog, parse)].find((table) => tables.has(table)));
    return known.get(relation);
  };
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
