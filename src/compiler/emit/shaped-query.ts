/** What a caller sees of a query: names and types, decided once, for the emitter and for `inspect` alike. */
import type { CatalogColumn, PgType, Relation } from '../../catalog/index.js';
import type { CompiledQuery, QueryColumn, QueryEmbed, QueryParameter } from '../query.js';
import type { TypeMapping } from './scalar-types.js';

export interface ParameterField {
  readonly property: string;
  /** Several placeholders can take one property: `$1` that infers `id`, and `@id`. */
  readonly parameters: readonly [QueryParameter, ...QueryParameter[]];
  readonly mapping: TypeMapping;
  /** Without `| null` and `| undefined`. */
  readonly tsType: string;
  readonly nullable: boolean;
  readonly optional: boolean;
  readonly comment: string | undefined;
}

export interface ColumnField {
  readonly kind: 'column';
  readonly property: string;
  /** sqlc's name, duplicates with `_2`. */
  readonly name: string;
  /** The position in the row, from 0. */
  readonly index: number;
  readonly column: QueryColumn;
  readonly mapping: TypeMapping;
  readonly nullable: boolean;
}

export interface EmbedField {
  readonly kind: 'embed';
  readonly property: string;
  readonly embed: QueryEmbed;
  readonly model: Model;
  /** As of a row. */
  readonly narrowed: readonly ColumnField[];
  readonly fields: readonly ColumnField[];
}

export type RowField = ColumnField | EmbedField;

export interface ShapedRow {
  readonly typeName: string;
  /** The model that serves as the row's type, else undefined. */
  readonly model: Model | undefined;
  /** The fields that are other than the model's, most of them never NULL where its may be: the type is then the model with these. */
  readonly narrowed: readonly ColumnField[];
  readonly fields: readonly RowField[];
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
  /** Whether its rows hold floats. */
  readonly floats: boolean;
}

export interface ModelColumn {
  readonly property: string;
  readonly column: CatalogColumn;
  readonly type: PgType;
  readonly mapping: TypeMapping;
  readonly nullable: boolean;
}

/** A table's row type. */
export interface Model {
  readonly name: string;
  /** How source names it. */
  readonly reference: string;
  readonly relation: Relation;
  readonly columns: readonly ModelColumn[];
}
