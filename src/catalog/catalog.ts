/**
 * What the database says of itself, read once for a whole run: the ground on which every type and
 * every proof stands. Readonly; the loader is `database/catalog/`.
 */

/** A type of `pg_type`. */
export interface PgType {
  readonly oid: number;
  readonly schema: string;
  /** `typname`: `int4`, `_text` (an array), `connection_type`. */
  readonly name: string;
  readonly kind: 'base' | 'array' | 'enum' | 'domain' | 'composite' | 'range' | 'multirange' | 'pseudo';
  /** The element's type where `kind` is `array`, else 0. */
  readonly elementOid: number;
  /** The base type where `kind` is `domain`, the subtype where it is `range` or `multirange`, else 0. */
  readonly baseOid: number;
  /** Whether a domain, or a domain below it, refuses NULL. */
  readonly notNull: boolean;
  /** An enum's labels, in their order; else empty. */
  readonly labels: readonly string[];
  /** The `pg_class` OID of a composite type, else 0. */
  readonly relationOid: number;
  /** What separates the elements of an array of this type: `,`, or `;` for `box`. */
  readonly delimiter: string;
  readonly category: string;
  /** Whether its JSON is not made of its text: it has a cast to json, or is a vector of elements. */
  readonly ownJson?: true;
  readonly comment: string | undefined;
}

export interface CatalogColumn {
  /** `attnum`. Dropped columns are left out, so numbers may have gaps. */
  readonly number: number;
  readonly name: string;
  readonly typeOid: number;
  readonly typeModifier: number;
  /** The dimensions an array column was declared with (PostgreSQL records but does not enforce them), else 0. */
  readonly dimensions: number;
  /**
   * Whether no row can hold NULL here: NOT NULL, a primary key, identity or a domain that refuses
   * NULL, valid for every child that an inherited read reaches. False for a view's columns.
   */
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** The default as SQL, where there is one. */
  readonly default?: string | undefined;
  /** The default, or what the column is generated from, as PostgreSQL's node text. */
  readonly defaultTree?: string | undefined;
  /** `always` refuses a value in an INSERT without OVERRIDING. */
  readonly identity: 'always' | 'byDefault' | undefined;
  /** GENERATED … STORED or VIRTUAL: never written. */
  readonly generated: boolean;
  readonly comment: string | undefined;
}

/** A unique index that proves at most one row. */
export interface UniqueKey {
  /** The `attnum`s of the key, 0 for an expression. */
  readonly columns: readonly number[];
  /** Of each column of the key: the family of operators whose equality it enforces, and its collation or 0. */
  readonly families: readonly number[];
  readonly collations: readonly number[];
  /** The expressions among its columns, in order, as PostgreSQL's node text; undefined where there are none. */
  readonly expressionsTree: string | undefined;
  readonly primary: boolean;
  /** NULLS NOT DISTINCT. */
  readonly nullsNotDistinct: boolean;
  /** The predicate of a partial index as PostgreSQL's node text, else undefined. */
  readonly predicateTree: string | undefined;
}

/** A foreign key that every row was checked for. */
export interface ForeignKey {
  /** The `attnum`s of its columns, and of what each refers to. */
  readonly columns: readonly number[];
  readonly references: number;
  readonly referenced: readonly number[];
  /** Whether it holds behind each statement: not deferrable, and nobody has turned its triggers off. */
  readonly immediate: boolean;
}

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned' | 'view' | 'materializedView' | 'foreign' | 'composite' | 'sequence';
  /** The row type of `pg_type`. */
  readonly typeOid: number;
  readonly columns: readonly CatalogColumn[];
  /** Only of this relation; empty where inheritance children can hold the same key. */
  readonly uniqueKeys: readonly UniqueKey[];
  /** Those of a partition are its own, too; of a relation with inheritance children only what each child has. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Whether policies decide which of its rows a role sees. */
  readonly rowSecurity: boolean;
  /** The SELECT of a view or materialized view as PostgreSQL's node text, else undefined. */
  readonly definitionTree: string | undefined;
  /**
   * Whether an INSERT of one row may store or return none, or another one: a BEFORE row trigger or
   * an INSTEAD OF trigger or a rule may drop or change it, and so may a foreign server.
   */
  readonly insertMayDrop: boolean;
  /** The same of an UPDATE, its inheritance children included. */
  readonly updateMayDrop?: boolean;
  /** What may change a row that an UPDATE writes, also in a child: the bodies of BEFORE row triggers in PL/pgSQL; '' stands for anything else. */
  readonly updateTriggers?: readonly string[];
  /** What it is a partition of, or inherits from, by OID. */
  readonly parents: readonly number[];
  /** Of a view or materialized view: the relations that its SELECT reads itself, by OID. */
  readonly reads: readonly number[];
  /** Whether a rule may do something else instead, whose RETURNING then gives the rows: for an INSERT, an UPDATE or a DELETE. */
  readonly replacedBy?: { readonly insert: boolean; readonly update: boolean; readonly delete: boolean };
  readonly comment: string | undefined;
  /** Set for what nobody writes rows of by its own name, as a rule: a partition, or what an extension brought along. */
  readonly partOf?: 'partitioned' | 'extension';
}

