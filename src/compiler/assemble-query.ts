/** What the stages found out of parameters and columns → the finished query's. */
import { type Catalog, columnAt, type PgType } from '../catalog/index.js';
import type { Description } from '../database/index.js';
import type { CompiledQuery, QueryColumn, QueryParameter } from './query.js';
import type { ResultAnalysis } from './types/index.js';
import type { QueryIdentities } from './identities/index.js';
import type { ParameterAnalysis } from './parameters/index.js';
import { columnNames } from './names/index.js';
import type { ParsedStatement } from './parse.js';

/** What is known of a query, both parameters and columns. */
export interface Known {
  readonly catalog: Catalog;
  readonly statement: ParsedStatement;
  readonly description: Description;
  readonly result: ResultAnalysis;
  readonly embeds: CompiledQuery['embeds'];
  /** Undefined where keys are not branded. */
  readonly identities: QueryIdentities | undefined;
}

/** A type that the catalog does not list travels as text. */
function typeOf({ types }: Catalog, oid: number | undefined): PgType {
  const type = types.get(oid ?? 0) ?? types.get(25);
  if (type === undefined) throw new Error('the catalog does not list text');
  return type;
}

export function queryParameter(analysis: ParameterAnalysis, { catalog, description, identities }: Known): QueryParameter {
  const type = typeOf(catalog, description.parameterTypeOids[analysis.number - 1]);
  return {
    ...analysis,
    type,
    enumType: fittingEnum(catalog, type, analysis.enumType),
    literals: isText(type) ? analysis.literals : undefined,
    keys: identities?.parameter(analysis.number) ?? [],
  };
}

function isText(type: PgType | undefined): boolean {
  return type?.kind === 'base' && type.category === 'S';
}

/** An enum fits only a parameter whose text is a label, or a list of labels. */
function fittingEnum(catalog: Catalog, type: PgType, hint: PgType | undefined): PgType | undefined {
  const fits = hint?.kind === 'array' ? type.kind === 'array' && isText(catalog.types.get(type.elementOid)) : isText(type);
  return fits ? hint : undefined;
}

/** A column that the analysis could not follow is not proven, and so it is nullable. */
const UNFOLLOWED = { nullable: true, nullableWhenPresent: true, elementsNullable: true, dimensions: 1, entry: undefined, json: undefined };

export function queryColumns({ catalog, statement, description, result, embeds, identities }: Known): readonly QueryColumn[] {
  const { columns } = description;
  const embedOf = columns.map((_, index) => embeds.find((embed) => embed.columns.some((own) => own.index === index)));
  const names = columnNames({
    statement,
    described: columns.map(({ name }) => name),
    stars: result.columns.map(({ star }) => star),
    embeds: new Set(result.columns.flatMap(({ star }, index) => (star !== undefined && embedOf[index] ? [star] : []))),
  });
  return columns.map(({ name, typeOid, tableOid, attributeNumber }, index) => {
    const followed = result.columns.length === columns.length ? result.columns[index] : undefined;
    // For a set operation the server names the first arm's column; the analysis has followed all arms.
    const found = followed ?? { ...UNFOLLOWED, column: columnAt(catalog, tableOid, attributeNumber) };
    return {
      name: names[index] ?? name,
      type: typeOf(catalog, typeOid),
      nullable: embedOf[index] ? found.nullableWhenPresent : found.nullable,
      elementsNullable: found.elementsNullable,
      dimensions: found.dimensions,
      column: found.column,
      keys: identities?.column(index) ?? [],
      entry: found.entry,
      json: found.json,
      embed: embedOf[index],
    };
  });
}
