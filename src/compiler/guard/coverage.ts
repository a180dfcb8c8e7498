/**
 * `guard.require`: only a filter leads to the rows of a listed table.
 *
 * Invariant: a query that reads a listed table, itself or by way of a view, a CTE or a subquery,
 * is guarded or has a reason under `guard.exempt`. In a guarded query, the rows of a listed table
 * are filtered themselves, or tied by a condition to rows that are; a subquery that only narrows
 * the result, in a WHERE or ON, is free. What a function's body reads is not known.
 */
import type { SelectStmt, SubLink } from 'libpg-query';
import type { Options } from '../../config/index.js';
import { type Catalog, findRelation, type Relation } from '../../catalog/index.js';
import type { SourceFile } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { proveGuard, type Proof } from './prove.js';
import { isFromOutside, walkLevels } from './ranges.js';
import { EMPTY_SCOPE, walkScoped, type Scope } from './scope.js';
import { asSelect } from './tree.js';
import type { ParsedStatement } from '../parse.js';
import type { Query } from '../query.js';
import { createReaching, findTables } from './tables.js';

export interface CoverageInput {
  readonly queries: readonly Pick<Query, 'name' | 'rewritten'>[];
  /** Every query's name, also of those that did not compile. */
  readonly names: readonly string[];
  readonly guard: Options['guard'];
  readonly catalog: Catalog;
  readonly configFile: SourceFile;
  readonly parse: (text: string) => ParsedStatement;
}

export function checkCoverage(input: CoverageInput): readonly Diagnostic[] {
  const { queries, guard, catalog, parse } = input;
  const listed = new Set(guard.require.flatMap((name) => findListed(name, catalog) ?? []));
  const reach = createReaching(listed, catalog, parse);
  const uncovered = new Map(queries.flatMap((query) => {
    const found = listed.size === 0 ? undefined : findUncovered(query, reach, input);
    return found ? [[query.name, found] as const] : [];
  }));
  return [
    ...queries.flatMap((query) => {
      const found = uncovered.get(query.name);
      return found && !Object.hasOwn(guard.exempt, query.name) ? [uncoveredQuery(query, found)] : [];
    }),
    ...checkRequire(input),
    ...checkExempt(input, new Set(uncovered.keys())),
  ];
}

/** A listed table, as configured: `table` or `schema.table`. */
export function findListed(name: string, catalog: Catalog): Relation | undefined {
  const [first = '', second] = name.split('.');
  return second === undefined ? findRelation(catalog, undefined, first) : findRelation(catalog, first, second);
}

/** How a query reads a listed table past every filter. */
interface Uncovered {
  readonly table: Relation;
  /** The view that it is read through. */
  readonly view: Relation | undefined;
  readonly how: 'unguarded' | 'untied' | 'value';
}

type Reach = (relation: Relation) => Relation | undefined;

function findUncovered({ rewritten }: Pick<Query, 'rewritten'>, reach: Reach, { catalog, parse }: CoverageInput): Uncovered | undefined {
  const statement = parse(rewritten.text);
  const reads = (name: string): Uncovered | undefined => {
    const relation = findListed(name, catalog);
    const table = relation && reach(relation);
    return table && { table, view: table === relation ? undefined : relation, how: 'untied' };
  };
  if (rewritten.hooks.length === 0) {
    const { reads: read, searched } = findTables(statement, catalog);
    for (const relation of [...read, ...searched]) {
      const table = reach(relation);
      if (table) return { table, view: table === relation ? undefined : relation, how: 'unguarded' };
    }
    return undefined;
  }
  const proof = proveGuard(rewritten.hooks, statement, catalog, (name) => reads(name) !== undefined);
  const untied = [proof.result, ...proof.changes.map(({ rows }) => rows)].flatMap((rows) => (rows.flow === 'open' ? rows.leaks : []));
  for (const name of untied) {
    const found = reads(name);
    if (found) return found;
  }
  for (const name of valuesPast(statement, proof, catalog)) {
    const found = reads(name);
    if (found) return { ...found, how: 'value' };
  }
  return undefined;
}

/** Conditions, where a subquery only narrows the result. */
const CONDITIONS = new Set(['whereClause', 'quals']);

