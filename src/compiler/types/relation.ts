/** What a stored column, or a view's, can hold in its own relation. */
import type { Catalog, CatalogColumn, Relation } from '../../catalog/index.js';
import { createEngine } from './analyze.js';
import type { Overrides } from './engine.js';
import { isNullable } from './value.js';

export interface ColumnContent {
  readonly nullable: boolean;
  /** For an array; see `QueryColumn`. */
  readonly elementsNullable: boolean;
  readonly dimensions: number;
}

/** PostgreSQL records NOT NULL for tables only; a view's columns are what its definition makes of them. */
export function relationContent(catalog: Catalog, overrides: Overrides): (relation: Relation, column: CatalogColumn) => ColumnContent {
  const engine = createEngine(catalog, overrides);
  return (relation, column) => {
    if (relation.kind !== 'view' && relation.kind !== 'materializedView') {
      return { nullable: !column.notNull, elementsNullable: false, dimensions: column.dimensions };
    }
    const value = engine.view(relation).columns[relation.columns.findIndex(({ number }) => number === column.number)];
    if (value === undefined) return { nullable: true, elementsNullable: false, dimensions: 1 };
    return { nullable: isNullable(value), elementsNullable: value.elements === 'nullable', dimensions: Math.max(1, value.dimensions) };
  };
}
