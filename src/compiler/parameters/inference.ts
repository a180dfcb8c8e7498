/**
 * Whether sqlc can infer a statement's parameters on its own.
 *
 * If it cannot, it asks its database, if it has one, and then knows no names but the author's. So in a
 * project that gives sqlc a database, all parameters that the author did not name are numbered as soon
 * as sqlc fails at one place of the statement.
 *
 * Invariant: a lookup here sees what sqlc sees: every table of the whole statement at once, by the
 * default schema unless it is qualified, and no column of a CTE or subselect.
 */
import type { Catalog, Relation } from '../../catalog/index.js';
import { type ColumnRef, type Node, type RangeVar, strings } from '../parse.js';
import type { Usage } from './nullability.js';

interface Tables {
  /** Each one as often as the statement names it. */
  readonly all: readonly Relation[];
  readonly aliases: ReadonlyMap<string, Relation>;
}

/** Judges the first place of every parameter, by the nodes of the statement. */
export function isInferable(nodes: readonly Node[], places: readonly (Usage | undefined)[], catalog: Catalog): boolean {
  const tables = tablesOf(nodes, catalog);
  if (tables === undefined) return false;
  return places.every((place) => {
    const { kind, name, column } = place?.context ?? {};
    if (kind === 'operator') return column === undefined || isFound(tables, column);
    if (kind === 'assigned') return hasColumn(tableOf(catalog, place?.assigned?.relation), name);
    return kind !== 'item' || hasColumn(tables.all[0], name);
  });
}

/** The tables of a statement; undefined where one is neither a table nor a CTE. */
function tablesOf(nodes: readonly Node[], catalog: Catalog): Tables | undefined {
  const all: Relation[] = [];
  const aliases = new Map<string, Relation>();
  const ctes = new Set(nodes.flatMap((node) => ('CommonTableExpr' in node ? (node.CommonTableExpr.ctename ?? []) : [])));
  for (const node of nodes) {
    if (!('RangeVar' in node)) continue;
    const { relname = '', alias } = node.RangeVar;
    if (aliases.has(relname)) continue;
    const relation = tableOf(catalog, node.RangeVar);
    if (relation) all.push(relation);
    else if (!ctes.has(relname)) return undefined;
    if (relation && alias?.aliasname !== undefined) aliases.set(alias.aliasname, relation);
  }
  return { all, aliases };
}

function tableOf(catalog: Catalog, { schemaname = 'public', relname = '' }: RangeVar = {}): Relation | undefined {
  return catalog.relationsByName.get(relname)?.find(({ schema }) => schema === schemaname);
}

function hasColumn(relation: Relation | undefined, name: string | undefined): boolean {
  return relation?.columns.some((column) => column.name === name) === true;
}

/** Exactly one of the tables has the column. */
function isFound({ all, aliases }: Tables, reference: ColumnRef): boolean {
  const parts = strings(reference.fields);
  const [name, qualifier] = [parts.at(-1), parts.at(-2)];
  const named = qualifier === undefined ? undefined : (aliases.get(qualifier) ?? all.findLast((relation) => relation.name === qualifier));
  const searched = qualifier === undefined ? all : [named];
  return searched.filter((relation) => hasColumn(relation, name)).length === 1;
}
