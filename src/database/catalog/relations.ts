/**
 * `pg_class`, `pg_attribute` and `pg_index` → `Relation`s.
 *
 * Invariant: `notNull` and `uniqueKeys` speak of everything that a SELECT of the relation reads,
 * its partitions and inheritance children included.
 */
import type pg from 'pg';
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
  const { rows: relationRows } = await client.query<RelationRow>(RELATIONS);
  const columnsOf = groupBy((await client.query<ColumnRow>(COLUMNS)).rows);
  const keysQuery = KEYS.replace('NULLS_NOT_DISTINCT', serverVersion >= 150000 ? 'i.indnullsnotdistinct' : 'false');
  const keysOf = groupBy((await client.query<KeyRow>(keysQuery)).rows);
  const foreignKeysOf = groupBy((await client.query<ForeignKeyRow>(FOREIGN_KEYS)).rows);
  const edges = (await client.query<EdgeRow>(EDGES)).rows;
  const rowOf = new Map(relationRows.map((row) => [row.oid, row]));
  const childrenOf = edgesFrom(edges.filter((edge) => !edge.depends));
  const readBy = edgesFrom(edges);
  const parentsOf = edgesFrom(edges.flatMap(({ parent, child, depends }) => (depends ? [] : [{ parent: child, child: parent, depends }])));
  const viewed = edgesFrom(edges.filter((edge) => edge.depends));

  /** Whether a column of a relation, and of everything below it, refuses NULL. */
  const notNull = (relation: number, name: string): boolean => {
    const column = columnsOf.get(relation)?.find((candidate) => candidate.name === name);
    // What a foreign server returns is only promised, never checked.
    if (column?.not_null !== true || rowOf.get(relation)?.relkind === 'f') return false;
    return (childrenOf.get(relation) ?? []).every((child) => notNull(child, name));
  };

  /** A child that inherits a table has none of its foreign keys but those that it declares itself. */
  const foreignKeys = (relation: number): readonly ForeignKey[] => {
    const nameOf = (oid: number, number: number): string | undefined =>
      columnsOf.get(oid)?.find((column) => column.number === number)?.name;
    const keys = (foreignKeysOf.get(relation) ?? []).map(({ relation_oid: _, ...key }) => key);
    return keys.filter((key) =>
      (childrenOf.get(relation) ?? []).every((child) =>
        foreignKeys(child).some(
          ({ columns, references, referenced }) =>
            references === key.references &&
            key.columns.every((column, index) =>
              columns.some((own, at) => nameOf(child, own) === nameOf(relation, column) && referenced[at] === key.referenced[index]),
            ),
        ),
      ),
    );
  };

  /** An INSERT into a partitioned table runs its partitions' triggers, an UPDATE also those of inheritance children, one of a view those of its table. */
  const mayDrop = (relation: number, event: 'may_drop' | 'may_drop_update', seen: ReadonlySet<number> = new Set()): boolean => {
    const row = rowOf.get(relation);
    if (row === undefined || seen.has(relation)) return false;
    if (row[event]) return true;
    const below =
      row.relkind === 'p' || (row.relkind === 'r' && event === 'may_drop_update') ? childrenOf : row.relkind === 'v' ? readBy : undefined;
    const visited = new Set([...seen, relation]);
    return (below?.get(relation) ?? []).some((other) => mayDrop(other, event, visited));
  };

  const updateTriggers = (relation: number): readonly string[] => [
    ...(rowOf.get(relation)?.update_triggers ?? []),
    ...(childrenOf.get(relation) ?? []).flatMap(updateTriggers),
  ];

  return new Map(
    relationRows.map((row) => {
      const kind = KINDS[row.relkind] ?? 'table';
      const sharesKeys = kind !== 'partitioned' && childrenOf.has(row.oid);
      const relation: Relation = {
        oid: row.oid,
        schema: row.schema,
        name: row.name,
        kind,
        typeOid: row.type_oid,
        columns: (columnsOf.get(row.oid) ?? []).map((column) =>
          toColumn(column, kind !== 'view' && kind !== 'materializedView' && notNull(row.oid, column.name)),
        ),
        uniqueKeys: sharesKeys ? [] : (keysOf.get(row.oid) ?? []).map(toKey),
        foreignKeys: foreignKeys(row.oid),
        rowSecurity: row.row_security,
        definition: row.definition ?? undefined,
        definitionTree: row.definition_tree ?? undefined,
        insertMayDrop: mayDrop(row.oid, 'may_drop'),
        updateMayDrop: mayDrop(row.oid, 'may_drop_update'),
        updateTriggers: updateTriggers(row.oid),
        parents: parentsOf.get(row.oid) ?? [],
        reads: viewed.get(row.oid) ?? [],
        ...(row.part_of !== null && { partOf: row.part_of }),
        ...(row.replaced_by !== null && { replacedBy: replacedBy(row.replaced_by) }),
        comment: row.comment ?? undefined,
      };
      return [row.oid, relation];
    }),
  );
}

/** Of the events of rules: 2 is UPDATE, 3 INSERT, 4 DELETE. */
function replacedBy(events: readonly string[]): NonNullable<Relation['replacedBy']> {
  return { insert: events.includes('3'), update: events.includes('2'), delete: events.includes('4') };
}

function toColumn(row: ColumnRow, notNull: boolean): CatalogColumn {
  return {
    number: row.number,
    name: row.name,
    typeOid: row.type_oid,
    typeModifier: row.type_modifier,
    dimensions: row.dimensions,
    notNull,
    hasDefault: row.has_default && row.generated === '',
    default: row.default ?? undefined,
    defaultTree: row.default_tree ?? undefined,
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

function groupBy<T extends { readonly relation_oid: number }>(rows: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.relation_oid);
    if (group) group.push(row);
    else groups.set(row.relation_oid, [row]);
  }
  return groups;
}

function edgesFrom(edges: readonly EdgeRow[]): ReadonlyMap<number, readonly number[]> {
  const targets = new Map<number, number[]>();
  for (const { parent, child } of edges) {
    const known = targets.get(parent);
    if (known) known.push(child);
    else targets.set(parent, [child]);
  }
  return targets;
}
