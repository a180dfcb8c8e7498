/**
 * Whether a statement is about the connection that it runs on, or about the transaction there: on a pool,
 * which may give the next call another connection, it is of no use, or leaves something behind.
 */
import { type Catalog, perCatalog } from '../../catalog/index.js';
import { contains, type Query } from '../analysis/index.js';
import type { ParsedStatement } from '../parse.js';

const STATEMENT =
  /^(?:Transaction|VariableSet|Discard|Listen|Unlisten|Lock|ConstraintsSet|Prepare|Execute|Deallocate|DeclareCursor|Fetch|ClosePortal)Stmt$/;

/** What they hold or read outlives a statement. */
const SESSION = /^pg_(?:try_)?advisory_(?:un)?lock(?:_all|_shared)?$/;
/** A statement that does something else beside may well have use of them itself. */
const TRANSACTION = /^(?:pg_(?:try_)?advisory_xact_lock(?:_shared)?|set_config|currval|lastval|setseed|pg_export_snapshot)$/;

export function isOfConnection({ statement }: ParsedStatement): boolean {
  return STATEMENT.test(Object.keys(statement)[0] ?? '') || /"relpersistence":"t"/.test(JSON.stringify(statement));
}

/** @param queries as they were written. @param alone whether they read and write no table. */
export function callsOfConnection(queries: readonly Query[], catalog: Catalog, alone: boolean): boolean {
  const { session, transaction } = oidsOf(catalog);
  return queries.some((query) =>
    contains(query.node, ({ tag, fields }) => {
      const oid = tag === 'FUNCEXPR' ? fields['funcid'] : undefined;
      return typeof oid === 'string' && (session.has(oid) || (alone && transaction.has(oid)));
    }),
  );
}

const oidsOf = perCatalog((catalog) => {
  const own = [...catalog.functionsByName.values()].flat().filter(({ schema }) => schema === 'pg_catalog');
  const named = (names: RegExp): ReadonlySet<string> => new Set(own.filter(({ name }) => names.test(name)).map(({ oid }) => String(oid)));
  return { session: named(SESSION), transaction: named(TRANSACTION) };
});
