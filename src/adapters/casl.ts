/**
 * CASL: `fromCasl(rulesToAST(ability, 'read', 'Log'), columns)`.
 *
 * A row passes if and only if `ability.can('read', row)` says so of the row's columns as generated
 * functions return them, NULL being null: so a condition under `not` holds where the column is
 * NULL, and NULL stands where CASL's own comparison has it: below every value but a negative one.
 */
import { authorize, AuthorizeFilterError, type AuthorizeFilter } from '../runtime/authorize/index.js';
import { mappedColumn, type Column, type ColumnMap } from './columns.js';
import {
  compare,
  hasElement,
  hasElements,
  isAnyOf,
  isNotTrue,
  isNull,
  scalar,
  scalars,
  unusable,
  type Comparison,
  type Scalar,
} from './condition.js';

export type { ColumnMap, MappedColumn } from './columns.js';

/** What `rulesToAST` of `@casl/ability/extra` returns: a condition, or null where no rule allows anything. */
export type CaslCondition = { readonly operator: string; readonly value: unknown } | null;

const COMPARISONS: Readonly<Record<string, Comparison>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

/**
 * The filter of a CASL ability. `columns` names the column of each field that its rules use.
 * @throws AuthorizeFilterError for a field without a column, an operator without an SQL of the same
 * meaning (`$regex`, `$exists`, `$elemMatch`, `$where`, …), or a value that is undefined.
 */
export function fromCasl(ast: CaslCondition, columns: ColumnMap): AuthorizeFilter {
  if (ast === null) return authorize.none();
  const condition = asCondition(ast);
  if (condition.operator === 'and' && isEmptyList(condition.value)) return authorize.unrestricted('CASL: a rule without conditions allows');
  return interpret(condition, columns);
}

interface Condition {
  readonly operator: string;
  readonly value: unknown;
  readonly field: unknown;
}

function interpret(condition: Condition, columns: ColumnMap): AuthorizeFilter {
  if (condition.field !== undefined) return interpretField(condition, mappedColumn(columns, condition.field));
  const operands = (): AuthorizeFilter[] => {
    if (!Array.isArray(condition.value)) throw unknownOperator(condition.operator);
    return condition.value.map((operand: unknown) => interpret(asCondition(operand), columns));
  };
  switch (condition.operator) {
    case 'and': {
      const filters = operands();
      // A rule with the conditions {}, beside others.
      return filters.length === 0 ? authorize.unrestricted('CASL: no conditions') : authorize.and(...filters);
    }
    case 'or':
      return authorize.or(...operands());
    case 'nor':
      return isNotTrue(authorize.or(...operands()));
    case 'not': {
      const [operand, ...others] = operands();
      if (operand === undefined || others.length > 0) throw new AuthorizeFilterError('not takes one condition');
      return isNotTrue(operand);
    }
    default:
      throw unknownOperator(condition.operator);
  }
}

function interpretField({ operator, value }: Condition, column: Column): AuthorizeFilter {
  switch (operator) {
    case 'eq':
      return equals(column, value);
    case 'ne':
      return isNotTrue(equals(column, value));
    case 'in':
      return oneOf(column, value, operator);
    case 'nin':
      return isNotTrue(oneOf(column, value, operator));
    case 'all':
      if (!column.array)
        throw new AuthorizeFilterError(`all of ${JSON.stringify(column.field)} needs a column that the map calls an array`);
      return hasElements(column, '@>', withoutNull(column, value, operator));
    case 'size':
      if (!column.array || typeof value !== 'number' || !Number.isFinite(value)) throw unusable(value, column, operator);
      return authorize.fromText(`CASE WHEN ${column.sql} IS NOT NULL THEN COALESCE(array_length(${column.sql}, 1), 0) = $1::numeric END`, [
        value,
      ]);
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte': {
      if (column.array) throw unusable(value, column, operator);
      const checked = scalar(value, column, operator);
      if (typeof checked === 'string' && /[\u{d800}-\u{10ffff}]/u.test(checked)) {
        throw new AuthorizeFilterError(
          `${operator} of ${JSON.stringify(column.field)} cannot take characters that JavaScript and PostgreSQL order differently`,
        );
      }
      const filter = compare(column, COMPARISONS[operator] ?? '=', checked, 'below');
      const isBelow = operator === 'lt' || operator === 'lte';
      return isNullBelow(checked) === isBelow ? authorize.or(filter, isNull(column)) : filter;
    }
    default:
      throw unknownOperator(operator);
  }
}

/** JavaScript's `null > value` takes null for 0; what is not greater, CASL takes for less. */
function isNullBelow(value: Scalar): boolean {
  return !(0 > Number(value));
}

function equals(column: Column, value: unknown): AuthorizeFilter {
  if (value === null && !column.array) return isNull(column);
  const checked = scalar(value, column, 'eq');
  return column.array ? hasElement(column, checked) : compare(column, '=', checked);
}

function oneOf(column: Column, value: unknown, operator: string): AuthorizeFilter {
  if (column.array) return hasElements(column, '&&', withoutNull(column, value, operator));
  const { values, hasNull } = scalars(value, column, operator);
  return hasNull ? authorize.or(isAnyOf(column, values), isNull(column)) : isAnyOf(column, values);
}

function withoutNull(column: Column, value: unknown, operator: string): ReturnType<typeof scalars>['values'] {
  const { values, hasNull } = scalars(value, column, operator);
  if (hasNull) throw unusable(null, column, operator);
  return values;
}

function asCondition(node: unknown): Condition {
  if (typeof node !== 'object' || node === null || !('operator' in node) || typeof node.operator !== 'string') {
    throw new AuthorizeFilterError('expected the condition that rulesToAST returns, or null');
  }
  return { operator: node.operator, value: 'value' in node ? node.value : undefined, field: 'field' in node ? node.field : undefined };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function unknownOperator(operator: string): AuthorizeFilterError {
  return new AuthorizeFilterError(`the CASL operator ${JSON.stringify(operator)} has no SQL of the same meaning here`);
}
