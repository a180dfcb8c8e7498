/**
 * The tables that statements, ranges and functions read.
 *
 * Invariant: whatever the catalog does not know is taken for the worse: a function that may read, a
 * relation that may hold listed rows.
 */
import { type Catalog, functionOf, heldBy, kinOf, nameOf, type Relation } from '../../catalog/index.js';
import { type Analysis, child, children, flag, integer, type Level, queryOf, type Range, walk } from '../analysis/index.js';
import type { Cover } from './cover.js';

/** What a statement reads and writes, at any depth; a view is itself, and function bodies are not looked into. */
export function findTables(
  analysis: Analysis,
  catalog: Catalog,
): { readonly reads: readonly Relation[]; readonly writes: readonly Relation[] } {
  const reads = new Set<Relation>();
  const writes = new Set<Relation>();
  walk(analysis.parsed.node, (node) => {
    if (node.tag !== 'QUERY') return true;
    const { ranges, resultRelation } = queryOf(node);
    const onConflict = child(node, 'onConflict');
    const excluded = onConflict ? integer(onConflict, 'exclRelIndex') : 0;
    for (const { kind, varno, relationOid = 0 } of ranges) {
      const relation = kind === 'relation' && varno !== excluded ? catalog.relations.get(relationOid) : undefined;
      if (relation) (varno === resultRelation ? writes : reads).add(relation);
    }
    return true;
  });
  return { reads: [...reads], writes: [...writes] };
}

/** A relation and, where it is a view, every relation that its definition reads, to any depth. */
export function underlyingTables(relation: Relation, catalog: Catalog): readonly Relation[] {
  return [...heldBy(relation.oid, catalog)].flatMap((oid) => catalog.relations.get(oid) ?? []);
}

/** Functions of PostgreSQL's own, and of its extensions, that read tables, files, statistics or other sessions by name. */
const READS =
  /^(?:(?:query|table|cursor|schema|database)_to_xml(?:_and_xmlschema)?|ts_stat|lo_(?:get|export|import)|loread|pg_(?:read_|ls_|stat_file|file_read|logical_|stat_get_|mcv_list_items|get_wal|cursor|prepared_).*|(?:crosstab|dblink).*|connectby|xpath_table|get_raw_page|bt_page_items)$/;

/** Whether a function that is not the schema's own reads what it is told by name. */
function readsByName(oid: number, catalog: Catalog): boolean {
  const found = functionOf(catalog, oid);
  if (!found?.builtin && found?.extension === undefined) return false;
  // With three arguments, ts_rewrite is given its replacement instead of a query's text.
  return READS.test(found.name) || (found.name === 'ts_rewrite' && found.argumentTypeOids.length === 2);
}

/** Whether a function may read tables, for all that is known of it. */
export function mayRead(oid: number, catalog: Catalog): boolean {
  return functionOf(catalog, oid)?.builtin !== true || readsByName(oid, catalog);
}

/** A function as messages name it. */
export function callOf(oid: number, catalog: Catalog): string {
  return `${functionOf(catalog, oid)?.name ?? 'a function'}()`;
}

/** The relations whose rows a function of the schema's returns, also as a column or in an array. */
function returnedRelations(oid: number, catalog: Catalog): readonly number[] {
  const found = functionOf(catalog, oid);
  const rowsOf = (type: number): readonly number[] => {
    const { relationOid = 0, elementOid = 0, baseOid = 0 } = catalog.types.get(type) ?? {};
    return relationOid > 0 ? [relationOid] : [elementOid, baseOid].filter(Boolean).flatMap(rowsOf);
  };
  return !found || found.builtin ? [] : [found.returnTypeOid, ...found.outputs.map(({ typeOid }) => typeOid)].flatMap(rowsOf);
}

/** The relation that a range is, and those whose rows functions in FROM return. */
export function relationsOf({ kind, node, relationOid }: Range, catalog: Catalog): readonly number[] {
  if (kind === 'relation') return relationOid === undefined ? [] : [relationOid];
  const calls = kind === 'function' ? children(node, 'functions').flatMap((item) => child(item, 'funcexpr') ?? []) : [];
  return calls.flatMap((call) => (call.tag === 'FUNCEXPR' ? returnedRelations(integer(call, 'funcid'), catalog) : []));
}

/** Whether a range has rows of its own making, as a list of values has. A function that returns a table's rows is like the table. */
export function makesRows(range: Range, catalog: Catalog): boolean {
  if (range.kind !== 'function') return range.kind === 'values';
  return children(range.node, 'functions').length > 1 || relationsOf(range, catalog).length === 0;
}

/** Whether all rows of a range are of the same table, so that none has the `ctid` of another. */
export function isOneTable({ node, relationOid = 0 }: Range, catalog: Catalog): boolean {
  const isAlone = !flag(node, 'inh') || kinOf(relationOid, catalog).every((kin) => kin === relationOid);
  return isAlone && catalog.relations.get(relationOid)?.kind === 'table';
}

/** Whether a relation holds values of the columns of other tables. */
function isStatistics(oid: number, { relations }: Catalog): boolean {
  const relation = relations.get(oid);
  return relation?.schema === 'pg_catalog' && /^pg_statistic(?:_ext_data)?$/.test(relation.name);
}

/** Functions that read by name, or that return protected rows as a value; statistics. */
export function judgeCalls(level: Level, { catalog, refuse, needsOf, rows }: Cover): void {
  const { query } = level;
  const functionsInFrom = new Set(query.ranges.flatMap(({ node }) => children(node, 'functions').map((item) => child(item, 'funcexpr'))));
  for (const { relationOid = 0 } of rows.listed.size > 0 ? query.ranges : [])
    if (isStatistics(relationOid, catalog)) refuse('statistics', [{ table: nameOf(relationOid, catalog), view: undefined, listed: true }]);
  walk(query.node, (node, depth) => {
    if (node.tag === 'QUERY' && depth > 0) return false;
    if (node.tag !== 'FUNCEXPR') return true;
    const oid = integer(node, 'funcid');
    // Beside a hook it is the hook's problem, which no exemption settles.
    if (readsByName(oid, catalog)) refuse('function', [{ table: callOf(oid, catalog), view: undefined, listed: !rows.hooked }]);
    const returned = functionsInFrom.has(node) ? [] : returnedRelations(oid, catalog);
    refuse('function', returned.flatMap(needsOf));
    return true;
  });
}