/** A column with the relation that it is of. */
export interface TableColumn {
  readonly relation: Relation;
  readonly column: CatalogColumn;
}

/** An entry of `pg_proc`. */
export interface PgFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window';
  /** STRICT: NULL from any NULL argument, without a call. */
  readonly strict: boolean;
  readonly returnsSet: boolean;
  readonly returnTypeOid: number;
  /** The types of the input arguments, in order. */
  readonly argumentTypeOids: readonly number[];
  /** The names of the input arguments, in order; undefined where one has none. */
  readonly argumentNames: readonly (string | undefined)[];
  /** How many of the last input arguments have defaults. */
  readonly defaults: number;
  readonly variadic: boolean;
  /** OUT, INOUT and TABLE columns, in order; empty where there are none. */
  readonly outputs: readonly { readonly name: string; readonly typeOid: number }[];
  /** Whether it belongs to PostgreSQL itself (`pg_catalog`), not to the user or an extension. */
  readonly builtin: boolean;
  /** The extension that it came with, by name. */
  readonly extension?: string;
}

/** An entry of `pg_operator`, with the strictness of its function. */
export interface PgOperator {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** 0 for a prefix operator. */
  readonly leftTypeOid: number;
  readonly rightTypeOid: number;
  readonly resultTypeOid: number;
  readonly strict: boolean;
  readonly builtin: boolean;
  /** The extension that it came with, by name. */
  readonly extension?: string;
}

/** What may write when a query only reads it, by OID; see `database/catalog/writers.ts`. */
export interface Writers {
  readonly routines: ReadonlySet<number>;
  readonly operators: ReadonlySet<number>;
  readonly types: ReadonlySet<number>;
  readonly relations: ReadonlySet<number>;
}

export interface Catalog {
  /** `server_version_num`, e.g. 180004. */
  readonly serverVersion: number;
  /** The schemas that unqualified names are looked up in, in order; `pg_catalog` is among them. */
  readonly searchPath: readonly string[];
  readonly types: ReadonlyMap<number, PgType>;
  readonly relations: ReadonlyMap<number, Relation>;
  /** By name, in any schema. */
  readonly relationsByName: ReadonlyMap<string, readonly Relation[]>;
  readonly functionsByName: ReadonlyMap<string, readonly PgFunction[]>;
  readonly operatorsByName: ReadonlyMap<string, readonly PgOperator[]>;
  readonly typesByName: ReadonlyMap<string, readonly PgType[]>;
  /** The operators that are an index's equality, by OID, with the families whose equality they are. */
  readonly equalities: ReadonlyMap<number, readonly number[]>;
  readonly writers: Writers;
}

/** The relation that PostgreSQL would find for a name, qualified or not. */
export function findRelation(catalog: Catalog, schema: string | undefined, name: string): Relation | undefined {
  return findInPath(catalog, catalog.relationsByName.get(name) ?? [], schema);
}

/** The type that PostgreSQL would find for a name, qualified or not. */
export function findType(catalog: Catalog, schema: string | undefined, name: string): PgType | undefined {
  return findInPath(catalog, catalog.typesByName.get(name) ?? [], schema);
}

/** The column of a number (`attnum`) of a relation; undefined where the catalog lists none. */
export function columnAt({ relations }: Pick<Catalog, 'relations'>, relationOid: number, number: number): TableColumn | undefined {
  const relation = relations.get(relationOid);
  const column = relation?.columns.find((candidate) => candidate.number === number);
  return relation && column && { relation, column };
}

/** Whether a column of a key, by its place there, never holds twice what the operator takes for equal by that collation. */
export function isEqualityOf(
  { equalities }: Pick<Catalog, 'equalities'>,
  { families, collations }: UniqueKey,
  place: number,
  { operator, collation }: { readonly operator: number; readonly collation: number },
): boolean {
  return equalities.get(operator)?.includes(families[place] ?? 0) === true && collations[place] === collation;
}

function findInPath<T extends { readonly schema: string }>(
  catalog: Catalog,
  candidates: readonly T[],
  schema: string | undefined,
): T | undefined {
  if (schema !== undefined) return candidates.find((candidate) => candidate.schema === schema);
  for (const step of catalog.searchPath) {
    const found = candidates.find((candidate) => candidate.schema === step);
    if (found) return found;
  }
  return undefined;
}
