/** What a caller sees of a query: names and types, decided once, for the emitter and for `inspect` alike. */
import type { Catalog, CatalogColumn, PgType, Relation, TableColumn } from '../../catalog/index.js';
import type { Options } from '../../config/index.js';
import type { JsonSlot } from '../json-shape.js';
import type { Naming } from '../names/index.js';
import type { CompiledQuery, Overriding, QueryColumn, QueryEmbed, QueryParameter } from '../query.js';
import type { TypeMapping } from './scalar-types.js';

/** What a column can hold: how an array is shaped, and which JSON the query makes. */
export type Content = Pick<QueryColumn, 'elementsNullable' | 'dimensions'> & Partial<Pick<QueryColumn, 'json'>>;

export interface ShapeInput {
  readonly catalog: Catalog;
  readonly options: Options;
  readonly naming: Naming;
  readonly override: Overriding;
  /** The primary keys of which a column's values are; only where keys are branded. */
  readonly keysOf: ((relation: Relation, column: CatalogColumn) => readonly TableColumn[]) | undefined;
  /** What JSON is made of a relation's row, or of a stored value of its type. */
  readonly rowJson: (relation: Relation, stored: boolean) => JsonSlot;
  /** What a column of a relation can hold, views analysed. */
  readonly columnContent: (relation: Relation, column: CatalogColumn) => Content & { readonly nullable: boolean };
  /** What the author's own statements make by name: a partition that is among them is a table like any other. */
  readonly named: ReadonlySet<string>;
}

/** A property of a row, a model, a composite or an argument. */
export interface Field {
  readonly property: string;
  readonly mapping: TypeMapping;
  readonly nullable: boolean;
  /** The column's own. */
  readonly comment: string | undefined;
}

export interface ParameterField extends Field {
  /** Several placeholders can take one property: `$1` that infers `id`, and `@id`. */
  readonly parameters: readonly [QueryParameter, ...QueryParameter[]];
  /** Without `| null` and `| undefined`. */
  readonly tsType: string;
  readonly optional: boolean;
}

export interface ColumnField extends Field {
  readonly kind: 'column';
  /** sqlc's name, duplicates with `_2`. */
  readonly name: string;
  /** The position in the row, from 0. */
  readonly index: number;
  readonly column: QueryColumn;
}

/** Fields, of which some or all may stand for the columns of a model. */
interface Row<M, F> {
  readonly model: M;
  /** Those that are other than the model's, most of them never NULL where its may be: the type is then the model with these. */
  readonly narrowed: readonly ColumnField[];
  readonly fields: readonly F[];
}

export type ModelRow = Row<Model, ColumnField>;

export interface EmbedField extends ModelRow {
  readonly kind: 'embed';
  readonly property: string;
  readonly embed: QueryEmbed;
}

export type RowField = ColumnField | EmbedField;

/** Its model is the one that serves as its type. */
export interface ShapedRow extends Row<Model | undefined, RowField> {
  readonly typeName: string;
}

/** The columns of a row, those of its embeds among them. */
export function columnsIn(row: ShapedRow | undefined): readonly ColumnField[] {
  return (row?.fields ?? []).flatMap((field) => (field.kind === 'embed' ? field.fields : [field]));
}

export interface ShapedQuery {
  readonly query: CompiledQuery;
  readonly functionName: string;
  /** Both only for a guarded query. */
  readonly authorizedName: string | undefined;
  readonly authorizedFunctionName: string | undefined;
  readonly parameters: { readonly typeName: string; readonly fields: readonly ParameterField[]; readonly optional: boolean } | undefined;
  readonly row: ShapedRow | undefined;
}

export interface ModelColumn extends Field {
  readonly column: CatalogColumn;
  readonly type: PgType;
}

/** A table's row type. */
export interface Model {
  readonly name: string;
  /** How source names it. */
  readonly reference: string;
  readonly relation: Relation;
  readonly columns: readonly ModelColumn[];
}