/**
 * What subqueries read past the filter where they make values, in a select list or RETURNING or
 * SET. One that names a column of the statement around it is tied to that statement's rows.
 */
function valuesPast(statement: ParsedStatement, { analysis }: Proof, catalog: Catalog): readonly string[] {
  const found: string[] = [];
  walkScoped(statement.statement, EMPTY_SCOPE, {
    skip: CONDITIONS,
    node(type, node, scope) {
      if (type !== 'SubLink') return true;
      const { subselect }: SubLink = node;
      const stmt = asSelect(subselect);
      if (stmt && !isTied(stmt, scope, catalog)) found.push(...analysis.select(stmt, scope).leaks);
      return true;
    },
  });
  return found;
}

/** Whether a subquery surely names a column from outside. */
function isTied(subquery: SelectStmt, scope: Scope, catalog: Catalog): boolean {
  let tied = false;
  walkLevels([{ SelectStmt: subquery }], scope, catalog, (type, node, levels) => {
    tied ||= type === 'ColumnRef' && levels.every((ranges) => isFromOutside(node, ranges));
    return true;
  });
  return tied;
}

function uncoveredQuery({ name, rewritten }: Pick<Query, 'name' | 'rewritten'>, { table, view, how }: Uncovered): Diagnostic {
  const { file, annotationStart: start, annotationEnd: end } = rewritten.annotated;
  const what = `"${table.name}"${view ? `, through the view "${view.name}",` : ''}`;
  const says = {
    unguarded: `query "${name}" reads ${what} without a filter, and guard.require lists that table`,
    untied: `query "${name}" reads ${what} beside its guarded rows, and no condition ties the two`,
    value: `query "${name}" reads ${what} in a subquery that its filter does not reach`,
  }[how];
  const write = {
    unguarded: 'put -- @authorize_filter at the end of its WHERE clause',
    untied: 'put -- @authorize_filter into the WHERE clause of that FROM, or join the two by a condition',
    value: 'give the subquery a hook of its own, or tie it to the guarded row by a condition',
  }[how];
  return { severity: 'error', message: says, remedy: `${write}; or name the query under guard.exempt with a reason`, file, start, end, query: name };
}

function checkRequire({ guard, catalog, configFile }: CoverageInput): Diagnostic[] {
  return guard.require.flatMap((name) => {
    if (findListed(name, catalog)) return [];
    const elsewhere = (catalog.relationsByName.get(name) ?? []).map(({ schema }) => `${schema}.${name}`);
    return [
      {
        severity: 'error' as const,
        message: `guard.require lists "${name}", and there is no such table`,
        remedy: elsewhere.length > 0 ? `write it with its schema: ${elsewhere.join(' or ')}` : 'write a table or view of the schema, as table or schema.table',
        ...placeInConfig(configFile, 'require', name),
      },
    ];
  });
}

function checkExempt({ guard, names, configFile }: CoverageInput, uncovered: ReadonlySet<string>): Diagnostic[] {
  return Object.entries(guard.exempt).flatMap(([name, reason]): Diagnostic[] => {
    const place = placeInConfig(configFile, 'exempt', name);
    if (!names.includes(name)) {
      return [{ severity: 'error', message: `guard.exempt names "${name}", and there is no such query`, remedy: 'write the name of a query, or remove the line', ...place }];
    }
    if (reason.trim() === '') {
      return [{ severity: 'error', message: `guard.exempt gives no reason for "${name}"`, remedy: `say why it may read unguarded: ${name}: an internal report`, ...place }];
    }
    if (uncovered.has(name)) return [];
    return [{ severity: 'warning', message: `query "${name}" needs no exemption: it reads no listed table past a filter`, remedy: 'remove the line from guard.exempt', ...place }];
  });
}

/** Where a name stands below `guard:` in the configuration. */
function placeInConfig(file: SourceFile, key: string, name: string): Pick<Diagnostic, 'file' | 'start' | 'end'> {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = new RegExp(`\\bguard["']?\\s*:[^]*?\\b${key}["']?\\s*:[^]*?(?<![\\w.])(${escaped})(?![\\w.])`, 'd').exec(file.text);
  const [start, end] = found?.indices?.[1] ?? [];
  return start === undefined || end === undefined ? { file } : { file, start, end };
}
