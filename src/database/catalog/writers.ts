/**
 * What may write when a query only reads it: volatile functions, and whatever calls one unseen, as an
 * aggregate by its parts, an operator, a default of an argument, a domain's CHECK or a row's policy.
 *
 * Invariant: what is not in the answer calls only what its declaration says does not write. What cannot
 * be told is in it: foreign tables, and trees with a node that names its functions in another way.
 */
import type pg from 'pg';
import type { Writers } from '../../catalog/index.js';

/** The first OID that is not PostgreSQL's own: whose expressions are read. */
const OWN = 16384;

// An edge leads from what is used to what uses it.
const WRITERS = `
WITH RECURSIVE tree(kind, oid, text) AS (
  SELECT 'routine', oid, proargdefaults::text FROM pg_catalog.pg_proc WHERE proargdefaults IS NOT NULL AND oid >= ${OWN}
  UNION ALL
  SELECT 'type', contypid, conbin::text FROM pg_catalog.pg_constraint WHERE contypid <> 0 AND conbin IS NOT NULL
  UNION ALL
  SELECT 'relation', polrelid, concat(polqual::text, polwithcheck::text) FROM pg_catalog.pg_policy
  UNION ALL
  SELECT 'relation', ev_class, ev_action::text FROM pg_catalog.pg_rewrite WHERE ev_type = '1' AND ev_class >= ${OWN}
),
edge(used_kind, used, kind, oid) AS (
  SELECT CASE WHEN m[1] LIKE '%op%' AND m[1] <> 'opfuncid' THEN 'operator' WHEN m[1] = 'relid' THEN 'relation' ELSE 'routine' END, m[2]::oid,
         kind, oid
  FROM tree, pg_catalog.regexp_matches(text, ':(funcid|opfuncid|aggfnoid|winfnoid|opno|eqop|sortop|relid) (\\d+)', 'g') m
  UNION ALL
  SELECT 'routine', oprcode, 'operator', oid FROM pg_catalog.pg_operator
  UNION ALL
  SELECT 'routine', part, 'routine', aggfnoid
  FROM pg_catalog.pg_aggregate, unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn,
    aggmfinalfn]::oid[]) part
  UNION ALL
  SELECT 'routine', part, 'type', oid FROM pg_catalog.pg_type, unnest(ARRAY[typinput, typoutput]::oid[]) part WHERE oid >= ${OWN}
  UNION ALL
  SELECT 'routine', amproc::oid, 'type', amproclefttype FROM pg_catalog.pg_amproc
  UNION ALL
  SELECT 'routine', castfunc, 'type', castsource FROM pg_catalog.pg_cast WHERE casttarget IN ('json'::regtype, 'jsonb'::regtype)
  UNION ALL
  SELECT 'type', part, 'type', oid FROM pg_catalog.pg_type, unnest(ARRAY[typelem, typbasetype]) part WHERE oid >= ${OWN}
  UNION ALL
  SELECT 'type', rngsubtype, 'type', rngtypid FROM pg_catalog.pg_range
  UNION ALL
  SELECT 'type', rngtypid, 'type', rngmultitypid FROM pg_catalog.pg_range
  UNION ALL
  SELECT 'type', a.atttypid, 'type', c.reltype
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE c.oid >= ${OWN} AND c.reltype <> 0
  UNION ALL
  SELECT 'relation', inhrelid, 'relation', inhparent FROM pg_catalog.pg_inherits
),
writer(kind, oid) AS (
  SELECT 'routine', oid FROM pg_catalog.pg_proc WHERE provolatile = 'v'
  UNION
  SELECT 'relation', oid FROM pg_catalog.pg_class WHERE relkind = 'f' OR (relkind = 'v' AND oid < ${OWN})
  UNION
  SELECT kind, oid FROM tree WHERE text ~ '\\{(ROWCOMPAREEXPR|NEXTVALUEEXPR|ROWMARKCLAUSE|TABLESAMPLECLAUSE|WINDOWCLAUSE|CTECYCLECLAUSE)'
  UNION
  SELECT e.kind, e.oid FROM writer w JOIN edge e ON e.used_kind = w.kind AND e.used = w.oid
)
SELECT kind, array_agg(oid) AS oids FROM writer GROUP BY kind`;

export async function readWriters(client: pg.Client): Promise<Writers> {
  const { rows } = await client.query<{ readonly kind: string; readonly oids: readonly number[] }>(WRITERS);
  const of = (kind: string): ReadonlySet<number> => new Set(rows.find((row) => row.kind === kind)?.oids);
  return { routines: of('routine'), operators: of('operator'), types: of('type'), relations: of('relation') };
}
