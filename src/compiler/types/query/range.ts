/** One entry of a FROM list: a table, a view, a subquery, a function, rows of VALUES, a WITH entry. */
import { child, type Range as RangeEntry, valueRows } from '../../analysis/index.js';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { createSource, MANY, ONE, rangeOf, scopeAbove, sourcesOf, storedScope, unknownRange } from '../scope.js';
import type { Range, Scope, Source } from '../scope.js';
import { isArray, TYPE } from '../pg-types.js';
import { cell, type Reasons } from '../reason.js';
import { freshValues, notNull, type Value } from '../value.js';
import { analyzeFunctions, analyzeTableFunction } from './function-range.js';
import { storedNodes } from './predicate.js';
import { mixedRows } from './set-operation.js';

/** What an item of FROM gives. */
export interface Item {
  readonly range: Range;
  readonly atLeastOne?: boolean;
  /** Ruled out where it gives a row. */
  readonly facts?: Reasons | undefined;
}

/** What one gives that has no relation behind it. */
export interface Given extends Omit<Item, 'range'>, Partial<Pick<Source, 'atMostOne' | 'entry'>> {
  /** Counted from 1; undefined for those that were dropped. */
  readonly columns: readonly (Value | undefined)[];
}

type Analyzer = (engine: Engine, entry: RangeEntry, scope: Scope) => Given | undefined;

const ANALYZERS: Readonly<Partial<Record<RangeEntry['kind'], Analyzer>>> = {
  subquery: analyzeSubquery,
  function: analyzeFunctions,
  tableFunction: analyzeTableFunction,
  values: analyzeValues,
  cte: analyzeEntry,
  result: () => ({ columns: [], atMostOne: ONE, atLeastOne: true }),
};

export function analyzeRange(engine: Engine, varno: number, scope: Scope): Item {
  const entry = scope.frame.query.ranges[varno - 1];
  const relation = entry?.kind === 'relation' ? engine.catalog.relations.get(entry.relationOid ?? 0) : undefined;
  if (entry !== undefined && relation !== undefined) {
    const atLeastOne = relation.kind === 'sequence' || (relation.kind === 'view' && engine.view(relation).atLeastOne);
    return { range: relationRange(engine, relation), atLeastOne: atLeastOne && child(entry.node, 'tablesample') === undefined };
  }
  const given = entry && ANALYZERS[entry.kind]?.(engine, entry, scope);
  if (entry === undefined || given === undefined) return { range: unknownRange() };
  const { columns, atMostOne = MANY } = given;
  const source = createSource({ atMostOne, entry: given.entry, dependsOn: sourcesOf(entry.node, scope) });
  return { ...given, range: rangeOf(source, (number) => columns[number - 1], numbersOf(columns)) };
}

function numbersOf(columns: readonly unknown[]): readonly number[] {
  return columns.flatMap((column, index) => (column === undefined ? [] : [index + 1]));
}

/** That of a join, or of grouping, whose columns are expressions over other ranges. */
export function madeRange(engine: Engine, { columns }: RangeEntry, scope: Scope, dependsOn: readonly Source[]): Range {
  const valueOf = (number: number): Value | undefined => {
    const node = columns[number - 1];
    return node && engine.expression(node, scope);
  };
  const own = rangeOf(createSource({ dependsOn }), valueOf, numbersOf(columns));
  return { ...own, expression: (number) => columns[number - 1] };
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

const SYSTEM_COLUMNS: readonly number[] = [TYPE.unresolved, TYPE.tid, TYPE.xid, TYPE.cid, TYPE.xid, TYPE.cid, TYPE.oid];

/** A range over a relation's columns, with `ctid` and its like. */
export function relationRow(relation: Relation, source: Source, valueOf: (column: CatalogColumn, row: Range) => Value | undefined): Range {
  const columns = new Map(relation.columns.map((column) => [column.number, column]));
  const value = (number: number, row: Range): Value | undefined => {
    const column = columns.get(number);
    return number < 0 ? notNull(SYSTEM_COLUMNS[-number] ?? TYPE.unresolved) : column && valueOf(column, row);
  };
  return rangeOf(source, value, [...columns.keys()], relation.typeOid);
}

/** What a column is generated from, over the row's other columns; undefined where it is not, or where that is not known. */
export function generatedValue(engine: Engine, column: CatalogColumn, range: Range): Value | undefined {
  const [node] = column.generated ? storedNodes(column.defaultTree) : [];
  return node && engine.expression(node, storedScope(range));
}

/** What is declared of a column; `seen` is what a view's definition says of it. */
export function columnValue(engine: Engine, relation: Relation, column: CatalogColumn, seen: Value | undefined, range: Range): Value {
  const known = seen ?? (engine.trusted ? generatedValue(engine, column, range) : undefined);
  const declared: Reasons = column.notNull && engine.trusted ? [] : (known?.reasons ?? [cell()]);
  const type = engine.catalog.types.get(column.typeOid);
  const origin = { relation, column };
  const { nullable, nullableElements } = (type && engine.override(type, origin)) ?? {};
  const reasons = nullable === undefined ? declared : nullable ? [cell()] : [];
  return {
    ...notNull(column.typeOid),
    reasons,
    strictIn: nullable === undefined ? (known?.strictIn ?? reasons) : reasons,
    elements: nullableElements === true ? 'nullable' : (known?.elements ?? 'assumed'),
    dimensions: isArray(engine.catalog, column.typeOid) ? column.dimensions || Math.max(1, known?.dimensions ?? 1) : 0,
    origin,
    // What a materialized view holds may be older than the tables that it was made of.
    json: relation.kind === 'view' ? known?.json : undefined,
  };
}

function analyzeSubquery(engine: Engine, { subquery }: RangeEntry, scope: Scope): Given | undefined {
  return subquery && engine.query(subquery, scope);
}

/** What a WITH entry gives is looked up as many queries out as the reference says. */
function analyzeEntry(_engine: Engine, { cte }: RangeEntry, scope: Scope): Given | undefined {
  const found = cte && scopeAbove(scope, cte.levelsUp)?.frame.entries.get(cte.name);
  return found && { ...found, columns: freshValues(found.columns), entry: cte.name };
}

/** `VALUES (…), (…)` as an item of FROM, or as the rows of an INSERT. */
function analyzeValues(engine: Engine, entry: RangeEntry, scope: Scope): Given {
  const rows = valueRows(entry);
  // DEFAULT is what the column says, which is not known here.
  const values = rows.map((row) => row.map((item) => engine.expression(item, scope)));
  return { columns: mixedRows(values), atMostOne: rows.length === 1 ? ONE : MANY, atLeastOne: true };
}
