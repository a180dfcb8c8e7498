/** The spellings of SQL for types whose name in `pg_type` differs. */
const CATALOG_NAMES: Readonly<Record<string, string>> = {
  bigint: 'int8',
  bigserial: 'int8',
  'bit varying': 'varbit',
  boolean: 'bool',
  char: 'bpchar',
  'char varying': 'varchar',
  character: 'bpchar',
  'character varying': 'varchar',
  dec: 'numeric',
  decimal: 'numeric',
  'double precision': 'float8',
  float: 'float8',
  int: 'int4',
  integer: 'int4',
  real: 'float4',
  serial: 'int4',
  smallint: 'int2',
  'time with time zone': 'timetz',
  'time without time zone': 'time',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
};

/** `int8` for `bigint`; undefined for a name that is PostgreSQL's own already, or no name of a type. */
export function catalogName(name: string): string | undefined {
  return Object.hasOwn(CATALOG_NAMES, name) ? CATALOG_NAMES[name] : undefined;
}
