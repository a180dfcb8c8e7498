/**
 * How the names of a database become names of generated code: as sqlc gives them, spelled for
 * TypeScript.
 *
 * Invariant: within one naming no two relations, enums or composites share a type's name, and none
 * takes the place of a type that generated code refers to. Models keep sqlc's names; an enum or
 * composite gives way to a model, and a later schema to an earlier one.
 */
import type { Options } from '../../config/index.js';
import { type Catalog, type CatalogColumn, isSystemSchema, type TableColumn, type PgType, type Relation } from '../../catalog/index.js';
import { camelCase, pascalCase, snakeCase } from './casing.js';
import { authorizedName, functionName } from './functions.js';
import { singular } from './inflection.js';
import { RESERVED_TYPES } from './reserved.js';
import { spellNames } from './unique.js';

export interface Naming {
  model(relation: Relation): string;
  /** sqlc's name of the model, after which embeds are named; the type's own name may differ, as for a table called `maps`. */
  embed(relation: Relation): string;
  enumType(type: PgType): string;
  /** Of a parameter where it takes more than a column yields: `AddressInput`. */
  composite(type: PgType, input?: boolean): string;
  /** The type of a primary key's column if keys are branded: `UserId`. */
  key(key: TableColumn): string;
  /** The JSON of a row of a table or view, or of a stored value of its type. */
  json(relation: Relation, stored: boolean): string;
  /** A property for sqlc's name of a column or parameter. */
  property(name: string): string;
  /** The properties of one object for sqlc's names of them, each another. */
  properties(names: readonly string[]): readonly string[];
  /** `getThings` for `GetThings`. */
  functionName(queryName: string): string;
  /** `GetAuthorizedThings` for `GetThings`. */
  authorizedName(queryName: string): string;
  /** The type prefix for a query: `GetThings`. */
  typeName(queryName: string): string;
}

export type NamingOptions = Pick<Options, 'brand' | 'case' | 'rename' | 'emitExactTableNames' | 'inflectionExcludeTableNames'>;

const DEFAULT_SCHEMA = 'public';

export function createNaming(catalog: Catalog, options: NamingOptions): Naming {
  const { taken, models, types, records, inputs, keys, json } = claimNames(catalog, options);
  const model = (relation: Relation): string => models.get(relation.oid) ?? modelName(relation, options);
  const own = (type: PgType): string => types.get(type.oid) ?? records.get(type.relationOid) ?? typeName(type, options);
  const property = (name: string): string => (options.case === 'snake' ? snakeCase : camelCase)(renamed(options, name) ?? name);
  return {
    model,
    embed: (relation) => modelName(relation, options),
    enumType: own,
    composite: (type, input = false) => (input ? (inputs.get(type.oid) ?? `${own(type)}Input`) : own(type)),
    key: ({ relation, column }) => keys.get(column) ?? keyName(model(relation), column),
    json: (relation, stored) => json.get(`${relation.oid} ${stored}`) ?? `${modelName(relation, options)}Json`,
    property,
    properties: (names) => spellNames(names, property),
    functionName,
    authorizedName,
    typeName(queryName) {
      const prefix = queryName.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
      return taken.has(`${prefix}Row`) || taken.has(`${prefix}Params`) ? `${prefix}Query` : prefix;
    },
  };
}

/** The names of all types that generated code declares for a database; what is claimed first keeps its name. */
function claimNames(catalog: Catalog, options: NamingOptions) {
  const taken = new Set(RESERVED_TYPES);
  const claim = (wanted: string, suffix: string): string => {
    let name = wanted;
    for (let count = 1; taken.has(name); count++) name = `${wanted}${suffix}${count === 1 ? '' : count}`;
    taken.add(name);
    return name;
  };
  const relations = [...catalog.relations.values()]
    .filter(({ kind, schema }) => kind !== 'composite' && kind !== 'sequence' && !isSystemSchema(schema))
    .sort(bySchema);
  const models = new Map(relations.map((relation) => [relation.oid, claim(modelName(relation, options), 'Model')]));
  const sorted = [...catalog.types.values()].filter(({ schema }) => !isSystemSchema(schema)).sort(bySchema);
  const own = sorted.filter(({ kind, relationOid }) => (kind === 'enum' || kind === 'composite') && !models.has(relationOid));
  const types = new Map(own.map((type) => [type.oid, claim(typeName(type, options), type.kind === 'enum' ? 'Enum' : 'Composite')]));
  // A table's row as one value: unlike its model, every field of it may be NULL.
  const records = new Map([...models].map(([oid, name]) => [oid, claim(`${name}Record`, 'Composite')]));
  const keys = new Map<CatalogColumn, string>();
  for (const { oid, columns, uniqueKeys } of options.brand === undefined ? [] : relations) {
    const primary = uniqueKeys.filter((key) => key.primary).flatMap((key) => key.columns);
    for (const column of columns.filter(({ number }) => primary.includes(number)))
      keys.set(column, claim(keyName(models.get(oid) ?? '', column), 'Key'));
  }
  const json = new Map([...models].map(([oid, name]) => [`${oid} false`, claim(`${name}Json`, 'Shape')]));
  const inputs = new Map<number, string>();
  for (const { oid, relationOid } of sorted) {
    const name = types.get(oid) ?? records.get(relationOid);
    if (name === undefined || relationOid === 0) continue;
    json.set(`${relationOid} true`, claim(`${name}Json`, 'Shape'));
    inputs.set(oid, claim(`${name}Input`, 'Composite'));
  }
  return { taken, models, types, records, inputs, keys, json };
}

function modelName({ schema, name }: Relation, options: NamingOptions): string {
  const table = qualified(schema, name);
  return spelled(options.emitExactTableNames ? table : singular(table, options.inflectionExcludeTableNames), options);
}

function typeName({ schema, name }: PgType, options: NamingOptions): string {
  return spelled(qualified(schema, name), options);
}

function keyName(model: string, column: CatalogColumn): string {
  const name = pascalCase(column.name);
  return name.startsWith(model) ? name : `${model}${name}`;
}

function spelled(name: string, options: NamingOptions): string {
  return renamed(options, name) ?? pascalCase(name);
}

function qualified(schema: string, name: string): string {
  return schema === DEFAULT_SCHEMA ? name : `${schema}_${name}`;
}

function renamed(options: NamingOptions, name: string): string | undefined {
  return Object.hasOwn(options.rename, name) ? options.rename[name] : undefined;
}

/** The default schema first, then by schema and name, so that names do not depend on the catalog's order. */
function bySchema(a: { readonly schema: string; readonly name: string }, b: typeof a): number {
  const rank = ({ schema, name }: typeof a): string => `${schema === DEFAULT_SCHEMA ? 0 : 1}${schema}\0${name}`;
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
}
