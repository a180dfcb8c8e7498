/**
 * How the names of a database become names of generated code: as sqlc gives them, spelled for
 * TypeScript.
 *
 * Invariant: within one naming no two relations, enums or composites share a type's name, and none
 * takes the place of a type that generated code refers to. Models keep sqlc's names; an enum or
 * composite gives way to a model, and a later schema to an earlier one.
 */
import type { Options } from '../../config/index.js';
import { type Catalog, isSystemSchema, type TableColumn, type PgType, type Relation } from '../../catalog/index.js';
import { camelCase, pascalCase, snakeCase, spellNames, uniqueNames } from './casing.js';
import { singular } from './inflection.js';

export type NamingOptions = Pick<Options, 'brand' | 'case' | 'rename' | 'emitExactTableNames' | 'inflectionExcludeTableNames'>;

const DEFAULT_SCHEMA = 'public';

/** Types that generated code refers to, so that no model or enum may take their names. */
const RESERVED_TYPES: ReadonlySet<string> = new Set(
  `Array ArrayBuffer BigInt Boolean Buffer Date Error Function Infinity Int8Array Iterable JSON Map NaN Number Object
  Omit Parameters Partial Pick Promise PropertyKey Proxy Readonly ReadonlyArray Record RegExp Required ReturnType Set
  String Symbol Uint8Array any bigint boolean never null number object string symbol undefined unknown void`.split(/\s+/),
);

type Qualified = Pick<Relation, 'schema' | 'name'>;

interface Property<T> {
  readonly property: string;
  readonly name: string;
  readonly item: T;
}

/** PostgreSQL's own tables and sequences have none: what returns all their columns has a row of its own, as in sqlc. */
export function hasModel({ kind, schema }: Relation): boolean {
  return kind !== 'composite' && kind !== 'sequence' && !isSystemSchema(schema);
}

export class Naming {
  private readonly taken = new Set(RESERVED_TYPES);
  /** By the relation, type or column; by a text for what else is made of one. */
  private readonly claimed = new Map<object | string, string>();

  /** What is claimed first keeps its name; what the server brought along is named when it is asked for. */
  constructor(
    private readonly catalog: Catalog,
    private readonly options: NamingOptions,
  ) {
    const relations = [...catalog.relations.values()].filter(hasModel).sort(bySchema);
    const types = [...catalog.types.values()].filter(({ schema }) => !isSystemSchema(schema)).sort(bySchema);
    const composites = types.filter(({ kind }) => kind === 'composite');
    for (const relation of relations) this.model(relation);
    for (const type of types) if (type.kind === 'enum' || (type.kind === 'composite' && !this.tableOf(type))) this.type(type);
    for (const type of composites) this.type(type);
    for (const relation of options.brand === undefined ? [] : relations) {
      const primary = relation.uniqueKeys.flatMap((key) => (key.primary ? key.columns : []));
      for (const column of relation.columns) if (primary.includes(column.number)) this.key({ relation, column });
    }
    for (const relation of relations) this.json(relation, false);
    for (const type of composites) {
      const relation = catalog.relations.get(type.relationOid);
      if (relation) this.json(relation, true);
      this.input(type);
    }
  }

  private claim(key: object | string, wanted: string, suffix: string): string {
    const known = this.claimed.get(key);
    if (known !== undefined) return known;
    let name = wanted;
    for (let count = 1; this.taken.has(name); count++) name = `${wanted}${suffix}${count === 1 ? '' : count}`;
    this.taken.add(name);
    this.claimed.set(key, name);
    return name;
  }

  private tableOf({ relationOid }: PgType): Relation | undefined {
    const relation = this.catalog.relations.get(relationOid);
    return relation && hasModel(relation) ? relation : undefined;
  }

  model(relation: Relation): string {
    return this.claimed.get(relation) ?? this.claim(relation, this.embed(relation), 'Model');
  }

  /** sqlc's name of the model, after which embeds are named; the type's own name may differ, as for a table called `maps`. */
  embed(relation: Relation): string {
    const table = qualified(relation);
    return this.spelled(this.options.emitExactTableNames ? table : singular(table, this.options.inflectionExcludeTableNames));
  }

  /** An enum or a composite; a table's row as one value is another type than its model, because every field of it may be NULL. */
  type(type: PgType): string {
    const table = this.tableOf(type);
    const wanted = table ? `${this.model(table)}Record` : this.spelled(qualified(type));
    return this.claim(type, wanted, type.kind === 'enum' ? 'Enum' : 'Composite');
  }

  /** Of a parameter of a composite where it takes more than a column yields: `AddressInput`. */
  input(type: PgType): string {
    return this.claim(`input ${type.oid}`, `${this.type(type)}Input`, 'Composite');
  }

  /** The type of a primary key's column if keys are branded: `UserId`. */
  key({ relation, column }: TableColumn): string {
    const [model, name] = [this.model(relation), pascalCase(column.name)];
    return this.claim(column, name.startsWith(model) ? name : `${model}${name}`, 'Key');
  }

  /** The JSON of a row of a table or view, or of a stored value of its type. */
  json(relation: Relation, stored: boolean): string {
    const type = stored ? this.catalog.types.get(relation.typeOid) : undefined;
    return this.claim(`${stored ? 'stored' : 'json'} ${relation.oid}`, `${type ? this.type(type) : this.model(relation)}Json`, 'Shape');
  }

  /** The properties of one object for what sqlc's names are of, each another, with the names as unique as sqlc makes them. */
  properties<T extends { readonly name: string }>(items: readonly T[]): readonly Property<T>[] {
    const names = uniqueNames(items.map(({ name }) => name));
    const spell = this.options.case === 'snake' ? snakeCase : camelCase;
    const properties = spellNames(names, (name) => spell(this.renamed(name) ?? name));
    return items.map((item, index) => ({ item, name: names[index] ?? '', property: properties[index] ?? '' }));
  }

  /** The prefix of a query's types: `GetThings`. */
  query(queryName: string): string {
    const prefix = queryName.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
    return this.taken.has(`${prefix}Row`) || this.taken.has(`${prefix}Params`) ? `${prefix}Query` : prefix;
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
