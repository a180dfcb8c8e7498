/**
 * How the names of a database become names of generated code: as sqlc gives them, spelled for
 * TypeScript.
 *
 * Invariant: within one naming no two relations, enums or composites share a type's name, and none
 * takes the place of a type that generated code refers to. Models keep sqlc's names; an enum or
 * composite yields to a model, and a later schema to an earlier one.
 */
import type { Options } from '../../config/index.js';
import { type Catalog, isSystemSchema, type KeyColumn, type PgType, type Relation } from '../../catalog/index.js';
import { camelCase, pascalCase, snakeCase } from './casing.js';
import { authorizedName, functionName } from './functions.js';
import { singular } from './inflection.js';
import { RESERVED_TYPES } from './reserved.js';

export interface Naming {
  model(relation: Relation): string;
  /** sqlc's name of the model, which an embed is called by; the type's own may differ, as for a table called `maps`. */
  embed(relation: Relation): string;
  enumType(type: PgType): string;
  composite(type: PgType): string;
  /** The type of a primary key's column, where keys are branded: `UserId`. */
  key(key: KeyColumn): string;
  /** A row as JSON has it: of a table or view, or a stored value of its type. */
  json(relation: Relation, stored: boolean): string;
  /** A property for sqlc's name of a column or parameter. */
  property(name: string): string;
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
  const typeName = (name: string): string => renamed(options, name) ?? pascalCase(name);
  const qualified = (schema: string, name: string): string => (schema === DEFAULT_SCHEMA ? name : `${schema}_${name}`);
  const modelName = ({ schema, name }: Relation): string => {
    const table = qualified(schema, name);
    return typeName(options.emitExactTableNames ? table : singular(table, options.inflectionExcludeTableNames));
  };

  const taken = new Set(RESERVED_TYPES);
  const claim = (wanted: string, suffix: string): string => {
    let name = wanted;
    for (let count = 1; taken.has(name); count++) name = `${wanted}${suffix}${count === 1 ? '' : count}`;
    taken.add(name);
    return name;
  };

  const models = new Map<number, string>();
  const relations = [...catalog.relations.values()].filter(({ kind }) => kind !== 'composite' && kind !== 'sequence').sort(bySchema);
  for (const relation of relations.filter(({ schema }) => !isSystemSchema(schema))) {
    models.set(relation.oid, claim(modelName(relation), 'Model'));
  }
  const types = new Map<number, string>();
  for (const type of [...catalog.types.values()].sort(bySchema)) {
    if (isSystemSchema(type.schema) || models.has(type.relationOid)) continue;
    if (type.kind === 'enum') types.set(type.oid, claim(typeName(qualified(type.schema, type.name)), 'Enum'));
    if (type.kind === 'composite') types.set(type.oid, claim(typeName(qualified(type.schema, type.name)), 'Composite'));
  }
  // A table's row as one value: unlike its model, every field of it may be NULL.
  const records = new Map<number, string>();
  for (const [oid, name] of models) records.set(oid, claim(`${name}Record`, 'Composite'));
  const keys = new Map<KeyColumn['column'], string>();
  const keyName = ({ relation, column }: KeyColumn): string => {
    const [model, name] = [models.get(relation.oid) ?? modelName(relation), pascalCase(column.name)];
    return name.startsWith(model) ? name : `${model}${name}`;
  };
  for (const relation of options.brand === undefined ? [] : relations.filter(({ oid }) => models.has(oid)))
    for (const column of relation.columns.filter(({ number }) => isKey(relation, number)))
      keys.set(column, claim(keyName({ relation, column }), 'Key'));
  const json = new Map<string, string>();
  for (const [oid, name] of models) json.set(`${oid} false`, claim(`${name}Json`, 'Shape'));
  for (const type of [...catalog.types.values()].sort(bySchema)) {
    const name = types.get(type.oid) ?? records.get(type.relationOid);
    if (name !== undefined && type.relationOid !== 0) json.set(`${type.relationOid} true`, claim(`${name}Json`, 'Shape'));
  }
  const own = (type: PgType): string => types.get(type.oid) ?? records.get(type.relationOid) ?? typeName(qualified(type.schema, type.name));

  return {
    embed: modelName,
    model: (relation) => models.get(relation.oid) ?? modelName(relation),
    enumType: own,
    composite: own,
    key: (key) => keys.get(key.column) ?? keyName(key),
    json: (relation, stored) => json.get(`${relation.oid} ${stored}`) ?? `${modelName(relation)}Json`,
    property(name) {
      const rename = renamed(options, name);
      if (options.case === 'snake') return snakeCase(rename ?? name);
      return camelCase(rename ?? name);
    },
    functionName,
    authorizedName,
    typeName(queryName) {
      const prefix = queryName.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
      return taken.has(`${prefix}Row`) || taken.has(`${prefix}Params`) ? `${prefix}Query` : prefix;
    },
  };
}

function isKey({ uniqueKeys }: Relation, number: number): boolean {
  return uniqueKeys.some(({ primary, columns }) => primary && columns.includes(number));
}

function renamed(options: NamingOptions, name: string): string | undefined {
  return Object.hasOwn(options.rename, name) ? options.rename[name] : undefined;
}

/** The default schema first, then by schema and name, so that the order of a catalog decides nothing. */
function bySchema(a: { readonly schema: string; readonly name: string }, b: typeof a): number {
  const rank = ({ schema, name }: typeof a): string => `${schema === DEFAULT_SCHEMA ? 0 : 1}${schema}\0${name}`;
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
}
