/**
 * `pg_class`, `pg_attribute` and `pg_index` → `Relation`s.
 *
 * Invariant: `notNull` and `uniqueKeys` speak of everything that a SELECT of the relation reads,
 * its partitions and inheritance children included.
 */
import type pg from 'pg';
import type { CatalogColumn, ForeignKey, Relation, UniqueKey } from '../../catalog/index.js';

interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly relkind: string;
  readonly type_oid: number;
  readonly definition: string | null;
  readonly definition_tree: string | null;
  readonly replaced_by: readonly string[] | null;
  readonly may_drop: boolean;
  readonly may_drop_update: boolean;
  readonly row_security: boolean;
  readonly part_of: 'partitioned' | 'extension' | null;
  readonly comment: string | null;
}

interface ColumnRow {
  readonly relation_oid: number;
  readonly number: number;
  readonly name: string;
  readonly type_oid: number;
  readonly type_modifier: number;
  readonly dimensions: number;
  readonly not_null: boolean;
  readonly has_default: boolean;
  readonly default: string | null;
  readonly default_tree: string | null;
  readonly identity: string;
  readonly generated: string;
  readonly comment: string | null;
}

interface KeyRow {
  readonly relation_oid: number;
  readonly columns: readonly number[];
  readonly primary: boolean;
  readonly families: readonly number[];
  readonly collations: readonly number[];
  readonly expressions: string | null;
  readonly nulls_not_distinct: boolean;
  readonly predicate: string | null;
}

interface ForeignKeyRow {
  readonly relation_oid: number;
  readonly columns: readonly number[];
  readonly references: number;
  readonly referenced: readonly number[];
  readonly immediate: boolean;
}

/** A child of an inheritance or partition tree, or (`depends`) a relation that a view reads. */
interface EdgeRow {
  readonly parent: number;
  readonly child: number;
  readonly depends: boolean;
}

// Bits of tgtype: row 1, before 2, insert 4, update 16, instead of 64.
const RELATIONS = `
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind, c.reltype AS type_oid,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       (SELECT w.ev_action::text FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type = '1') AS definition_tree,
       (SELECT array_agg(w.ev_type::text) FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid AND w.is_instead AND w.ev_enabled <> 'D' AND w.ev_type <> '1') AS replaced_by,
       c.relkind = 'f'
       OR EXISTS (
         SELECT FROM pg_catalog.pg_trigger t
         WHERE t.tgrelid = c.oid AND t.tgenabled <> 'D' AND t.tgtype::int & 5 = 5 AND t.tgtype::int & 66 <> 0
       )
       OR EXISTS (
         SELECT FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type = '3' AND w.ev_enabled <> 'D'
       ) AS may_drop,
       c.relkind = 'f'
       OR EXISTS (
         SELECT FROM pg_catalog.pg_trigger t
         WHERE t.tgrelid = c.oid AND t.tgenabled <> 'D' AND t.tgtype::int & 17 = 17 AND t.tgtype::int & 66 <> 0
       )
       OR EXISTS (
         SELECT FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type = '2' AND w.ev_enabled <> 'D'
       ) AS may_drop_update,
       c.relrowsecurity AS row_security,
       CASE
         WHEN c.relispartition THEN 'partitioned'
         WHEN EXISTS (
           SELECT FROM pg_catalog.pg_depend x
           WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
         ) THEN 'extension'
       END AS part_of,
       d.description AS comment
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
  ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp\\_%'`;

/** `CHECK (a IS NOT NULL)`, alone or with others like it, as node text; OWN stands for the column's number. */
const notNullTest = (number: string): string =>
  `\\{NULLTEST :arg \\{VAR [^{}]*:varattno ${number} [^{}]*\\} :nulltesttype 1 :argisrow false :location -?[0-9]+\\}`;
const CHECKS_NOT_NULL = `^(${notNullTest('OWN')}|\\{BOOLEXPR :boolop and :args \\((${notNullTest('[0-9]+')} ?)*${notNullTest('OWN')}( ?${notNullTest('[0-9]+')})*\\) :location -?[0-9]+\\})$`;

// From PostgreSQL 18 on attnotnull is also set for a constraint that is not validated. The
// system's own tables have it without a constraint.
const COLUMNS = `
SELECT a.attrelid AS relation_oid, a.attnum AS number, a.attname AS name, a.atttypid AS type_oid,
       a.atttypmod AS type_modifier, a.attndims AS dimensions,
       a.attnotnull AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_constraint c
         WHERE c.conrelid = a.attrelid AND c.contype = 'n' AND c.conkey[1] = a.attnum AND NOT c.convalidated
       ) OR EXISTS (
         SELECT FROM pg_catalog.pg_constraint c
         WHERE c.conrelid = a.attrelid AND c.contype = 'c' AND c.convalidated
           AND c.conbin::text ~ pg_catalog.replace('${CHECKS_NOT_NULL}', 'OWN', a.attnum::text)
       ) AS not_null,
       a.atthasdef AS has_default, pg_catalog.pg_get_expr(df.adbin, df.adrelid) AS default, df.adbin::text AS default_tree, a.attidentity AS identity, a.attgenerated AS generated, d.description AS comment
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_attrdef df ON df.adrelid = a.attrelid AND df.adnum = a.attnum AND a.attgenerated = ''
LEFT JOIN pg_catalog.pg_description d
  ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
ORDER BY a.attrelid, a.attnum`;

// A deferrable key is not checked until commit, and an invalid one holds for no row that was there
// before. Columns past indnkeyatts are INCLUDEd.
const KEYS = `
SELECT i.indrelid AS relation_oid, (i.indkey::int2[])[0:i.indnkeyatts - 1]::int[] AS columns, i.indisprimary AS primary,
       (SELECT array_agg(o.opcfamily ORDER BY k.place) FROM unnest(i.indclass::oid[]) WITH ORDINALITY AS k(class, place)
        JOIN pg_catalog.pg_opclass o ON o.oid = k.class) AS families,
       i.indcollation::oid[] AS collations, i.indexprs::text AS expressions,
       NULLS_NOT_DISTINCT AS nulls_not_distinct, i.indpred::text AS predicate
FROM pg_catalog.pg_index i
WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indislive
ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid`;

// PostgreSQL lists a key once more for each partition of the table that it refers to.
const FOREIGN_KEYS = `
SELECT c.conrelid AS relation_oid, c.conkey::int[] AS columns, c.confrelid AS references, c.confkey::int[] AS referenced,
       NOT c.condeferrable AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgenabled NOT IN ('O', 'A')
       ) AS immediate
FROM pg_catalog.pg_constraint c
LEFT JOIN pg_catalog.pg_constraint whole ON whole.oid = c.conparentid
WHERE c.contype = 'f' AND c.convalidated AND whole.conrelid IS DISTINCT FROM c.conrelid
ORDER BY c.conrelid, c.conname`;

const EDGES = `
SELECT inhparent AS parent, inhrelid AS child, false AS depends FROM pg_catalog.pg_inherits
UNION
SELECT w.ev_class, d.refobjid, true
FROM pg_catalog.pg_rewrite w
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> w.ev_class AND w.ev_type = '1'`;

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
