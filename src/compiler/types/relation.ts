/** What a stored column, or a view's, can hold in its own relation. */
import type { Catalog, CatalogColumn, Relation } from '../../catalog/index.js';
import { createEngine, type EngineOptions } from './analyze.js';
import type { JsonSlot } from '../json-shape.js';
import type { QueryColumn } from '../query.js';
import { jsonOf } from './json/slot.js';
import { elementType, isArray, isJson } from './pg-types.js';
import { relationRange } from './query/range.js';
import { isNullable, notNull, unknownValue, type Value } from './value.js';

/** What a column can hold; see `QueryColumn`. */
export type ColumnContent = Pick<QueryColumn, 'nullable' | 'elementsNullable' | 'dimensions' | 'json'>;

export interface StoredTypes {
  readonly columnContent: (relation: Relation, column: CatalogColumn) => ColumnContent;
  /** What JSON is made of a relation's row, or of a stored value of its type, which keeps none of its constraints. */
  readonly rowJson: (relation: Relation, stored: boolean) => JsonSlot;
}

/** PostgreSQL records NOT NULL for tables only; a view's columns are what its definition makes of them. */
export function storedTypes(catalog: Catalog, options: EngineOptions): StoredTypes {
  const engine = createEngine(catalog, options);
  const valueOf = (relation: Relation, number: number): Value | undefined => relationRange(engine, relation).column(number);
  return {
    columnContent: (relation, { number, typeOid }) => {
      const content = contentOf(catalog, valueOf(relation, number) ?? unknownValue(typeOid));
      // What a trigger does instead of a change says itself what the changed row holds.
      return relation.insertMayDrop || relation.updateMayDrop === true ? { ...content, json: undefined } : content;
    },
    rowJson: (relation, stored) => jsonOf(catalog, (stored ? undefined : valueOf(relation, 0)) ?? notNull(relation.typeOid)),
  };
}

/** What a value can be. JSON's null is one in a column as SQL's is. */
export function contentOf(catalog: Catalog, value: Value): ColumnContent {
  const array = isArray(catalog, value.typeOid);
  const json = isJson(catalog, array ? elementType(catalog, value.typeOid) : value.typeOid) ? value.json : undefined;
  return {
    nullable: isNullable(value) || (json?.nullable === true && !array),
    elementsNullable: value.elements === 'nullable' || (json?.nullable === true && array),
    dimensions: array ? Math.max(1, value.dimensions) : 0,
    json,
  };
}
