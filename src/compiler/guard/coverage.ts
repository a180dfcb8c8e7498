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
import type { Escape, Query, Violation } from '../query.js';

type CoveredQuery = Pick<Query, 'name' | 'rewritten' | 'proof'>;

export interface CoverageInput {
  readonly queries: readonly CoveredQuery[];
  /** Every query's name, also of those that did not compile. */
  readonly names: readonly string[];
  readonly guard: Options['guard'];
  readonly catalog: Catalog;
  readonly configFile: SourceFile;
}

export function checkCoverage(input: CoverageInput): readonly Diagnostic[] {
  const { queries, guard } = input;
  const uncovered = new Map(queries.flatMap(({ name, proof }) => (proof.uncovered ? [[name, proof.uncovered] as const] : [])));
  return [
    ...queries.flatMap((query) => {
      const found = uncovered.get(query.name);
      return found && !Object.hasOwn(guard.exempt, query.name) ? [uncoveredQuery(query, found)] : [];
    }),
    ...checkRequire(input),
    ...checkExempt(input, new Set(uncovered.keys())),
  ];
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

function uncoveredQuery({ name, rewritten }: CoveredQuery, { table, view, escape }: Violation): Diagnostic {
  const { file, annotationStart: start, annotationEnd: end } = rewritten.annotated;
  const what = `"${table}"${view === undefined ? '' : `, through the view "${view}",`}`;
  const [message, remedy] =
    rewritten.hooks.length === 0 && (escape === 'untied' || escape === 'value' || escape === 'mixed')
      ? [`reads ${what} without a filter, and guard.require lists that table`, 'put -- @authorize_filter at the end of its WHERE clause']
      : saysOf(escape, what, table);
  return {
    severity: 'error',
    message: `query "${name}" ${message}`,
    remedy: `${remedy}; or name the query under guard.exempt with a reason`,
    file,
    start,
    end,
    query: name,
  };
}

function saysOf(escape: Escape, what: string, table: string): readonly [message: string, remedy: string] {
  switch (escape) {
    case 'untied':
    case 'target':
      return [
        `reads ${what} beside its guarded rows, and no condition ties the two`,
        'put -- @authorize_filter into the WHERE clause of that FROM, or join the two by the equality of a column of each',
      ];
    case 'value':
      return [
        `reads ${what} in a subquery that its filter does not reach`,
        'give the subquery a hook of its own, or tie it to the guarded row by the equality of a column of each',
      ];
    case 'mixed':
      return [
        `counts, numbers, cuts off or combines rows of ${what} before its filter can tell them apart`,
        'put -- @authorize_filter into the WHERE clause that reads the table itself',
      ];
    case 'conflict':
      return [`overwrites rows of ${what} by ON CONFLICT DO UPDATE, which no filter judges`, 'write DO NOTHING and an UPDATE with a hook'];
    case 'unmatched':
      return [
        `changes rows of ${what} that match none of what it merges, which no filter judges`,
        'write an UPDATE or a DELETE with a hook',
      ];
    case 'function':
      return [
        table.endsWith('()') ? `calls ${table}, which reads what its argument names` : `calls a function that returns rows of ${what}`,
        'read the table in a FROM clause with a hook',
      ];
    case 'statistics':
      return [`reads ${what}, which holds values of every table`, 'leave it out'];
    case 'statement':
      return [`is a ${table}, of which nothing can be proven`, 'read the table in a SELECT with a hook'];
  }
}

function checkRequire({ guard, catalog, configFile }: CoverageInput): Diagnostic[] {
  return guard.require.flatMap((name) => {
    if (findListed(name, catalog)) return [];
    const elsewhere = (catalog.relationsByName.get(name) ?? []).map(({ schema }) => `${schema}.${name}`);
    return [
      {
        severity: 'error' as const,
        message: `guard.require lists "${name}", and there is no such table`,
        remedy:
          elsewhere.length > 0
            ? `write it with its schema: ${elsewhere.join(' or ')}`
            : 'write a table or view of the schema, as table or schema.table',
        ...placeInConfig(configFile, 'require', name),
      },
    ];
  });
}

function checkExempt({ guard, names, configFile }: CoverageInput, uncovered: ReadonlySet<string>): Diagnostic[] {
  return Object.entries(guard.exempt).flatMap(([name, reason]): Diagnostic[] => {
    const place = placeInConfig(configFile, 'exempt', name);
    if (!names.includes(name)) {
      return [
        {
          severity: 'error',
          message: `guard.exempt names "${name}", and there is no such query`,
          remedy: 'write the name of a query, or remove the line',
          ...place,
        },
      ];
    }
    if (reason.trim() === '') {
      return [
        {
          severity: 'error',
          message: `guard.exempt gives no reason for "${name}"`,
          remedy: `say why it may read unguarded: ${name}: an internal report`,
          ...place,
        },
      ];
    }
    if (uncovered.has(name)) return [];
    return [
      {
        severity: 'warning',
        message: `query "${name}" needs no exemption: it reads no listed table past a filter`,
        remedy: 'remove the line from guard.exempt',
        ...place,
      },
    ];
  });
}

/** Where a name stands below `guard:` in the configuration. */
function placeInConfig(file: SourceFile, key: string, name: string): Pick<Diagnostic, 'file' | 'start' | 'end'> {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = new RegExp(`\\bguard["']?\\s*:[^]*?\\b${key}["']?\\s*:[^]*?(?<![\\w.])(${escaped})(?![\\w.])`, 'd').exec(file.text);
  const [start, end] = found?.indices?.[1] ?? [];
  return start === undefined || end === undefined ? { file } : { file, start, end };
}
