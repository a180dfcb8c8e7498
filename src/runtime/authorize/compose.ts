/**
 * Filters from filters. Every operand stands in parentheses of its own, so none can change what
 * stands beside it; and where nothing is given, nothing is allowed.
 */
import { encodeUnknown, encodeArray, encodeBytes } from '../encode.js';
import { AuthorizeFilterError } from './error.js';
import { makeFilter, requireFilter, type AuthorizeFilter } from './filter.js';
import { Shape } from './shape.js';
import { columnIdentifier, identifierText, type AuthorizeIdentifier } from './identifier.js';
import { ShapeBuilder } from './template.js';

/** A value of a list; NULL equals nothing, so a list holds none. */
export type ListValue = string | number | bigint | boolean | Date | Uint8Array;

const TRUE = new Shape(['true'], []);
const FALSE = new Shape(['false'], []);
/** Denies, and denies under NOT as well. */
const UNKNOWN = new Shape(['NULL::boolean'], []);

export function none(): AuthorizeFilter {
  return makeFilter(FALSE, []);
}

export function unrestricted(reason: string): AuthorizeFilter {
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new AuthorizeFilterError('authorize.unrestricted needs the reason why every row is allowed');
  }
  return makeFilter(TRUE, [], reason);
}

export function and(...filters: readonly AuthorizeFilter[]): AuthorizeFilter {
  return filters.length === 0 ? makeFilter(UNKNOWN, []) : join(filters, ' AND ');
}

export function or(...filters: readonly AuthorizeFilter[]): AuthorizeFilter {
  return filters.length === 0 ? none() : join(filters, ' OR ');
}

export function not(filter: AuthorizeFilter): AuthorizeFilter {
  const builder = new ShapeBuilder('NOT ');
  builder.filter(requireFilter(filter));
  return builder.build();
}

export function inList(column: string | AuthorizeIdentifier, values: readonly ListValue[]): AuthorizeFilter {
  const name = identifierText(columnIdentifier(column));
  if (!Array.isArray(values)) throw new AuthorizeFilterError('the values of authorize.in are an array');
  if (values.length === 0) return none();
  const texts = Array.from(values, (value: unknown, index) => listValue(value, index));
  const [only] = texts;
  // PostgreSQL can use an index's order for `= $1`, but not for `= ANY` of a one-element list.
  if (only !== undefined && texts.length === 1) return makeFilter(new Shape([`${name} = `, ''], [0]), [only]);
  // Bound without a type, so that the server reads it as an array of the column's own type.
  return makeFilter(new Shape([`${name} = ANY (`, ')'], [0]), [encodeArray(texts, String)]);
}

function listValue(value: unknown, index: number): string {
  if (typeof value === 'object' && !(value instanceof Date) && !(value instanceof Uint8Array)) {
    throw new AuthorizeFilterError(`value ${index + 1} of authorize.in is ${value === null ? 'null' : 'an object'}`);
  }
  try {
    const encoded = encodeUnknown(value);
    return encoded instanceof Uint8Array ? encodeBytes(encoded) : (encoded ?? '');
  } catch (cause) {
    throw new AuthorizeFilterError(
      `value ${index + 1} of authorize.in cannot be bound: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}

function join(filters: readonly AuthorizeFilter[], operator: string): AuthorizeFilter {
  const builder = new ShapeBuilder();
  for (const [index, filter] of filters.entries()) {
    if (index > 0) builder.text(operator);
    builder.filter(requireFilter(filter));
  }
  return builder.build();
}
