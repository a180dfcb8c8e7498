/**
 * `guard.require`: only a filter leads to the rows of a listed table.
 *
 * Invariant: a query that reads a listed table, itself or by way of a view, a partition, a CTE or a
 * subquery, is proven to read only what its filter lets through, or has a reason under `guard.exempt`.
 * What a function's body reads is not known.
 */
import { type Catalog, findRelation, type Relation } from '../../catalog/index.js';
import type { Options } from '../../config/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { SourceFile } from '../../sql/index.js';
import type { CompiledQuery } from '../query.js';
import { errorAt, uncovered } from './messages.js';

export interface CoverageInput {
  readonly queries: readonly Pick<CompiledQuery, 'name' | 'rewritten' | 'proof'>[];
  /** Every query's name, also of those that did not compile. */
  readonly names: readonly string[];
  readonly guard: Options['guard'];
  readonly catalog: Catalog;
  readonly configFile: SourceFile;
}

export function checkCoverage(input: CoverageInput): readonly Diagnostic[] {
  const found = input.queries.flatMap(({ name, rewritten, proof }): readonly Diagnostic[] => {
    if (!proof.uncovered || Object.hasOwn(input.guard.exempt, name)) return [];
    return [errorAt(rewritten, uncovered(name, proof.uncovered, rewritten.hooks.length > 0))];
  });
  return [...found, ...checkRequire(input), ...checkExempt(input)];
}

/** The relations of `guard.require`, by OID. */
export function listedRelations({ require }: Options['guard'], catalog: Catalog): ReadonlySet<number> {
  return new Set(require.flatMap((name) => findListed(name, catalog)?.oid ?? []));
}

/** A listed table, as configured: `table` or `schema.table`. */
export function findListed(name: string, catalog: Catalog): Relation | undefined {
  const [first = '', second] = name.split('.');
  return second === undefined ? findRelation(catalog, undefined, first) : findRelation(catalog, first, second);
}

function checkRequire({ guard, catalog, configFile }: CoverageInput): readonly Diagnostic[] {
  return guard.require.flatMap((name): readonly Diagnostic[] => {
    if (findListed(name, catalog)) return [];
    const elsewhere = (catalog.relationsByName.get(name) ?? []).map(({ schema }) => `${schema}.${name}`);
    const instead =
      elsewhere.length > 0 ? `it with its schema: ${elsewhere.join(' or ')}` : 'a table or view of the schema, as table or schema.table';
    const message = `guard.require lists "${name}", and there is no such table`;
    return [{ severity: 'error', message, remedy: `Write ${instead}.`, ...placeIn(configFile, 'require', name) }];
  });
}

function checkExempt({ queries, guard, names, configFile }: CoverageInput): readonly Diagnostic[] {
  return Object.entries(guard.exempt).flatMap(([name, reason]): readonly Diagnostic[] => {
    const at = (severity: Diagnostic['severity'], message: string, remedy: string): readonly Diagnostic[] => [
      { severity, message, remedy, ...placeIn(configFile, 'exempt', name) },
    ];
    if (!names.includes(name))
      return at('error', `guard.exempt names "${name}", and there is no such query`, 'Write the name of a query, or remove the line.');
    if (reason.trim() === '')
      return at('error', `guard.exempt gives no reason for "${name}"`, `Say why it may read unguarded, as in ${name}: an internal report.`);
    const needless = `query "${name}" needs no exemption: it reads no listed table past a filter`;
    const isNeeded = queries.some((query) => query.name === name && query.proof.uncovered);
    return isNeeded ? [] : at('warning', needless, 'Remove the line from guard.exempt.');
  });
}

/** Where a name stands below `guard:` in the configuration. */
function placeIn(file: SourceFile, key: string, name: string): Pick<Diagnostic, 'file' | 'start' | 'end'> {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = new RegExp(`\\bguard["']?\\s*:[^]*?\\b${key}["']?\\s*:[^]*?(?<![\\w.])(${escaped})(?![\\w.])`, 'd').exec(file.text);
  const [start, end] = found?.indices?.[1] ?? [];
  return start === undefined || end === undefined ? { file } : { file, start, end };
}
