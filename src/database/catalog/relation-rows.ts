/** What is asked of the server about relations, and the rows that it answers with. */

export interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly relkind: string;
  readonly type_oid: number;
  readonly definition_tree: string | null;
  readonly replaced_by: readonly string[] | null;
  readonly may_drop: boolean;
  readonly may_drop_update: boolean;
  readonly update_triggers: readonly string[];
  readonly row_security: boolean;
  readonly part_of: 'partitioned' | 'extension' | null;
  readonly comment: string | null;
}

export interface ColumnRow {
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

export interface KeyRow {
  readonly relation_oid: number;
  readonly columns: readonly number[];
  readonly primary: boolean;
  readonly families: readonly number[];
  readonly collations: readonly number[];
  readonly expressions: string | null;
  readonly nulls_not_distinct: boolean;
  readonly predicate: string | null;
}

export interface ForeignKeyRow {
  readonly relation_oid: number;
  readonly columns: readonly number[];
  readonly references: number;
  readonly referenced: readonly number[];
  readonly immediate: boolean;
}

/** A child of an inheritance or partition tree, or (`depends`) a relation that a view reads. */
export interface EdgeRow {
  readonly parent: number;
  readonly child: number;
  readonly depends: boolean;
}

// Bits of tgtype: row 1, before 2, insert 4, update 16, instead of 64.
export const RELATIONS = `
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind, c.reltype AS type_oid,
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
       CASE c.relkind WHEN 'f' THEN '{""}' ELSE '{}'::text[] END || ARRAY(
         SELECT CASE l.lanname WHEN 'plpgsql' THEN p.prosrc ELSE '' END
         FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
         WHERE t.tgrelid = c.oid AND t.tgenabled <> 'D' AND t.tgtype::int & 19 = 19
       ) AS update_triggers,
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
export const COLUMNS = `
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
       a.atthasdef AS has_default, CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(df.adbin, df.adrelid) END AS default, df.adbin::text AS default_tree, a.attidentity AS identity, a.attgenerated AS generated, d.description AS comment
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_attrdef df ON df.adrelid = a.attrelid AND df.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description d
  ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
ORDER BY a.attrelid, a.attnum`;

// A deferrable key is not checked until commit, and an invalid one holds for no row that was there
// before. Columns past indnkeyatts are INCLUDEd.
export const KEYS = `
SELECT i.indrelid AS relation_oid, (i.indkey::int2[])[0:i.indnkeyatts - 1]::int[] AS columns, i.indisprimary AS primary,
       (SELECT array_agg(o.opcfamily ORDER BY k.place) FROM unnest(i.indclass::oid[]) WITH ORDINALITY AS k(class, place)
        JOIN pg_catalog.pg_opclass o ON o.oid = k.class) AS families,
       i.indcollation::oid[] AS collations, i.indexprs::text AS expressions,
       NULLS_NOT_DISTINCT AS nulls_not_distinct, i.indpred::text AS predicate
FROM pg_catalog.pg_index i
WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indislive
ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid`;

// PostgreSQL lists a key once more for each partition of the table that it refers to.
export const FOREIGN_KEYS = `
SELECT c.conrelid AS relation_oid, c.conkey::int[] AS columns, c.confrelid AS references, c.confkey::int[] AS referenced,
       NOT c.condeferrable AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgenabled NOT IN ('O', 'A')
       ) AS immediate
FROM pg_catalog.pg_constraint c
LEFT JOIN pg_catalog.pg_constraint whole ON whole.oid = c.conparentid
WHERE c.contype = 'f' AND c.convalidated AND whole.conrelid IS DISTINCT FROM c.conrelid
ORDER BY c.conrelid, c.conname`;

export const EDGES = `
SELECT inhparent AS parent, inhrelid AS child, false AS depends FROM pg_catalog.pg_inherits
UNION
SELECT w.ev_class, d.refobjid, true
FROM pg_catalog.pg_rewrite w
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> w.ev_class AND w.ev_type = '1'`;
