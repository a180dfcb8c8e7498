/**
 * How a caller says which rows a guarded query may touch. Absence never means allow: a query takes
 * nothing but what these functions return, and each of them throws an `AuthorizeFilterError`
 * rather than guess.
 */
import { and, inList, none, not, or, unrestricted } from './compose.js';
import { makeIdentifier, type AuthorizeIdentifier } from './identifier.js';
import { sql } from './template.js';
import { fromText } from './text.js';

export { toAscii } from './ascii.js';
export { AuthorizeFilterError } from './error.js';
export { filterText, filterValues } from './filter.js';
export type { AuthorizeFilter } from './filter.js';
export { columnIdentifier, identifierText, type AuthorizeIdentifier } from './identifier.js';
export type { FilterValue } from './template.js';
export type { ListValue } from './compose.js';

/** Makes filters: of SQL with values (`sql`, `fromText`), of others (`and`, `or`, `not`), of a list (`in`), of everything or nothing. */
export const authorize = Object.freeze({
  /**
   * A condition in SQL. `${value}` is bound, `${filter}` stands in parentheses, `${authorize.ident(…)}`
   * is a quoted name: ``authorize.sql`logs.owner_id = ${userId} OR ${shared}` ``. An array is bound
   * as a PostgreSQL array, for `= ANY(${ids}::uuid[])`.
   */
  sql,

  /**
   * A condition that something else wrote, with the values of its `$1`, `$2`, …: all of them, and
   * no more. The text is refused unless it is certain to stay within its parentheses.
   */
  fromText,

  /** Every row that the query finds. The reason is for those who review the call. */
  unrestricted,

  /** No row. */
  none,

  /** All of the filters; none given, no row. */
  and,

  /** Any of the filters; none given, no row. */
  or,

  /** The rows for which the filter is false; where it is NULL, they stay out. */
  not,

  /**
   * The rows whose column is in the list, which is bound as one array of the column's type. An
   * empty list denies. The column is named as in SQL (`logs.owner_id`) or by `authorize.ident`.
   */
  in: inList,

  /** A column's or table's exact name, quoted: `authorize.ident('logs', 'owner_id')`. */
  ident: (...names: readonly string[]): AuthorizeIdentifier => makeIdentifier(names),
});
