/**
 * `pg_class`, `pg_attribute` and `pg_index` → `Relation`s.
 *
 * Invariant: `notNull` and `uniqueKeys` speak of everything that a SELECT of the relation reads,
 * its partitions and inheritance children included.
 */
import type pg from 'pg';
import { groupBy } from '../../group-by.js';
import type { CatalogColumn, ForeignKey, Relation, UniqueKey } from '../../catalog/index.js';
import {
  COLUMNS,
  EDGES,
  FOREIGN_KEYS,
  KEYS,
  RELATIONS,
  type ColumnRow,
  type EdgeRow,
  type ForeignKeyRow,
  type KeyRow,
  type RelationRow,
} from './relation-rows.js';

const KINDS: Readonly<Record<string, Relation['kind']>> = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'materializedView',
  f: 'foreign',
  c: 'composite',
  S: 'sequence',
};

export async function readRelations(client: pg.Client, serverVersion: number): Promise<ReadonlyMap<number, Relation>> {
  const { rows } = await client.query<RelationRow>(RELATIONS);
  const columns = byRelation((await client.query<ColumnRow>(COLUMNS)).rows);
  const keysQuery = KEYS.replace('NULLS_NOT_DISTINCT', serverVersion >= 150000 ? 'i.indnullsnotdistinct' : 'false');
  const keys = byRelation((await client.query<KeyRow>(keysQuery)).rows);
  const foreignKeys = byRelation((await client.query<ForeignKeyRow>(FOREIGN_KEYS)).rows);
  const edges = (await client.query<EdgeRow>(EDGES)).rows;
  const family = new Family(rows, columns, foreignKeys, edges);
  return new Map(rows.map((row) => [row.oid, toRelation(row, columns.get(row.oid) ?? [], keys.get(row.oid) ?? [], family)]));
}

/** What the relations below one decide of it: those that inherit it, and those that a view reads. */
class Family {
  private readonly rows: ReadonlyMap<number, RelationRow>;
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly parents: ReadonlyMap<number, readonly number[]>;
  /** What a view reads. */
  readonly read: ReadonlyMap<number, readonly number[]>;

  constructor(
    rows: readonly RelationRow[],
    private readonly columns: ReadonlyMap<number, readonly ColumnRow[]>,
    private readonly ownForeignKeys: ReadonlyMap<number, readonly ForeignKeyRow[]>,
    edges: readonly EdgeRow[],
  ) {
    this.rows = new Map(rows.map((row) => [row.oid, row]));
    const inherited = edges.filter(({ depends }) => !depends);
    this.children = endsOf(inherited);
    this.parents = endsOf(inherited.map(({ parent, child }) => ({ parent: child, child: parent })));
    this.read = endsOf(edges.filter(({ depends }) => depends));
  }

  /** Whether a column of a relation, and of everything below it, refuses NULL. */
  notNull(relation: number, name: string): boolean {
    const column = this.columns.get(relation)?.find((candidate) => candidate.name === name);
    // What a foreign server returns is only promised, never checked.
    if (column?.not_null !== true || this.rows.get(relation)?.relkind === 'f') return false;
    return this.below(relation).every((child) => this.notNull(child, name));
  }

  /** A child that inherits a table has none of its foreign keys but those that it declares itself. */
  foreignKeys(relation: number): readonly ForeignKey[] {
    const keys = (this.ownForeignKeys.get(relation) ?? []).map(({ relation_oid: _, ...key }) => key);
    return keys.filter((key) =>
      this.below(relation).every((child) => this.foreignKeys(child).some((other) => this.isSame(relation, key, child, other))),
    );
  }

  /** An INSERT into a partitioned table runs its partitions' triggers, an UPDATE also those of inheritance children, one of a view those of its table. */
  mayDrop(relation: number, event: 'may_drop' | 'may_drop_update', seen: ReadonlySet<number> = new Set()): boolean {
    const row = this.rows.get(relation);
    if (row === undefined || seen.has(relation)) return false;
    if (row[event]) return true;
    const reaches = row.relkind === 'p' || row.relkind === 'v' || (row.relkind === 'r' && event === 'may_drop_update');
    const below = [...this.below(relation), ...((row.relkind === 'v' && this.read.get(relation)) || [])];
    const visited = new Set([...seen, relation]);
    return reaches && below.some((other) => this.mayDrop(other, event, visited));
  }

