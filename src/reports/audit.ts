/**
 * What a reviewer wants to know of every query: which tables it touches, and what stands between
 * them and a caller.
 */
import { type Position, positionAt } from '../sql/index.js';
import type { Options } from '../config/index.js';
import type { Catalog, Relation } from '../catalog/index.js';
import type { Command } from '../compiler/dialect/index.js';
import { findListed, underlyingTables } from '../compiler/guard/index.js';
import type { CompiledQuery, Through } from '../compiler/query.js';

export interface AuditReport {
  readonly queries: readonly AuditedQuery[];
}

export interface AuditedQuery {
  readonly name: string;
  readonly command: Command;
  readonly file: string;
  readonly line: number;
  /** The generated function; for a guarded query, the one that takes a filter. */
  readonly functions: readonly string[];
  /** The function without a filter, from the unfiltered entry; null where the query has no hook. */
  readonly unfiltered: string | null;
  /** Tables and views as `schema.name`; the schema is left out where the search path finds it. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Those of `guard.require` among them, also behind views. */
  readonly required: readonly string[];
  readonly guarded: boolean;
  /** By what every row comes through the filter; null where nothing does. */
  readonly how: Through | null;
  /** Where the hooks stand in the file. */
  readonly hooks: readonly Position[];
  /** The reason under `guard.exempt`, or null. */
  readonly exempt: string | null;
}

/** A query with the names of its generated functions. */
export interface NamedQuery {
  readonly query: Pick<CompiledQuery, 'name' | 'command' | 'rewritten' | 'reads' | 'writes' | 'proof'>;
  readonly functionName: string;
  readonly authorizedFunctionName: string | undefined;
}

export interface AuditInput {
  readonly queries: readonly NamedQuery[];
  readonly catalog: Catalog;
  readonly options: Pick<Options, 'guard'>;
}

/** The report over compiled queries, in their order. */
export function auditReport({ queries, catalog, options }: AuditInput): AuditReport {
  const { require, exempt } = options.guard;
  const listed = new Set(require.flatMap((name) => findListed(name, catalog) ?? []));
  const reach = (relation: Relation): Relation | undefined => underlyingTables(relation, catalog).find((table) => listed.has(table));
  const nameOf = (relation: Relation): string =>
    findListed(relation.name, catalog) === relation ? relation.name : `${relation.schema}.${relation.name}`;

  return {
    queries: queries.map(({ query, functionName, authorizedFunctionName }) => {
      const { annotated, hooks } = query.rewritten;
      const guarded = hooks.length > 0;
      return {
        name: query.name,
        command: query.command,
        file: annotated.file.path,
        line: annotated.line,
        functions: [authorizedFunctionName ?? functionName],
        unfiltered: authorizedFunctionName === undefined ? null : functionName,
        reads: query.reads.map(nameOf),
        writes: query.writes.map(nameOf),
        required: [...new Set([...query.reads, ...query.writes].flatMap((relation) => reach(relation) ?? []))].map(nameOf),
        guarded,
        how: query.proof.through ?? null,
        hooks: hooks.map(({ start }) => positionAt(annotated.file.text, start)),
        exempt: Object.hasOwn(exempt, query.name) ? (exempt[query.name] ?? null) : null,
      };
    }),
  };
}

const COLUMNS = ['query', 'command', 'reads', 'writes', 'guard', 'place'] as const;

/** The report as a table, and a line that counts. */
export function formatAudit({ queries }: AuditReport): string {
  const rows = queries.map((query): readonly string[] => [
    query.name,
    `:${query.command}`,
    query.reads.join(', ') || '-',
    query.writes.join(', ') || '-',
    guardOf(query),
    `${query.file}:${query.line}`,
  ]);
  const table = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => [...(row[column] ?? '')].length)));
  const lines = table.map((row) => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join('  ').trimEnd());
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1), '', summary(queries)].join('\n');
}

function guardOf({ guarded, how, exempt }: AuditedQuery): string {
  const reason = exempt === null ? '' : `exempt: ${exempt}`;
  if (!guarded) return reason === '' ? 'none' : reason;
  return `${how ?? 'yes'}${reason === '' ? '' : `; ${reason}`}`;
}

function summary(queries: readonly AuditedQuery[]): string {
  const guarded = queries.filter((query) => query.guarded).length;
  const exempt = queries.filter((query) => query.exempt !== null).length;
  return `${queries.length} ${queries.length === 1 ? 'query' : 'queries'}, ${guarded} guarded, ${exempt} exempt`;
}
