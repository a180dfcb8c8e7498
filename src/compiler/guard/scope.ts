/**
 * Which names stand for a CTE at a place of the tree.
 *
 * Invariant: as in PostgreSQL, a CTE is seen by its statement and what is below it, by the CTEs
 * behind it (by all of them under WITH RECURSIVE), and never under a qualified name.
 */
import type { Node, RangeVar, WithClause } from 'libpg-query';
import { isObject, propertiesOf, stringsOf, unwrap, withClauseOf } from './tree.js';

export interface Cte {
  readonly name: string;
  readonly query: Node;
  /** What it calls its first columns; empty where it leaves them as they are. */
  readonly columns: readonly string[];
  /** What the names inside its query mean. */
  readonly scope: Scope;
  /** Whether its query may name itself. */
  readonly recursive: boolean;
}

export interface Scope {
  readonly find: (name: string) => Cte | undefined;
}

export const EMPTY_SCOPE: Scope = { find: () => undefined };

/** The scope of a statement with this WITH clause, inside another scope. */
export function openScope(clause: WithClause | undefined, outer: Scope): Scope {
  const ctes = ctesOf(clause, outer);
  return ctes.length === 0 ? outer : scopeOf(ctes, outer);
}

/** The CTEs of a WITH clause, in order, each with the scope of its own query. */
export function ctesOf(clause: WithClause | undefined, outer: Scope): readonly Cte[] {
  const ctes: Cte[] = [];
  const recursive = clause?.recursive === true;
  for (const node of clause?.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    const { ctename: name, ctequery: query, aliascolnames } = node.CommonTableExpr;
    if (name === undefined || query === undefined) continue;
    // Under RECURSIVE the list is still growing: what it holds in the end is what the query sees.
    ctes.push({ name, query, columns: stringsOf(aliascolnames), recursive, scope: scopeOf(recursive ? ctes : [...ctes], outer) });
  }
  return ctes;
}

/** The CTE that a range names, if it is not a table. */
export function findCte(range: RangeVar, scope: Scope): Cte | undefined {
  return range.schemaname === undefined && range.relname !== undefined ? scope.find(range.relname) : undefined;
}

function scopeOf(ctes: readonly Cte[], outer: Scope): Scope {
  return { find: (name) => ctes.find((cte) => cte.name === name) ?? outer.find(name) };
}

export interface ScopedVisitor {
  /** What is below a node is left out where it returns false. The scope is the one around the node. */
  readonly node: (type: string, node: object, scope: Scope) => boolean;
  /** Properties that are left out, with what is in them. */
  readonly skip?: ReadonlySet<string>;
}

/** Visits the nodes below a value, outermost first, each with the CTEs that are seen at its place. */
export function walkScoped(value: unknown, scope: Scope, visitor: ScopedVisitor, type = ''): void {
  if (Array.isArray(value)) {
    for (const element of value) walkScoped(element, scope, visitor, type);
    return;
  }
  if (!isObject(value)) return;
  const [innerType, inner] = unwrap('', type, value);
  if (innerType !== '' && !visitor.node(innerType, inner, scope)) return;
  const clause = withClauseOf(innerType, inner);
  for (const cte of ctesOf(clause, scope)) walkScoped(cte.query, cte.scope, visitor);
  const own = openScope(clause, scope);
  for (const child of propertiesOf(innerType, inner)) {
    if (child.property === 'withClause' || visitor.skip?.has(child.property) === true) continue;
    walkScoped(child.value, own, visitor, child.type);
  }
}
