/**
 * The SQL of single conditions, shared by the adapters. Every value is bound, none stands in the
 * text, so that the text depends on the policy's shape alone.
 */
import { authorize, AuthorizeFilterError, type AuthorizeFilter, type FilterValue } from '../runtime/authorize/index.js';
import type { Column } from './columns.js';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A value that equals or orders: no NULL, no list, no object. */
export type Scalar = string | number | bigint | boolean | Date;

export function isScalar(value: unknown): value is Scalar {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      return value instanceof Date;
  }
}

/** Throws for what is no scalar, and names the field and the operator. */
export function scalar(value: unknown, column: Column, operator: string): Scalar {
  if (isScalar(value)) return value;
  throw unusable(value, column, operator);
}

/** The elements of a list of scalars, and whether NULL is among them. */
export function scalars(value: unknown, column: Column, operator: string): { readonly values: readonly Scalar[]; readonly hasNull: boolean } {
  if (!Array.isArray(value)) throw unusable(value, column, operator);
  const elements: readonly unknown[] = value;
  // Not filter, which skips the holes of a sparse array.
  const values: Scalar[] = [];
  for (let i = 0; i < elements.length; i++) if (elements[i] !== null) values.push(scalar(elements[i], column, operator));
  return { values, hasNull: values.length < elements.length };
}

export function unusable(value: unknown, column: Column, operator: string): AuthorizeFilterError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new AuthorizeFilterError(`${operator} of ${JSON.stringify(column.field)} cannot take a value that is ${kind}`);
}

/** `column = value`; NULL where the column is NULL. */
export function compare(column: Column, comparison: Comparison, value: Scalar): AuthorizeFilter {
  const collation = comparison === '=' || comparison === '<>' ? '' : column.collation;
  return text(`${column.sql}${collation} ${comparison} $1${column.cast || fractionCast([value])}`, [value]);
}

export function compareColumns(left: Column, comparison: Comparison | 'IS NOT DISTINCT FROM' | 'IS DISTINCT FROM', right: Column): AuthorizeFilter {
  return text(`${left.sql} ${comparison} ${right.sql}`, []);
}

export function isNull(column: Column): AuthorizeFilter {
  return text(`${column.sql} IS NULL`, []);
}

export function isNotNull(column: Column): AuthorizeFilter {
  return text(`${column.sql} IS NOT NULL`, []);
}

/** Whether the column is one of the values; false for no values, whatever the column holds. */
export function isAnyOf(column: Column, values: readonly Scalar[]): AuthorizeFilter {
  const [only] = values;
  if (only === undefined) return authorize.none();
  // The server knows one value in the order of an index, and a list of one it does not.
  return values.length === 1 ? compare(column, '=', only) : text(`${column.sql} = ANY ($1${column.listCast || fractionCast(values, '[]')})`, [values]);
}

/** Whether an array column holds the value. */
export function hasElement(column: Column, value: Scalar): AuthorizeFilter {
  return text(`$1${column.cast} = ANY (${column.sql})`, [value]);
}

/** Whether an array column holds any of the values (`&&`), or all of them (`@>`). */
export function hasElements(column: Column, operator: '&&' | '@>', values: readonly Scalar[]): AuthorizeFilter {
  return text(`${column.sql} ${operator} $1${column.listCast}`, [values]);
}

/** Whether the column begins with, ends with or holds a text; characters with a meaning in LIKE have none here. */
export function matchText(column: Column, where: 'start' | 'end' | 'anywhere', part: string): AuthorizeFilter {
  switch (where) {
    case 'start':
      return text(`starts_with(${column.sql}, $1::text)`, [part]);
    case 'end':
      return text(`right(${column.sql}, length($1::text)) = $1::text`, [part]);
    case 'anywhere':
      return text(`strpos(${column.sql}, $1::text) > 0`, [part]);
  }
}

/** A boolean column as a condition. */
export function isTrue(column: Column): AuthorizeFilter {
  return text(column.sql, []);
}

/** True where the filter is not: where it is false, and where it is NULL. */
export function isNotTrue(filter: AuthorizeFilter): AuthorizeFilter {
  return authorize.sql`(${filter}) IS NOT TRUE`;
}

/** Fractions are compared as numerics also where the column is an integer, which would not read them. */
function fractionCast(values: readonly Scalar[], suffix = ''): string {
  return values.some((value) => typeof value === 'number' && !Number.isInteger(value)) ? `::numeric${suffix}` : '';
}

function text(sql: string, values: readonly FilterValue[]): AuthorizeFilter {
  return authorize.fromText(sql, values);
}
