/**
 * What the filler must respect: the tables of a database with every constraint on their rows, and
 * the types of their columns. Read from PostgreSQL's catalogs without the compiler's own reader,
 * so that a mistake there cannot hide behind rows made to fit it.
 */
import type pg from 'pg';
import { textRows } from '../server.js';

export interface ValueType {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** As SQL writes it. */
  readonly sql: string;
  readonly kind: 'base' | 'array' | 'enum' | 'domain' | 'composite' | 'range' | 'multirange' | 'pseudo';
  /** An array's element, a domain's base, a range's subtype, a multirange's range; else 0. */
  readonly innerOid: number;
  /** The modifier that a domain gives its base type, else -1. */
  readonly innerModifier: number;
  readonly notNull: boolean;
  readonly labels: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly typeOid: number; readonly modifier: number }[];
  /** A domain's CHECK expressions. */
  readonly checks: readonly string[];
  readonly delimiter: string;
}

export interface FillColumn {
  readonly number: number;
  readonly name: string;
  readonly typeOid: number;
  readonly modifier: number;
  readonly dimensions: number;
  /** The type with its modifier, as SQL writes it. */
  readonly typeSql: string;
  readonly notNull: boolean;
  readonly identity: boolean;
  readonly generated: boolean;
  readonly default: string | undefined;
}

export interface Check {
  readonly name: string;
  readonly columns: readonly number[];
  /** A condition on the table's columns, unqualified. */
  readonly expression: string;
}

export interface Unique {
  readonly name: string;
  /** Only plain columns; an expression makes `plain` false. */
  readonly columns: readonly number[];
  readonly plain: boolean;
  readonly partial: boolean;
  readonly nullsNotDistinct: boolean;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly number[];
  readonly referenced: number;
  readonly referencedColumns: readonly string[];
  readonly deferrable: boolean;
  readonly matchFull: boolean;
}

/** A partition's bound as SQL, with the columns of the key that it bounds. */
export interface PartitionBound {
  readonly bound: string;
  readonly columns: readonly number[];
}

export interface FillTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Quoted and qualified. */
  readonly sql: string;
  readonly columns: readonly FillColumn[];
  readonly checks: readonly Check[];
  readonly uniques: readonly Unique[];
  /** Names of exclusion constraints with their columns. */
  readonly exclusions: readonly { readonly name: string; readonly columns: readonly number[] }[];
  readonly foreignKeys: readonly ForeignKey[];
  /** For a partitioned table: the bounds that lead from it to each leaf. */
  readonly partitions: readonly (readonly PartitionBound[])[];
}

export interface FillSchema {
  readonly tables: readonly FillTable[];
  readonly types: ReadonlyMap<number, ValueType>;
  /** Materialized views, quoted, in an order in which they can be refreshed. */
  readonly materializedViews: readonly string[];
}

const OWN = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

