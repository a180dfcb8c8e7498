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
import { singular } from './inflection.js';
import { RESERVED_TYPES } from './reserved.js';
import { spellNames } from './unique.js';

export type NamingOptions = Pick<Options, 'brand' | 'case' | 'rename' | 'emitExactTableNames' | 'inflectionExcludeTableNames'>;

const DEFAULT_SCHEMA = 'public';

interface Qualified {
  readonly schema: string;
  readonly name: string;
}

export class Naming {
  private readonly taken = new Set(RESERVED_TYPES);
  /** By the relation, type or column; by a text for what else is made of one. */
  private readonly claimed = new Map<object | string, string>();

  /** What is claimed first keeps its name. */
  constructor(
    catalog: Catalog,
    private readonly options: NamingOptions,
  ) {
    const relations = [...catalog.relations.values()]
      .filter(({ kind, schema }) => kind !== 'composite' && kind !== 'sequence' && !isSystemSchema(schema))
      .sort(bySchema);
    const types = [...catalog.types.values()].filter(({ schema }) => !isSystemSchema(schema)).sort(bySchema);
    const ofRows = new Map(relations.map((relation) => [relation.oid, relation]));
    for (const relation of relations) this.claim(relation, this.embed(relation), 'Model');
    for (const type of types) {
      const isOwn = type.kind === 'enum' || (type.kind === 'composite' && !ofRows.has(type.relationOid));
      if (isOwn) this.claim(type, this.typeName(type), type.kind === 'enum' ? 'Enum' : 'Composite');
    }
    // A table's row as one value: unlike its model, every field of it may be NULL.
    for (const type of types) {
      const relation = ofRows.get(type.relationOid);
      if (relation) this.claim(type, `${this.model(relation)}Record`, 'Composite');
    }
    for (const relation of options.brand === undefined ? [] : relations) {
      const primary = relation.uniqueKeys.flatMap((key) => (key.primary ? key.columns : []));
      for (const column of relation.columns) if (primary.includes(column.number)) this.claim(column, this.keyName(relation, column), 'Key');
    }
    for (const relation of relations) this.claim(`json ${relation.oid}`, `${this.model(relation)}Json`, 'Shape');
    for (const type of types.filter((own) => own.relationOid !== 0 && this.claimed.has(own))) {
      this.claim(`stored ${type.relationOid}`, `${this.type(type)}Json`, 'Shape');
      this.claim(`input ${type.oid}`, `${this.type(type)}Input`, 'Composite');
    }
  }

  private claim(key: object | string, wanted: string, suffix: string): void {
    let name = wanted;
    for (let count = 1; this.taken.has(name); count++) name = `${wanted}${suffix}${count === 1 ? '' : count}`;
    this.taken.add(name);
    this.claimed.set(key, name);
  }

  model(relation: Relation): string {
    return this.claimed.get(relation) ?? this.embed(relation);
  }

  /** sqlc's name of the model, after which embeds are named; the type's own name may differ, as for a table called `maps`. */
  embed(relation: Relation): string {
    const table = qualified(relation);
    return this.spelled(this.options.emitExactTableNames ? table : singular(table, this.options.inflectionExcludeTableNames));
  }

  /** An enum or a composite. */
  type(type: PgType): string {
    return this.claimed.get(type) ?? this.typeName(type);
  }

  /** Of a parameter of a composite where it takes more than a column yields: `AddressInput`. */
  input(type: PgType): string {
    return this.claimed.get(`input ${type.oid}`) ?? `${this.type(type)}Input`;
  }

  /** The type of a primary key's column if keys are branded: `UserId`. */
  key({ relation, column }: TableColumn): string {
    return this.claimed.get(column) ?? this.keyName(relation, column);
  }

  /** The JSON of a row of a table or view, or of a stored value of its type. */
  json(relation: Relation, stored: boolean): string {
    return this.claimed.get(`${stored ? 'stored' : 'json'} ${relation.oid}`) ?? `${this.embed(relation)}Json`;
  }

  /** A property for sqlc's name of a column or parameter. */
  property(name: string): string {
    return (this.options.case === 'snake' ? snakeCase : camelCase)(this.renamed(name) ?? name);
  }

  /** The properties of one object for what sqlc's names are of, each another. */
  properties<T extends { readonly name: string }>(items: readonly T[]): readonly { readonly property: string; readonly item: T }[] {
    const spelled = spellNames(
      items.map(({ name }) => name),
      (name) => this.property(name),
    );
    return items.map((item, index) => ({ property: spelled[index] ?? item.name, item }));
  }

  /** The prefix of a query's types: `GetThings`. */
  query(queryName: string): string {
    const prefix = queryName.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
    return this.taken.has(`${prefix}Row`) || this.taken.has(`${prefix}Params`) ? `${prefix}Query` : prefix;
  }

  private typeName(type: PgType): string {
    return this.spelled(qualified(type));
  }

  private keyName(relation: Relation, column: CatalogColumn): string {
    const [model, name] = [this.model(relation), pascalCase(column.name)];
    return name.startsWith(model) ? name : `${model}${name}`;
  }

  private spelled(name: string): string {
    return this.renamed(name) ?? pascalCase(name);
  }

  private renamed(name: string): string | undefined {
    return Object.hasOwn(this.options.rename, name) ? this.options.rename[name] : undefined;
  }
}

function qualified({ schema, name }: Qualified): string {
  return schema === DEFAULT_SCHEMA ? name : `${schema}_${name}`;
}

/** The default schema first, then by schema and name, so that names do not depend on the catalog's order. */
function bySchema(a: Qualified, b: Qualified): number {
  const rank = ({ schema, name }: Qualified): string => `${schema === DEFAULT_SCHEMA ? 0 : 1}${schema}\0${name}`;
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
}
