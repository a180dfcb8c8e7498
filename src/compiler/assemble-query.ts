/** What the stages found out of parameters and columns → the finished query's. */
import { type Catalog, columnAt, type PgType } from '../catalog/index.js';
import type { EmbedsInput } from './embeds/index.js';
import type { QueryColumn, QueryEmbed, QueryParameter } from './query.js';
import type { QueryIdentities } from './identities/index.js';
import type { ParameterAnalysis } from './parameters/index.js';
import { columnNames } from './names/index.js';

/** A type that the catalog does not list travels as text. */
function typeOf({ types }: Catalog, oid: number | undefined): PgType {
  const type = types.get(oid ?? 0) ?? types.get(25);
  if (type === undefined) throw new Error('the catalog does not list text');
  return type;
}

export function queryParameter(
  analysis: ParameterAnalysis,
  { catalog, description }: EmbedsInput,
  identities?: QueryIdentities,
): QueryParameter {
  const { number, enumType, literals } = analysis;
  const type = typeOf(catalog, description.parameterTypeOids[number - 1]);
  const label = enumType?.kind === 'array' ? catalog.types.get(type.elementOid) : type;
  return {
    ...analysis,
    type,
    // An enum fits only a parameter whose text is a label, or a list of labels.
    enumType: isText(label) ? enumType : undefined,
    literals: isText(type) ? literals : undefined,
    keys: identities?.parameter(number) ?? [],
  };
}

function isText(type: PgType | undefined): boolean {
  return type?.kind === 'base' && type.category === 'S';
}

/** A column that the analysis could not follow is not proven, and so it is nullable. */
const UNFOLLOWED = { nullable: true, nullableWhenPresent: true, elementsNullable: true, dimensions: 1, entry: undefined, json: undefined };

export function queryColumns(input: EmbedsInput, embeds: readonly QueryEmbed[], identities?: QueryIdentities): readonly QueryColumn[] {
  const { catalog, statement, description, result } = input;
  const { columns } = description;
  const followed = result.columns.length === columns.length ? result.columns : [];
  const embedOf = columns.map((_, index) => embeds.find((embed) => embed.columns.includes(index)));
  const starred = columns.map(({ name }, index) => ({ name, star: followed[index]?.star, embedded: embedOf[index] !== undefined }));
  const names = columnNames(statement, starred);
  return columns.map(({ name, typeOid, tableOid, attributeNumber }, index) => {
    // For a set operation the server names the first arm's column; the analysis has followed all arms.
    const found = followed[index] ?? { ...UNFOLLOWED, column: columnAt(catalog, tableOid, attributeNumber) };
    const embed = embedOf[index];
    return {
      ...found,
      name: names[index] ?? name,
      type: typeOf(catalog, typeOid),
      nullable: embed ? found.nullableWhenPresent : found.nullable,
      keys: identities?.column(index) ?? [],
      embed,
    };
  });
}
