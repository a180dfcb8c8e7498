/** One entry of a FROM list: a table, a view, a subquery, a function, rows of VALUES, a WITH entry. */
import { child, definitionOf, isList, isNode, items, Leaves, type Range as RangeEntry } from '../../analysis/index.js';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import { valuesOf, type Engine } from '../engine.js';
import { createSource, MANY, ONE, type Range, rangeOf, type Scope, scopeAbove, type Source, sourcesOf, storedScope } from '../scope.js';
import { isArray, TYPE } from '../pg-types.js';
import { cell, type Reasons } from '../reason.js';
import { freshValues, notNull, type Value } from '../value.js';
import { countedRange, single, unknownRange, type FromShape } from './from-shape.js';
import { analyzeFunctionRange, analyzeTableFunction } from './function-range.js';
import { storedNode } from './predicate.js';
import { mixedRows } from './set-operation.js';

export function analyzeRange(engine: Engine, number: number, scope: Scope): FromShape {
  const entry = scope.frame.query.ranges[number - 1];
  const found = entry && ANALYZERS[entry.kind]?.(engine, entry, scope);
  return found ?? single(number, unknownRange(), false);
}

type Analyzer = (engine: Engine, entry: RangeEntry, scope: Scope) => FromShape | undefined;

const ANALYZERS: Readonly<Partial<Record<RangeEntry['kind'], Analyzer>>> = {
  relation: analyzeRelation,
  subquery: analyzeSubquery,
  function: analyzeFunctionRange,
  tableFunction: analyzeTableFunction,
  values: analyzeValues,
  cte: analyzeEntry,
  result: (_engine, { varno }) => single(varno, unknownRange({ atMostOne: ONE }), true),
};

function analyzeRelation(engine: Engine, { relationOid, varno, node }: RangeEntry): FromShape | undefined {
  const relation = engine.catalog.relations.get(relationOid ?? 0);
  if (relation === undefined) return undefined;
  const atLeastOne = relation.kind === 'sequence' || (relation.kind === 'view' && engine.view(relation).atLeastOne);
  return single(varno, relationRange(engine, relation), atLeastOne && child(node, 'tablesample') === undefined);
}

/** A table's or view's own columns, before any join or condition. */
export function relationRange(engine: Engine, relation: Relation): Range {
  const shape = relation.kind === 'view' || relation.kind === 'materializedView' ? engine.view(relation) : undefined;
  const atMostOne = relation.kind === 'sequence' ? ONE : (shape?.atMostOne ?? MANY);
  const source = createSource({ relation, keys: engine.trusted ? relation.uniqueKeys : [], atMostOne });
  const seen = freshValues(shape?.columns ?? []);
  const seenOf = (column: CatalogColumn): Value | undefined => seen[relation.columns.indexOf(column)];
  return relationRow(relation, source, (column, row) => columnValue(engine, relation, column, seenOf(column), row));
}

/**
 * The row that a statement writes; unlike those that a view shows, it need not satisfy the view's
 * conditions, but a column that PostgreSQL itself passes on to a table is what that table takes.
 */
export function writtenRange(engine: Engine, relation: Relation, source: Source, passedOn: boolean): Range {
  const isPassed = relation.kind === 'view' && passedOn && engine.trusted;
  return relationRow(relation, source, (column, row) => {
    const isNotNull = isPassed && baseColumn(engine, relation, column.number)?.notNull === true;
    return columnValue(engine, relation, column, isNotNull ? notNull(column.typeOid) : undefined, row);
  });
}

/** The table's column that a column of an updatable view is. */
function baseColumn(engine: Engine, view: Relation, number: number): CatalogColumn | undefined {
  const level = definitionOf(view);
  const leaves = new Leaves(engine.catalog);
  const [leaf, second] = level && !level.query.from.some(({ join }) => join) ? leaves.output(level, number) : [];
  const found = second === undefined ? leaves.columnOf(leaf) : undefined;
  return found?.relation.kind === 'view' ? baseColumn(engine, found.relation, found.column.number) : found?.column;
}

const SYSTEM_COLUMNS: readonly number[] = [TYPE.unresolved, TYPE.tid, TYPE.xid, TYPE.cid, TYPE.xid, TYPE.cid, TYPE.oid];