  /** The bodies of the triggers that an UPDATE runs before it stores a row, inheritance children included. */
  updateTriggers(relation: number): readonly string[] {
    return [...(this.rows.get(relation)?.update_triggers ?? []), ...this.below(relation).flatMap((child) => this.updateTriggers(child))];
  }

  private below(relation: number): readonly number[] {
    return this.children.get(relation) ?? [];
  }

  /** Whether a child's foreign key is that of its parent: from the columns of the same names. */
  private isSame(parent: number, key: ForeignKey, child: number, other: ForeignKey): boolean {
    const nameOf = (oid: number, number: number): string | undefined =>
      this.columns.get(oid)?.find((column) => column.number === number)?.name;
    return (
      other.references === key.references &&
      key.columns.every((column, index) =>
        other.columns.some((own, at) => nameOf(child, own) === nameOf(parent, column) && other.referenced[at] === key.referenced[index]),
      )
    );
  }
}

function toRelation(row: RelationRow, columns: readonly ColumnRow[], keys: readonly KeyRow[], family: Family): Relation {
  const { oid, schema, name } = row;
  const kind = KINDS[row.relkind] ?? 'table';
  const isView = kind === 'view' || kind === 'materializedView';
  const sharesKeys = kind !== 'partitioned' && family.children.has(oid);
  return {
    oid,
    schema,
    name,
    kind,
    typeOid: row.type_oid,
    columns: columns.map((column) =>
      toColumn(column, !isView && family.notNull(oid, column.name), kind !== 'foreign' && !family.children.has(oid)),
    ),
    uniqueKeys: sharesKeys ? [] : keys.map(toKey),
    foreignKeys: family.foreignKeys(oid),
    rowSecurity: row.row_security,
    definitionTree: row.definition_tree ?? undefined,
    insertMayDrop: family.mayDrop(oid, 'may_drop'),
    updateMayDrop: family.mayDrop(oid, 'may_drop_update'),
    updateTriggers: family.updateTriggers(oid),
    parents: family.parents.get(oid) ?? [],
    reads: family.read.get(oid) ?? [],
    ...(row.part_of !== null && { partOf: row.part_of }),
    ...(row.replaced_by !== null && { replacedBy: replacedBy(row.replaced_by) }),
    comment: row.comment ?? undefined,
  };
}

/** Of the events of rules: 2 is UPDATE, 3 INSERT, 4 DELETE. */
function replacedBy(events: readonly string[]): NonNullable<Relation['replacedBy']> {
  return { insert: events.includes('3'), update: events.includes('2'), delete: events.includes('4') };
}

/** @param ownRows Whether its rows are its own: a child may generate a column in another way, and so may a foreign server. */
function toColumn(row: ColumnRow, notNull: boolean, ownRows: boolean): CatalogColumn {
  return {
    number: row.number,
    name: row.name,
    typeOid: row.type_oid,
    typeModifier: row.type_modifier,
    dimensions: row.dimensions,
    notNull,
    hasDefault: row.has_default && row.generated === '',
    default: row.default ?? undefined,
    defaultTree: (row.generated === '' || ownRows ? row.default_tree : null) ?? undefined,
    identity: row.identity === 'a' ? 'always' : row.identity === 'd' ? 'byDefault' : undefined,
    generated: row.generated !== '',
    comment: row.comment ?? undefined,
  };
}

function toKey(row: KeyRow): UniqueKey {
  return {
    columns: row.columns,
    families: row.families,
    collations: row.collations,
    expressionsTree: row.expressions ?? undefined,
    primary: row.primary,
    nullsNotDistinct: row.nulls_not_distinct,
    predicateTree: row.predicate ?? undefined,
  };
}

function byRelation<T extends { readonly relation_oid: number }>(rows: readonly T[]): ReadonlyMap<number, readonly T[]> {
  return groupBy(rows, (row) => row.relation_oid);
}

/** The ends of edges, by what they begin at. */
function endsOf(edges: readonly Pick<EdgeRow, 'parent' | 'child'>[]): ReadonlyMap<number, readonly number[]> {
  return new Map([...groupBy(edges, ({ parent }) => parent)].map(([parent, own]) => [parent, own.map(({ child }) => child)]));
}