export async function readFillSchema(client: pg.ClientBase): Promise<FillSchema> {
  const types = await readTypes(client);
  const tables = await readTables(client);
  const views = await textRows(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS sql FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'm' AND ${OWN} ORDER BY c.oid`,
  );
  return { tables, types, materializedViews: views.map((row) => row['sql'] ?? '') };
}

/** Rows that one JSON document carries: the shape is this module's own SQL, a few lines up. */
async function json<T>(client: pg.ClientBase, sql: string): Promise<T[]> {
  const rows = await textRows(client, `SELECT coalesce(json_agg(x), '[]') AS document FROM (${sql}) x`);
  return JSON.parse(rows[0]?.['document'] ?? '[]') as T[];
}

const KINDS: Readonly<Record<string, ValueType['kind']>> = {
  b: 'base',
  c: 'composite',
  d: 'domain',
  e: 'enum',
  p: 'pseudo',
  r: 'range',
  m: 'multirange',
};

interface TypeRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly sql: string;
  readonly typtype: string;
  readonly inner: number;
  readonly modifier: number;
  readonly array: boolean;
  readonly not_null: boolean;
  readonly delimiter: string;
  readonly labels: readonly string[];
  readonly attributes: ValueType['attributes'];
  readonly checks: readonly string[];
}

async function readTypes(client: pg.ClientBase): Promise<ReadonlyMap<number, ValueType>> {
  const rows = await json<TypeRow>(
    client,
    `SELECT t.oid::int8, n.nspname AS schema, t.typname AS name, format_type(t.oid, NULL) AS sql, t.typtype,
       CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc THEN t.typelem
            WHEN t.typtype = 'd' THEN t.typbasetype
            WHEN t.typtype = 'r' THEN (SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid)
            WHEN t.typtype = 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid)
            ELSE 0 END::int8 AS inner,
       t.typtypmod AS modifier, t.typsubscript = 'array_subscript_handler'::regproc AS array, t.typnotnull AS not_null, t.typdelim AS delimiter,
       ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
       (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'typeOid', a.atttypid::int8, 'modifier', a.atttypmod) ORDER BY a.attnum), '[]')
          FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes,
       ARRAY(SELECT pg_get_expr(k.conbin, 0) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace`,
  );
  return new Map(
    rows.map((row) => [
      row.oid,
      {
        oid: row.oid,
        schema: row.schema,
        name: row.name,
        sql: row.sql,
        kind: row.array ? 'array' : (KINDS[row.typtype] ?? 'base'),
        innerOid: row.inner,
        innerModifier: row.modifier,
        notNull: row.not_null,
        labels: row.labels,
        attributes: row.attributes,
        checks: row.checks,
        delimiter: row.delimiter,
      },
    ]),
  );
}

interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly (Omit<FillColumn, 'default'> & { readonly default: string | null })[];
  readonly checks: readonly Check[];
  readonly uniques: readonly Unique[];
  readonly exclusions: FillTable['exclusions'];
  readonly foreign_keys: readonly ForeignKey[];
  readonly partitions: FillTable['partitions'];
}

async function readTables(client: pg.ClientBase): Promise<FillTable[]> {
  const rows = await json<TableRow>(
    client,
    `SELECT c.oid::int8, n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql,
       (SELECT coalesce(json_agg(json_build_object('number', a.attnum, 'name', a.attname, 'typeOid', a.atttypid::int8, 'modifier', a.atttypmod,
            'dimensions', a.attndims, 'typeSql', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
            'identity', a.attidentity <> '', 'generated', a.attgenerated <> '', 'default', pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum), '[]')
          FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', coalesce(k.conkey, '{}'), 'expression', pg_get_expr(k.conbin, k.conrelid)) ORDER BY k.conname), '[]')
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c') AS checks,
       (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'columns', array_remove(x.indkey::int2[], 0::int2),
            'plain', NOT (0 = ANY (x.indkey::int2[])), 'partial', x.indpred IS NOT NULL,
            'nullsNotDistinct', coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::bool, false)) ORDER BY i.relname), '[]')
          FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
          WHERE x.indrelid = c.oid AND x.indisunique) AS uniques,
       (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', coalesce(k.conkey, '{}'))), '[]')
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'x') AS exclusions,
       (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', k.conkey, 'referenced', k.confrelid::int8,
            'referencedColumns', ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY u(n, o)
               JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.o),
            'deferrable', k.condeferrable, 'matchFull', k.confmatchtype = 'f') ORDER BY k.conname), '[]')
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0) AS foreign_keys,
       (SELECT coalesce(json_agg((SELECT coalesce(json_agg(json_build_object('bound', pg_get_expr(p.relpartbound, p.oid),
              'columns', ARRAY(SELECT a.attnum FROM unnest(t.partattrs::int2[]) WITH ORDINALITY u(n, o)
                 JOIN pg_attribute own ON own.attrelid = i.inhparent AND own.attnum = u.n
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = own.attname ORDER BY u.o))), '[]')
            FROM pg_partition_ancestors(leaf.relid) up JOIN pg_class p ON p.oid = up.relid JOIN pg_inherits i ON i.inhrelid = p.oid
            JOIN pg_partitioned_table t ON t.partrelid = i.inhparent WHERE p.oid <> c.oid)), '[]')
          FROM pg_partition_tree(c.oid) leaf WHERE leaf.isleaf AND leaf.level > 0) AS partitions
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OWN} ORDER BY c.oid`,
  );
  return rows.map((row) => ({
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    sql: row.sql,
    columns: row.columns.map((column) => ({ ...column, default: column.default ?? undefined })),
    checks: row.checks,
    uniques: row.uniques,
    exclusions: row.exclusions,
    foreignKeys: row.foreign_keys,
    partitions: row.partitions,
  }));
}