/** A range over a relation's columns, with `ctid` and its like. */
export function relationRow(relation: Relation, source: Source, valueOf: (column: CatalogColumn, row: Range) => Value | undefined): Range {
  const columns = new Map(relation.columns.map((column) => [column.number, column]));
  const value = (number: number, row: Range): Value | undefined => {
    const column = columns.get(number);
    return number < 0 ? notNull(SYSTEM_COLUMNS[-number] ?? TYPE.unresolved) : column && valueOf(column, row);
  };
  return rangeOf(source, value, { numbers: [...columns.keys()], typeOid: relation.typeOid });
}

/** What a column is generated from, over the row's other columns; undefined where it is not, or where that is not known. */
export function generatedValue(engine: Engine, column: CatalogColumn, range: Range): Value | undefined {
  const node = column.generated && column.defaultTree !== undefined ? storedNode(column.defaultTree) : undefined;
  return node && engine.expression(node, storedScope(range));
}

/** `seen` is what a view's definition says of the column. */
function columnValue(engine: Engine, relation: Relation, column: CatalogColumn, seen: Value | undefined, range: Range): Value {
  const made = engine.trusted ? generatedValue(engine, column, range) : undefined;
  const declared: Reasons = column.notNull && engine.trusted ? [] : (made?.reasons ?? [cell()]);
  const type = engine.catalog.types.get(column.typeOid);
  const origin = { relation, column };
  const { nullable, nullableElements } = (type && engine.override(type, origin)) ?? {};
  const reasons = nullable === undefined ? (seen?.reasons ?? declared) : nullable ? [cell()] : [];
  return {
    ...notNull(column.typeOid),
    reasons,
    strictIn: nullable === undefined ? ((seen ?? made)?.strictIn ?? reasons) : reasons,
    elements: nullableElements === true ? 'nullable' : ((seen ?? made)?.elements ?? 'assumed'),
    dimensions: dimensionsOf(engine, column, seen ?? made),
    origin,
    // What a materialized view holds may be older than the tables that it was made of.
    json: relation.kind === 'view' ? seen?.json : undefined,
  };
}

function dimensionsOf(engine: Engine, column: CatalogColumn, seen: Value | undefined): number {
  if (!isArray(engine.catalog, column.typeOid)) return 0;
  return column.dimensions > 0 ? column.dimensions : Math.max(1, seen?.dimensions ?? 1);
}

function analyzeSubquery(engine: Engine, { subquery, varno }: RangeEntry, scope: Scope): FromShape | undefined {
  if (subquery === undefined) return undefined;
  const shape = engine.query(subquery, scope);
  const source = createSource({ atMostOne: shape.atMostOne, dependsOn: sourcesOf(subquery.node, scope) });
  return single(varno, countedRange(source, valuesOf(shape)), shape.atLeastOne, shape.facts);
}

/** What a WITH entry gives is looked up as many queries out as the reference says. */
function analyzeEntry(_engine: Engine, { cte, varno }: RangeEntry, scope: Scope): FromShape | undefined {
  const found = cte && scopeAbove(scope, cte.levelsUp)?.frame.entries.get(cte.name);
  if (cte === undefined || found === undefined) return undefined;
  const source = createSource({ atMostOne: found.atMostOne, entry: cte.name });
  return single(varno, countedRange(source, freshValues(found.columns)), found.atLeastOne);
}

/** `VALUES (…), (…)` as an item of FROM, or as the rows of an INSERT. */
function analyzeValues(engine: Engine, entry: RangeEntry, scope: Scope): FromShape {
  const rows = items(entry.node, 'values_lists').map((row) => (isList(row) ? row.filter((item) => isNode(item)) : []));
  // DEFAULT is what the column says, which is not known here.
  const values = rows.map((row) => row.map((node) => engine.expression(node, scope)));
  const source = createSource({
    atMostOne: rows.length === 1 ? ONE : MANY,
    dependsOn: rows.flat().flatMap((node) => sourcesOf(node, scope)),
  });
  return single(entry.varno, countedRange(source, mixedRows(values)), rows.length > 0);
}
