/**
 * Primary keys as types of their own: `UserId` is a string that no other id is.
 *
 * Invariant: a brand is for values of the very type that the key itself has in TypeScript; a key of
 * another shape than a string, number or bigint has none, nor has a date, by which partitions are keyed.
 */
import type { TableColumn, PgType } from '../../catalog/index.js';
import { docComment, stringLiteral } from './source.js';
import { retyped, type TypeMapping } from './scalar-types.js';

export interface Brand {
  readonly name: string;
  readonly key: TableColumn;
  /** What it is a kind of. */
  readonly tsType: string;
}

const SCALARS = new Set(['string', 'number', 'bigint']);

/** `typcategory` of dates and times, and of spans of them. */
const TIMES = new Set(['D', 'T']);

export function brandOf(key: TableColumn, name: string, { category }: PgType, { tsType }: TypeMapping): Brand | undefined {
  return SCALARS.has(tsType) && !TIMES.has(category) ? { name, key, tsType } : undefined;
}

/** A mapping whose values are of one key, or of several at once. */
export function branded(mapping: TypeMapping, brands: readonly Brand[]): TypeMapping {
  const fitting = brands.filter(({ tsType }) => tsType === mapping.tsType);
  if (fitting.length === 0) return mapping;
  const type = fitting.map(({ name }) => name).join(' & ');
  const imports = fitting.map(({ name, key }) => ({ name, from: { schema: key.relation.schema } }));
  return retyped(mapping, type, [...mapping.imports, ...imports]);
}

export function emitBrand({ name, key: { relation, column }, tsType }: Brand): string {
  const place = `${relation.schema}.${relation.name}.${column.name}`;
  return (
    docComment([`The key \`${place}\`; \`${name}(value)\` makes one of a ${tsType} that is known to be one.`]) +
    `export type ${name} = $.Key<${tsType}, ${stringLiteral(place)}>;\n` +
    `export const ${name} = (value: ${tsType}): ${name} => value as ${name};\n`
  );
}
