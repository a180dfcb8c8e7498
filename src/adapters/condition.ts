/**
 * The SQL of single conditions, shared by the adapters. Every value is bound, none stands in the
 * text, so that the text depends on the policy's shape alone.
 *
 * Invariant: a condition is NULL where its column is, and otherwise true or false as the engine's.
 */
import { authorize, AuthorizeFilterError, type AuthorizeFilter } from '../runtime/authorize/index.js';
import { isIsoText, UNDECLARED, UUID_TEXT, type ColumnType, type Scalar } from './column-type.js';
import type { Column } from './columns.js';

export type { Scalar } from './column-type.js';
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** The last instant that a Date can hold stands for PostgreSQL's infinity. */
const MAX_TIME = 8.64e15;

/** Throws for what is no value of the column's kind, and names the field and the operator. */
export function scalar(value: unknown, column: Column, operator: string): Scalar {
  const { kind } = column.type;
  const problem = isScalar(value)
    ? kindOf(value) === kind
      ? valueProblem(value, column)
      : `is ${article(kindOf(value))}, and the column's are ${kind}s`
    : undefined;
  if (isScalar(value) && problem === undefined) return value;
  throw problem === undefined
    ? unusable(value, column, operator)
    : new AuthorizeFilterError(`${operator} of ${JSON.stringify(column.field)} cannot take a value that ${problem}`);
}

function isScalar(value: unknown): value is Scalar {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      return value instanceof Date && Math.abs(value.getTime()) < MAX_TIME;
  }
}

function kindOf(value: Scalar): string {
  return value instanceof Date ? 'Date' : typeof value;
}

function article(kind: string): string {
  return `a ${kind}`;
}

function valueProblem(value: Scalar, { type }: Column): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (type.wraps !== undefined && !isIsoText(value)) return 'is not the text of a Date (`toISOString`)';
  if (value.includes('\0')) return 'holds a NUL character';
  if (/\p{Surrogate}/u.test(value)) return 'holds half of a surrogate pair';
  return undefined;
}

