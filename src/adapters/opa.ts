/**
 * Open Policy Agent's data filtering, `POST /v1/compile/{path}`: `fromOpaSql` for an answer of type
 * `application/vnd.opa.sql.postgresql+json`, `fromOpaUcast` for `application/vnd.opa.ucast.all+json`.
 *
 * Both decide alike: no result denies, an empty query allows, anything else is a condition, in
 * which NULL is neither equal nor unequal to a value, as in the SQL that OPA writes.
 */
import { authorize, AuthorizeFilterError, type AuthorizeFilter } from '../runtime/authorize/index.js';
import { mappedColumn, type Column, type ColumnMap } from './columns.js';
import { compare, compareColumns, isAnyOf, isNotNull, isNull, matchText, scalar, scalars, unusable, type Comparison } from './condition.js';
import { readOpaSql } from './opa-sql.js';

export type { ColumnMap, MappedColumn } from './columns.js';

/** An answer of the Compile API, as `fetch` or OPA's SDK gives it. */
export interface OpaAnswer {
  readonly result?: { readonly query?: unknown; readonly masks?: unknown } | null | undefined;
}

/** What is said of an answer beside its columns. */
export interface OpaOptions {
  /**
   * A policy may ask for columns to be masked. A filter hides rows only, so an answer with masks is
   * an error unless the caller says that it applies them.
   */
  readonly masks?: 'applied';
}

/**
 * The filter of an SQL answer. OPA writes its values into the text; here each of them is bound, and
 * each column is looked up in `columns`, under the name that it has in the answer.
 * @throws AuthorizeFilterError for anything that OPA's SQL does not consist of, a column that the
 * map does not name, masks, or an answer that is an error.
 */
export function fromOpaSql(answer: OpaAnswer, columns: ColumnMap, options: OpaOptions = {}): AuthorizeFilter {
  const query = queryOf(answer, options);
  if (query === undefined) return authorize.none();
  if (typeof query !== 'string') throw new AuthorizeFilterError('the query of an OPA answer is no SQL; fromOpaUcast reads UCAST');
  if (query === '') return authorize.unrestricted('OPA: the query is empty');
  return readOpaSql(query, columns);
}

/**
 * The filter of a UCAST answer.
 * @throws AuthorizeFilterError for a field that the map does not name, an unknown operator or node,
 * masks, or an answer that is an error.
 */
export function fromOpaUcast(answer: OpaAnswer, columns: ColumnMap, options: OpaOptions = {}): AuthorizeFilter {
  const query = queryOf(answer, options);
  if (query === undefined) return authorize.none();
  if (!isRecord(query)) throw new AuthorizeFilterError('the query of an OPA answer is no UCAST; fromOpaSql reads SQL');
  if (Object.keys(query).length === 0) return authorize.unrestricted('OPA: the query is empty');
  return interpret(query, columns);
}

/** What may stand beside the result; an error has `code` and `message`. */
const KNOWN_KEYS: readonly string[] = ['result', 'metrics', 'hints', 'explanation', 'decision_id', 'warning'];

/** The answer's query; undefined where OPA denies. */
function queryOf(answer: unknown, options: OpaOptions): unknown {
  if (!isRecord(answer)) throw new AuthorizeFilterError('expected the answer of the OPA Compile API');
  const unknown = Object.keys(answer).find((key) => !KNOWN_KEYS.includes(key));
  if (unknown !== undefined) throw new AuthorizeFilterError(`the OPA answer is no result: it has ${JSON.stringify(unknown)}`);
  const result = answer['result'];
  if (result === undefined || result === null) return undefined;
  if (!isRecord(result)) throw new AuthorizeFilterError('the result of the OPA answer is no object');
  const masks = result['masks'];
  if (options.masks !== 'applied' && masks !== undefined && masks !== null && !(isRecord(masks) && Object.keys(masks).length === 0)) {
    throw new AuthorizeFilterError("the OPA answer masks columns, which a filter cannot do; say masks: 'applied' where the caller does it");
  }
  if (Object.keys(result).length === 0) return undefined;
  if (result['query'] === undefined || result['query'] === null)
    throw new AuthorizeFilterError('the result of the OPA answer has no query');
  return result['query'];
}

function interpret(node: unknown, columns: ColumnMap): AuthorizeFilter {
  if (!isRecord(node)) throw new AuthorizeFilterError('the OPA answer has a node that is no object');
  const { type, operator, value, field } = node;
  if (type === 'field') return interpretField(operator, mappedColumn(columns, field, 'string'), value, columns);
  if (type !== 'compound' || !Array.isArray(value) || value.length === 0) {
    throw new AuthorizeFilterError('the OPA answer has a node of an unknown form');
  }
  const filters = value.map((operand: unknown) => interpret(operand, columns));
  switch (operator) {
    case 'and':
      return authorize.and(...filters);
    case 'or':
      return authorize.or(...filters);
    case 'not': {
      const [only, ...others] = filters;
      if (only !== undefined && others.length === 0) return authorize.not(only);
      throw new AuthorizeFilterError('not in the OPA answer takes one condition');
    }
    default:
      throw unknownOperator(operator);
  }
}

const COMPARISONS: ReadonlyMap<unknown, Comparison> = new Map([
  ['eq', '='],
  ['ne', '<>'],
  ['lt', '<'],
  ['lte', '<='],
  ['le', '<='],
  ['gt', '>'],
  ['gte', '>='],
  ['ge', '>='],
]);

function interpretField(operator: unknown, column: Column, value: unknown, columns: ColumnMap): AuthorizeFilter {
  if (column.array)
    throw new AuthorizeFilterError(`the OPA field ${JSON.stringify(column.field)} is mapped to an array, which no OPA operator takes`);
  const comparison = COMPARISONS.get(operator);
  if (comparison !== undefined) {
    if (isRecord(value) && 'field' in value && Object.keys(value).length === 1)
      return compareColumns(column, comparison, mappedColumn(columns, value['field'], 'string'));
    if (value === null && comparison === '=') return isNull(column);
    if (value === null && comparison === '<>') return isNotNull(column);
    return compare(column, comparison, scalar(value, column, String(operator)));
  }
  switch (operator) {
    case 'in':
      return isAnyOf(column, withoutNull(column, value, operator));
    case 'nin':
      return authorize.and(isNotNull(column), authorize.not(isAnyOf(column, withoutNull(column, value, operator))));
    case 'startswith':
      return matchText(column, 'start', text(column, value, operator), operator);
    case 'endswith':
      return matchText(column, 'end', text(column, value, operator), operator);
    case 'contains':
      return matchText(column, 'anywhere', text(column, value, operator), operator);
    default:
      throw unknownOperator(operator);
  }
}

function withoutNull(column: Column, value: unknown, operator: string): ReturnType<typeof scalars>['values'] {
  const { values, hasNull } = scalars(value, column, operator);
  if (hasNull) throw unusable(null, column, operator);
  return values;
}

function text(column: Column, value: unknown, operator: string): string {
  if (typeof value !== 'string') throw unusable(value, column, operator);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownOperator(operator: unknown): AuthorizeFilterError {
  return new AuthorizeFilterError(`the OPA operator ${JSON.stringify(operator)} has no SQL of the same meaning here`);
}
