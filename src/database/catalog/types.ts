/** `pg_type` → `PgType`s: what text form a value has, and whether its type alone refuses NULL. */
import type pg from 'pg';
import type { PgType } from '../../catalog/index.js';

interface TypeRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly typtype: string;
  readonly is_array: boolean;
  readonly element_oid: number;
  readonly base_oid: number;
  readonly not_null: boolean;
  readonly relation_oid: number;
  readonly delimiter: string;
  readonly category: string;
  readonly labels: readonly string[] | null;
  readonly own_json: boolean;
  readonly comment: string | null;
}

// A type is an array where it prints as one: int2vector and oidvector have elements and array
// subscripts, but their text form is not an array's.
const TYPES = `
SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype,
       t.typelem <> 0 AND t.typoutput = 'pg_catalog.array_out'::regproc AS is_array,
       t.typelem AS element_oid,
       coalesce(r.rngsubtype, m.rngsubtype, t.typbasetype) AS base_oid,
       t.typnotnull AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'n' AND NOT c.convalidated
       ) AS not_null,
       t.typrelid AS relation_oid, t.typdelim AS delimiter, t.typcategory AS category,
       (t.typlen = -1 AND t.typelem <> 0 AND t.typoutput <> 'pg_catalog.array_out'::regproc) OR EXISTS (
         SELECT FROM pg_catalog.pg_cast c
         WHERE c.castsource = t.oid AND c.casttarget = 'pg_catalog.json'::regtype AND c.castmethod = 'f'
       ) AS own_json,
       e.labels, d.description AS comment
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
LEFT JOIN (
  SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels FROM pg_catalog.pg_enum GROUP BY enumtypid
) e ON e.enumtypid = t.oid
LEFT JOIN pg_catalog.pg_description d
  ON d.classoid = 'pg_catalog.pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp\\_%'`;

const KINDS: Readonly<Record<string, PgType['kind']>> = {
  e: 'enum',
  d: 'domain',
  c: 'composite',
  r: 'range',
  m: 'multirange',
  p: 'pseudo',
};

export async function readTypes(client: pg.Client): Promise<ReadonlyMap<number, PgType>> {
  const { rows } = await client.query<TypeRow>(TYPES);
  const byOid = new Map(rows.map((row) => [row.oid, row]));

  /** A domain refuses NULL where any domain below it does. */
  const refusesNull = (row: TypeRow | undefined): boolean =>
    row !== undefined && row.typtype === 'd' && (row.not_null || refusesNull(byOid.get(row.base_oid)));

  return new Map(
    rows.map((row) => {
      const type: PgType = {
        oid: row.oid,
        schema: row.schema,
        name: row.name,
        kind: row.is_array ? 'array' : (KINDS[row.typtype] ?? 'base'),
        elementOid: row.is_array ? row.element_oid : 0,
        baseOid: row.base_oid,
        notNull: refusesNull(row),
        labels: row.labels ?? [],
        relationOid: row.relation_oid,
        delimiter: row.delimiter,
        category: row.category,
        ...(row.own_json && { ownJson: true }),
        comment: row.comment ?? undefined,
      };
      return [row.oid, type];
    }),
  );
}
