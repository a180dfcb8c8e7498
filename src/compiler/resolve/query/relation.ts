/** Tables, views and their columns → the columns that a FROM list shows. */
import type { RangeVar } from 'libpg-query';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import type { Analyzer } from '../analyzer.js';
import { strings } from '../node.js';
import { cell, type Reasons } from '../reason.js';
import type { ScopeColumn, ScopeItem } from '../scope.js';
import { isArray } from '../types.js';
import { notNull, type Field, type Source, type Value } from '../value.js';

export function createSource(options: Partial<Source> = {}): Source {
  return { relation: undefined, systemColumns: false, atMostOne: false, dependsOn: [], heldToOne: undefined, opaque: false, entry: undefined, scalar: false, ...options };
}

function isView(relation: Relation): boolean {
  return relation.kind === 'view' || relation.kind === 'materializedView';
}

/** A table's or view's own columns, before any join or condition. */
export function relationSource(analyzer: Analyzer, relation: Relation): Source {
  const systemColumns = relation.kind !== 'view' && relation.kind !== 'composite';
  if (!isView(relation)) return createSource({ relation, systemColumns });
  const { atMostOne, heldToOne } = analyzer.view(relation);
  return createSource({ relation, systemColumns, atMostOne, heldToOne });
}

/** The columns that reading the relation gives. */
export function relationColumns(analyzer: Analyzer, relation: Relation, source: Source): readonly ScopeColumn[] {
  return columnsOf(analyzer, relation, source, isView(relation) ? analyzer.view(relation).columns : []);
}

/**
 * The columns of a row that a statement writes. Unlike the rows that a view shows, it need not
 * satisfy the view's conditions.
 */
export function writtenColumns(analyzer: Analyzer, relation: Relation, source: Source): readonly ScopeColumn[] {
  return columnsOf(analyzer, relation, source, []);
}

function columnsOf(analyzer: Analyzer, relation: Relation, source: Source, seen: readonly Field[]): readonly ScopeColumn[] {
  return relation.columns.map((column, index) => ({
    name: column.name,
    value: columnValue(analyzer, relation, column, source, seen[index]?.value),
    home: { source, index },
    leaf: { source, index },
    merged: undefined,
  }));
}

/** `seen` is what a view's definition says of the column. */
function columnValue(analyzer: Analyzer, relation: Relation, column: CatalogColumn, source: Source, seen: Value | undefined): Value {
  const declared: Reasons = column.notNull ? [] : [cell()];
  const override = analyzer.overrides.columnNullable?.(relation, column);
  const reasons = override === undefined ? (seen?.reasons ?? declared) : override ? [cell()] : [];
  return {
    ...notNull(column.typeOid),
    reasons,
    strictIn: override === undefined ? (seen?.strictIn ?? reasons) : reasons,
    elements: seen?.elements ?? 'assumed',
    dimensions: dimensionsOf(analyzer, column, seen),
    origin: { relation, column },
    nullableWhenPresent: reasons.length > 0,
    sources: [source],
  };
}

function dimensionsOf(analyzer: Analyzer, column: CatalogColumn, seen: Value | undefined): number {
  if (!isArray(analyzer.catalog, column.typeOid)) return 0;
  return column.dimensions > 0 ? column.dimensions : Math.max(1, seen?.dimensions ?? 1);
}

/** An item over columns of which only names and values are known. */
export function itemOf(
  fields: readonly Field[],
  options: {
    readonly source: Source;
    readonly name: string | undefined;
    readonly columnNames?: readonly string[];
    readonly columnsVisible?: boolean;
  },
): ScopeItem {
  const { source, name, columnNames = [] } = options;
  return {
    source,
    name,
    schema: undefined,
    columns: fields.map((field, index) => ({
      name: columnNames[index] ?? field.name,
      value: { ...field.value, sources: [source] },
      home: { source, index },
      leaf: { source, index },
      merged: undefined,
    })),
    relationVisible: name !== undefined,
    columnsVisible: true,
    absence: [],
  };
}

/** The item of a table or view that a statement names. */
export function relationItem(
  analyzer: Analyzer,
  relation: Relation,
  range: RangeVar,
  options: { readonly written?: boolean; readonly source?: Source } = {},
): ScopeItem {
  const source = options.source ?? relationSource(analyzer, relation);
  const columns = options.written === true ? writtenColumns(analyzer, relation, source) : relationColumns(analyzer, relation, source);
  const names = strings(range.alias?.colnames);
  return {
    source,
    name: range.alias?.aliasname ?? relation.name,
    schema: range.alias === undefined ? relation.schema : undefined,
    columns: names.length === 0 ? columns : columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })),
    relationVisible: true,
    columnsVisible: true,
    absence: [],
  };
}