/** The elements of a list of scalars, and whether NULL is among them. */
export function scalars(
  value: unknown,
  column: Column,
  operator: string,
): { readonly values: readonly Scalar[]; readonly hasNull: boolean } {
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

/**
 * `column = value`; NULL where the column is NULL. PostgreSQL has NaN above all numbers: it is to be
 * `below` them here, or compares with none and is as NULL.
 */
export function compare(column: Column, comparison: Comparison, value: Scalar, nan: 'below' | 'apart' = 'apart'): AuthorizeFilter {
  if (comparison === '=') return isAnyOf(column, [value]);
  if (comparison === '<>') return authorize.not(isAnyOf(column, [value]));
  const { type, sql } = column;
  requireOrder(column);
  const left = type.ordered(sql);
  const ordered =
    type.instant === undefined
      ? authorize.fromText(`${left} ${comparison} $1::${type.cast([value], true)}`, [value])
      : orderedInstant(sql, type.instant, comparison, value);
  const isBelow = comparison === '<' || comparison === '<=';
  if (type.wraps !== undefined) return first(ordered, `${sql} >= ${type.wraps}`, isBelow);
  if (type.hasNaN !== true) return ordered;
  return nan === 'below' ? first(ordered, `${left} = 'NaN'`, isBelow) : unknown(ordered, `${left} = 'NaN'`, isBelow);
}

/** Rows that come before all others, wherever PostgreSQL has them. */
function first(ordered: AuthorizeFilter, isFirst: string, isBelow: boolean): AuthorizeFilter {
  const rows = authorize.fromText(isFirst);
  return isBelow ? authorize.or(ordered, rows) : authorize.and(ordered, authorize.not(rows));
}

/** Rows for which a condition is NULL; they are above all others for PostgreSQL. */
function unknown(ordered: AuthorizeFilter, isUnknown: string, isBelow: boolean): AuthorizeFilter {
  if (isBelow) return authorize.or(ordered, authorize.fromText(`${isUnknown} AND NULL::boolean`));
  return authorize.and(ordered, authorize.fromText(`NOT ${isUnknown} OR NULL::boolean`));
}

function requireOrder({ field, type }: Column): void {
  if (type.isUnordered !== true) return;
  throw new AuthorizeFilterError(
    `${JSON.stringify(field)} is ordered, and is mapped to a type of your own; declare a domain by its base type`,
  );
}

/** JavaScript's millisecond is a thousand of PostgreSQL's instants, from its first on. */
function orderedInstant(sql: string, cast: string, comparison: '<' | '<=' | '>' | '>=', value: Scalar): AuthorizeFilter {
  const first = new Date(value instanceof Date ? value : String(value)).getTime();
  const isFromNext = comparison === '>' || comparison === '<=';
  const bound = new Date(isFromNext ? first + 1 : first);
  return authorize.fromText(`${sql} ${comparison.startsWith('<') ? '<' : '>='} $1::${cast}`, [bound]);
}

/** Of two columns, whose types must be of one kind. */
export function compareColumns(
  left: Column,
  comparison: Comparison | 'IS NOT DISTINCT FROM' | 'IS DISTINCT FROM',
  right: Column,
): AuthorizeFilter {
  const orders = /[<>]=?$/.test(comparison) && comparison !== '<>';
  if (left.type.kind !== right.type.kind || (left.type.cast([], true) !== right.type.cast([], true) && left.type.kind !== 'number')) {
    throw new AuthorizeFilterError(
      `${JSON.stringify(left.field)} and ${JSON.stringify(right.field)} are compared, and the map gives them different types`,
    );
  }
  const side = ({ type, sql }: Column): string =>
    orders ? type.ordered(sql) : type.kind === 'string' && type.text ? type.text(sql) : type.equal(sql);
  const compared = authorize.fromText(`${side(left)} ${comparison} ${side(right)}`);
  if (!orders) return compared;
  requireOrder(left);
  requireOrder(right);
  if (left.type.wraps !== undefined)
    throw new AuthorizeFilterError(`${JSON.stringify(left.field)} is ordered by another column, which times as text cannot be`);
  return [left, right].reduce(
    (filter, { type, sql }) =>
      type.hasNaN === true ? authorize.sql`CASE WHEN ${authorize.fromText(`${type.ordered(sql)} <> 'NaN'`)} THEN ${filter} END` : filter,
    compared,
  );
}

export function isNull(column: Column): AuthorizeFilter {
  return authorize.fromText(`${column.sql} IS NULL`);
}

export function isNotNull(column: Column): AuthorizeFilter {
  return authorize.fromText(`${column.sql} IS NOT NULL`);
}

/** False for every value, and NULL for NULL. */
function isNone({ sql }: Column): AuthorizeFilter {
  return authorize.fromText(`CASE WHEN ${sql} IS NOT NULL THEN false END`);
}

/** Whether the column is one of the values; false for no values, whatever the column holds. */
export function isAnyOf(column: Column, values: readonly Scalar[]): AuthorizeFilter {
  if (values.length === 0) return authorize.none();
  const able = values.filter(column.type.occurs);
  return able.length === 0 ? isNone(column) : equalsOne(column.type, column.sql, able);
}

function equalsOne(type: ColumnType, sql: string, values: readonly Scalar[]): AuthorizeFilter {
  const { confirm, instant } = type;
  const [only] = values;
  if (instant !== undefined && only !== undefined && values.length === 1) {
    return authorize.and(orderedInstant(sql, instant, '>=', only), orderedInstant(sql, instant, '<=', only));
  }
  // The blanks at the end of char(n) are no part of it for `=`.
  if (type.text !== undefined && confirm !== undefined && values.some((value) => typeof value === 'string' && value.endsWith(' ')))
    return listed(type.text(sql), 'text', values);
  if (confirm === undefined) return listed(type.equal(sql), type.cast(values, false), values);
  // An id is most often a uuid, also where nobody said so; PostgreSQL reads it as whatever the column is.
  const isId = values.every((value) => typeof value === 'string' && UUID_TEXT.test(value));
  const found = isId ? listed(sql, undefined, values) : listed(sql, 'text', values);
  const confirmed = listed(confirm(sql), 'text', values);
  // The planner takes a CASE for a coin's toss: what is true of nearly all that was found would look rare.
  return authorize.sql`${found} AND CASE WHEN ${confirmed} THEN true WHEN ${authorize.fromText(`${sql} IS NOT NULL`)} THEN false END`;
}

/** One of the values. PostgreSQL can use an index's order for `= $1`, but not for `= ANY` of a one-element list. */
function listed(left: string, cast: string | undefined, values: readonly Scalar[]): AuthorizeFilter {
  const [only] = values;
  const type = cast === undefined ? '' : `::${cast}`;
  if (only !== undefined && values.length === 1) return authorize.fromText(`${left} = $1${type}`, [only]);
  return authorize.fromText(`${left} = ANY ($1${type}${type === '' ? '' : '[]'})`, [values]);
}

/** Whether an array column holds the value. */
export function hasElement(column: Column, value: Scalar): AuthorizeFilter {
  return hasElements(column, '&&', [value]);
}

/** Whether an array column holds any of the values (`&&`), or all of them (`@>`). */
export function hasElements(column: Column, operator: '&&' | '@>', values: readonly Scalar[]): AuthorizeFilter {
  const { type, sql } = column;
  const able = values.filter(type.occurs);
  if (values.length === 0) return operator === '@>' ? authorize.fromText(`CASE WHEN ${sql} IS NOT NULL THEN true END`) : isNone(column);
  if (able.length === 0 || (operator === '@>' && able.length < values.length)) return isNone(column);
  return withinOneDimension(column, elements(column, operator, able));
}

function elements({ type, sql }: Column, operator: '&&' | '@>', values: readonly Scalar[]): AuthorizeFilter {
  const cast = type === UNDECLARED ? 'text' : type.cast(values, false);
  if (type.element !== undefined && cast !== 'numeric') return authorize.fromText(`${sql} ${operator} $1::${type.element}[]`, [values]);
  const isIn = (some: readonly Scalar[]): AuthorizeFilter => {
    const element = listed(type.equal('element.value'), cast, some);
    const array = authorize.fromText(sql);
    return authorize.sql`CASE WHEN ${authorize.fromText(`${sql} IS NOT NULL`)} THEN EXISTS (SELECT FROM unnest(${array}) AS element(value) WHERE ${element}) END`;
  };
  return operator === '&&' ? isIn(values) : authorize.and(...values.map((value) => isIn([value])));
}

/** In an array of several dimensions the elements are arrays, and none is a value. */
function withinOneDimension({ sql }: Column, condition: AuthorizeFilter): AuthorizeFilter {
  return authorize.and(condition, authorize.fromText(`CASE WHEN array_ndims(${sql}) = 1 THEN true WHEN ${sql} IS NOT NULL THEN false END`));
}

/** Whether the column begins with, ends with or holds a text; characters with a meaning in LIKE have none here. */
export function matchText(column: Column, where: 'start' | 'end' | 'anywhere', part: string, operator: string): AuthorizeFilter {
  const text = textOf(column, operator);
  scalar(part, column, operator);
  switch (where) {
    case 'start':
      return authorize.fromText(`starts_with(${text}, $1::text)`, [part]);
    case 'end':
      return authorize.fromText(`right(${text}, length($1::text)) = $1::text`, [part]);
    case 'anywhere':
      return authorize.fromText(`strpos(${text}, $1::text) > 0`, [part]);
  }
}

/** Whether the column is like a pattern of SQL. */
export function matchPattern(column: Column, pattern: string, operator: string): AuthorizeFilter {
  const text = textOf(column, operator);
  scalar(pattern, column, operator);
  return authorize.fromText(`${text} LIKE $1::text`, [pattern]);
}

/** The column as text. Throws where it is no string. */
export function textOf({ field, type, sql }: Column, operator: string): string {
  if (type.text === undefined) throw new AuthorizeFilterError(`${operator} of ${JSON.stringify(field)} needs a column of text`);
  return type.text(sql);
}

/** A boolean column as a condition. */
export function isTrue({ field, type, sql }: Column): AuthorizeFilter {
  if (type.kind === 'boolean' || type === UNDECLARED) return authorize.fromText(sql);
  throw new AuthorizeFilterError(`${JSON.stringify(field)} is a condition, and the map does not call it a boolean`);
}

/** True where the filter is not: where it is false, and where it is NULL. */
export function isNotTrue(filter: AuthorizeFilter): AuthorizeFilter {
  return authorize.sql`(${filter}) IS NOT TRUE`;
}
