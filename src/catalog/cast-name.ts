/** A type's name as an author writes it behind `::`. */
import { quoteIdentifier } from '../sql/index.js';
import { type Catalog, findType, type PgType } from './catalog.js';

/** Names of the SQL standard, where `pg_type` has another that fewer people know. */
const STANDARD: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
};

export function castName(catalog: Catalog, type: PgType): string {
  const element = type.kind === 'array' ? catalog.types.get(type.elementOid) : undefined;
  if (element) return `${castName(catalog, element)}[]`;
  if (type.schema === 'pg_catalog') return STANDARD[type.name] ?? builtinName(type.name);
  const name = quoteIdentifier(type.name);
  return findType(catalog, undefined, type.name) === type ? name : `${quoteIdentifier(type.schema)}.${name}`;
}

/** Keywords among the built-in types are names of types; but `char` without quotes is another one. */
function builtinName(name: string): string {
  return name === 'char' || !/^[a-z_][a-z0-9_]*$/.test(name) ? `"${name}"` : name;
}
