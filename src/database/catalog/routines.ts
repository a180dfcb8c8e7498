/** `pg_proc` and `pg_operator` → functions and operators, an extension's marked as not PostgreSQL's own. */
import type pg from 'pg';
import type { PgFunction, PgOperator } from '../../catalog/index.js';

interface FunctionRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly prokind: string;
  readonly strict: boolean;
  readonly returns_set: boolean;
  readonly return_type: number;
  readonly input_types: readonly number[];
  /** Of all arguments, with their modes and names; null where every argument is an input. */
  readonly all_types: readonly number[] | null;
  readonly modes: readonly string[] | null;
  readonly names: readonly string[] | null;
  readonly defaults: number;
  readonly variadic: boolean;
  readonly builtin: boolean;
  readonly extension: string | null;
}

interface OperatorRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly left_type: number;
  readonly right_type: number;
  readonly result_type: number;
  readonly strict: boolean;
  readonly builtin: boolean;
  readonly extension: string | null;
}

/** The extension that an object came with: at most one. */
const joinExtension = (object: string, catalog: string): string => `
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${object}.oid AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid`;

const BUILTIN_AND_EXTENSION = `n.nspname = 'pg_catalog' AND d.objid IS NULL AS builtin, e.extname AS extension`;

const FUNCTIONS = `
SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind, p.proisstrict AS strict, p.proretset AS returns_set,
       p.prorettype AS return_type, p.proargtypes::oid[] AS input_types, p.proallargtypes AS all_types,
       p.proargmodes::text[] AS modes, p.proargnames AS names, p.pronargdefaults AS defaults,
       p.provariadic <> 0 AS variadic, ${BUILTIN_AND_EXTENSION}
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace${joinExtension('p', 'pg_proc')}
WHERE n.nspname NOT LIKE 'pg\\_temp\\_%'`;

const OPERATORS = `
SELECT o.oid, n.nspname AS schema, o.oprname AS name, o.oprleft AS left_type, o.oprright AS right_type,
       o.oprresult AS result_type, p.proisstrict AS strict, ${BUILTIN_AND_EXTENSION}
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode${joinExtension('o', 'pg_operator')}`;

const KINDS: Readonly<Record<string, PgFunction['kind']>> = { f: 'function', p: 'procedure', a: 'aggregate', w: 'window' };

export async function readFunctions(client: pg.Client): Promise<readonly PgFunction[]> {
  const { rows } = await client.query<FunctionRow>(FUNCTIONS);
  return rows.map((row) => ({
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    kind: KINDS[row.prokind] ?? 'function',
    strict: row.strict,
    returnsSet: row.returns_set,
    returnTypeOid: row.return_type,
    argumentTypeOids: row.input_types,
    argumentNames: inputNames(row),
    defaults: row.defaults,
    variadic: row.variadic,
    outputs: outputs(row),
    builtin: row.builtin,
    ...(row.extension !== null && { extension: row.extension }),
  }));
}

function inputNames(row: FunctionRow): readonly (string | undefined)[] {
  const names = row.names ?? [];
  const named = row.modes === null ? names : names.filter((_name, index) => isInput(row.modes?.[index]));
  return row.input_types.map((_type, index) => named[index] || undefined);
}

function isInput(mode: string | undefined): boolean {
  return mode === 'i' || mode === 'b' || mode === 'v';
}

function outputs(row: FunctionRow): PgFunction['outputs'] {
  const { modes } = row;
  if (modes === null) return [];
  return (
    (row.all_types ?? [])
      .map((typeOid, index) => ({ name: row.names?.[index] ?? '', typeOid, mode: modes[index] }))
      .filter(({ mode }) => mode === 'o' || mode === 'b' || mode === 't')
      // PostgreSQL names an unnamed output by its place among the outputs.
      .map(({ name, typeOid }, index) => ({ name: name || `column${index + 1}`, typeOid }))
  );
}

export async function readOperators(client: pg.Client): Promise<readonly PgOperator[]> {
  const { rows } = await client.query<OperatorRow>(OPERATORS);
  return rows.map((row) => ({
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    leftTypeOid: row.left_type,
    rightTypeOid: row.right_type,
    resultTypeOid: row.result_type,
    strict: row.strict,
    builtin: row.builtin,
    ...(row.extension !== null && { extension: row.extension }),
  }));
}

// Equality across types is a family's own only where it is one relation over all of them: a
// timestamp with a time zone equals two without one in the hour that comes twice.
const EQUALITIES = `
SELECT a.amopopr AS operator, array_agg(DISTINCT a.amopfamily) AS families
FROM pg_catalog.pg_amop a
JOIN pg_catalog.pg_am m ON m.oid = a.amopmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = a.amopfamily
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
WHERE m.amname = 'btree' AND a.amopstrategy = 3
  AND (a.amoplefttype = a.amoprighttype OR (n.nspname = 'pg_catalog' AND f.opfname = 'integer_ops'))
GROUP BY a.amopopr`;

/** The operators that are the equality of families of index operators. */
export async function readEqualities(client: pg.Client): Promise<ReadonlyMap<number, readonly number[]>> {
  const { rows } = await client.query<{ readonly operator: number; readonly families: readonly number[] }>(EQUALITIES);
  return new Map(rows.map(({ operator, families }) => [operator, families]));
}
