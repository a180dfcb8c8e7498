/** What the compiler knows, as one JSON document that other tools can build on. */
import { type Declaration, type EmbedField, type ShapedQuery, sourceOf } from '../compiler/emit/index.js';
import type { QueryColumn } from '../compiler/query.js';
import type { Catalog, PgType } from '../catalog/index.js';
import { positionAt } from '../sql/index.js';

export interface InspectedParameter {
  readonly number: number;
  readonly name: string;
  readonly property: string;
  /** The type's name; for an array its element's. */
  readonly pgType: string;
  readonly array: boolean;
  readonly nullable: boolean;
  readonly optional: boolean;
  /** The zero value as SQL, or null. */
  readonly default: string | null;
  readonly tsType: string;
}

export interface InspectedColumn {
  readonly name: string;
  readonly property: string;
  readonly pgType: string;
  readonly array: boolean;
  readonly nullable: boolean;
  readonly tsType: string;
  /** The table's name or alias in the query where the column belongs to an embed, else null. */
  readonly embed: string | null;
  /** The table that the column comes from unchanged, or null. */
  readonly table: string | null;
}

export interface InspectedQuery {
  readonly name: string;
  readonly command: string;
  readonly file: string;
  readonly line: number;
  /** The text that is sent, the filter as `(true)`. */
  readonly sql: string;
  readonly functions: readonly string[];
  /** Where the first hook stands, or null without one. */
  readonly guard: { readonly line: number; readonly column: number } | null;
  readonly cardinality: string;
  readonly parameters: readonly InspectedParameter[];
  readonly columns: readonly InspectedColumn[];
  /** The row's type name, or null where nothing is returned. */
  readonly row: string | null;
}

export interface Inspection {
  readonly queries: readonly InspectedQuery[];
  readonly models: readonly {
    readonly name: string;
    readonly schema: string;
    readonly table: string;
    readonly columns: readonly InspectedColumn[];
  }[];
  readonly enums: readonly { readonly name: string; readonly schema: string; readonly type: string; readonly labels: readonly string[] }[];
}

export function inspect(input: {
  readonly queries: readonly ShapedQuery[];
  readonly declared: readonly Declaration[];
  readonly catalog: Catalog;
}): Inspection {
  const { catalog } = input;
  return {
    queries: input.queries.map((shaped) => inspectQuery(shaped, catalog)),
    models: input.declared.flatMap(({ name, schema, model }) => {
      const { name: table } = model?.relation ?? { name: '' };
      const columns = model?.columns.map((column) => ({
        name: column.column.name,
        property: column.property,
        ...typeName(column.type, catalog),
        nullable: column.nullable,
        tsType: publicType(column.mapping.tsType),
        embed: null,
        table,
      }));
      return columns ? [{ name, schema, table, columns }] : [];
    }),
    enums: input.declared.flatMap(({ name, schema, enumType }) =>
      enumType ? [{ name, schema, type: enumType.name, labels: enumType.labels }] : [],
    ),
  };
}

function inspectQuery(shaped: ShapedQuery, catalog: Catalog): InspectedQuery {
  const { query } = shaped;
  const { annotated } = query.rewritten;
  const [hook] = query.rewritten.hooks;
  return {
    name: query.name,
    command: query.command,
    file: annotated.file.path,
    line: annotated.line,
    sql: sentText(shaped),
    functions: [shaped.authorizedFunctionName ?? shaped.functionName],
    guard: hook ? positionAt(annotated.file.text, hook.start) : null,
    cardinality: query.cardinality,
    parameters: inspectParameters(shaped, catalog),
    columns: shaped.row?.fields.flatMap((field) => (field.kind === 'embed' ? inspectEmbed(field, catalog) : [inspectColumn(field, null, catalog)])) ?? [],
    row: shaped.row?.typeName ?? null,
  };
}

/** The annotation line carries the name of the function that sends the text. */
function sentText({ query, authorizedName }: ShapedQuery): string {
  if (authorizedName === undefined) return query.text;
  const lineEnd = query.text.indexOf('\n');
  return `-- name: ${authorizedName} :${query.command}${lineEnd < 0 ? '' : query.text.slice(lineEnd)}`;
}

function inspectParameters({ parameters }: ShapedQuery, catalog: Catalog): readonly InspectedParameter[] {
  const inspected = (parameters?.fields ?? []).flatMap((field) =>
    field.parameters.map((parameter) => ({
      number: parameter.number,
      name: parameter.name,
      property: field.property,
      ...typeName(parameter.type, catalog),
      nullable: field.nullable,
      optional: field.optional,
      default: parameter.default?.sql ?? null,
      tsType: publicType(field.tsType),
    })),
  );
  return inspected.sort((a, b) => a.number - b.number);
}

function inspectColumn(
  field: { readonly property: string; readonly name: string; readonly column: QueryColumn; readonly nullable: boolean; readonly mapping: { readonly tsType: string } },
  embed: string | null,
  catalog: Catalog,
): InspectedColumn {
  return {
    name: field.name,
    property: field.property,
    ...typeName(field.column.type, catalog),
    nullable: field.nullable,
    tsType: publicType(field.mapping.tsType),
    embed,
    table: field.column.column?.relation.name ?? null,
  };
}

/** A column of an outer-joined embed can be missing with its row, whatever the table refuses. */
function inspectEmbed(embed: EmbedField, catalog: Catalog): readonly InspectedColumn[] {
  return embed.fields.map((field) =>
    inspectColumn({ ...field, nullable: field.nullable || embed.embed.nullable }, embed.embed.alias, catalog),
  );
}

function typeName(type: PgType, catalog: Catalog): { readonly pgType: string; readonly array: boolean } {
  const named = type.kind === 'array' ? (catalog.types.get(type.elementOid) ?? type) : type;
  const qualified = named.schema === 'pg_catalog' || named.schema === 'public' ? named.name : `${named.schema}.${named.name}`;
  return { pgType: qualified, array: type.kind === 'array' };
}

/** Without the modules that types are from, and without the prefix that generated ones import the run time under. */
function publicType(tsType: string): string {
  return sourceOf(tsType).text.replace(/(?<![\w$])\$\./g, '');
}
