/**
 * Cerbos: `fromCerbos(await cerbos.planResources(…), columns)`.
 *
 * The answer decides by its kind; a conditional one is an operator tree. A condition that fails
 * for Cerbos, such as a comparison of a missing attribute, denies; so does NULL here, also under
 * `not`. Whether a column's NULL reaches Cerbos as a null, which equals null, or as a missing
 * attribute, only the map can say.
 */
import { authorize, AuthorizeFilterError, type AuthorizeFilter } from '../runtime/authorize/index.js';
import { mappedColumn, type Column, type ColumnMap, type MappedColumn } from './columns.js';
import {
  compare,
  compareColumns,
  hasElement,
  hasElements,
  isAnyOf,
  isNotNull,
  isNotTrue,
  isNull,
  isTrue,
  matchText,
  scalar,
  scalars,
  unusable,
  type Comparison,
} from './condition.js';

/** Where an attribute of a resource is kept. */
export interface CerbosColumn extends MappedColumn {
  /**
   * How the column's NULL is sent when a single row is checked: `explicit` as null, `omitted` not
   * at all. Undeclared, NULL denies like a missing attribute. A comparison with null needs
   * `explicit`, since Cerbos denies a row whose attribute is missing.
   */
  readonly nulls?: 'explicit' | 'omitted';
}

/** Columns by Cerbos's names: `request.resource.attr.ownerId`, `request.resource.id`. */
export type CerbosColumnMap = ColumnMap<CerbosColumn>;

/** A plan, as `planResources` of `@cerbos/grpc` and `@cerbos/http` returns it. */
export interface CerbosPlan {
  readonly kind: string;
  readonly condition?: unknown;
}

/** A plan, as the REST API returns it. */
export interface CerbosPlanAnswer {
  readonly filter: CerbosPlan;
}

/**
 * The filter of a PlanResources answer.
 * @throws AuthorizeFilterError for a kind that is none of the three, an attribute without a column,
 * an operator without an SQL of the same meaning (`matches`, `exists`, `timestamp`, …).
 */
export function fromCerbos(plan: CerbosPlan | CerbosPlanAnswer, columns: CerbosColumnMap): AuthorizeFilter {
  if (typeof plan !== 'object' || plan === null) throw new AuthorizeFilterError('expected the answer of PlanResources');
  const { kind, condition } = 'filter' in plan ? plan.filter : plan;
  switch (kind) {
    case 'KIND_ALWAYS_ALLOWED':
      if (condition !== undefined) throw new AuthorizeFilterError('a plan that always allows has a condition');
      return authorize.unrestricted('Cerbos: KIND_ALWAYS_ALLOWED');
    case 'KIND_ALWAYS_DENIED':
      return authorize.none();
    case 'KIND_CONDITIONAL':
      return predicate(asOperand(condition), columns, false);
    default:
      throw new AuthorizeFilterError(`the Cerbos plan is of the unknown kind ${JSON.stringify(kind)}`);
  }
}

type Operand =
  | { readonly kind: 'expression'; readonly operator: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'value'; readonly value: unknown };

/**
 * An operand where a boolean is expected. The negation is carried down to the comparisons, because
 * NULL compares to a definite answer for some columns and not for others.
 */
function predicate(operand: Operand, columns: CerbosColumnMap, negated: boolean): AuthorizeFilter {
  if (operand.kind === 'variable') return negate(isTrue(mappedColumn(columns, operand.name, 'string')), negated);
  // Cerbos folds constants, and says with the plan's kind that it allows or denies everything.
  if (operand.kind === 'value') throw new AuthorizeFilterError('the Cerbos plan has a constant for a condition');
  const { operator, operands } = operand;
  switch (operator) {
    case 'and':
    case 'or': {
      if (operands.length === 0) throw new AuthorizeFilterError(`${operator} in the Cerbos plan has no operands`);
      const filters = operands.map((each) => predicate(each, columns, negated));
      return (operator === 'and') === negated ? authorize.or(...filters) : authorize.and(...filters);
    }
    case 'not': {
      const [only] = operands;
      if (only === undefined || operands.length > 1) throw arity(operator);
      return predicate(only, columns, !negated);
    }
    default: {
      const [left, right] = operands;
      if (left === undefined || right === undefined || operands.length > 2) throw arity(operator);
      return binary(operator, left, right, columns, negated);
    }
  }
}

const COMPARISONS: Readonly<Record<string, Comparison>> = { lt: '<', le: '<=', gt: '>', ge: '>=' };
const MIRRORED: Readonly<Record<string, Comparison>> = { lt: '>', le: '>=', gt: '<', ge: '<=' };

const BINARY: ReadonlySet<string> = new Set([
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'in',
  'hasIntersection',
  'contains',
  'startsWith',
  'endsWith',
]);

function binary(operator: string, left: Operand, right: Operand, columns: CerbosColumnMap, negated: boolean): AuthorizeFilter {
  const computed = !BINARY.has(operator)
    ? operator
    : left.kind === 'expression'
      ? left.operator
      : right.kind === 'expression'
        ? right.operator
        : undefined;
  if (computed !== undefined) throw unknownOperator(computed);
  switch (operator) {
    case 'eq':
      return equality(left, right, columns, negated);
    case 'ne':
      return equality(left, right, columns, !negated);
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return negate(ordering(operator, left, right, columns), negated);
    case 'in':
      return membership(left, right, columns, negated);
    case 'hasIntersection': {
      const [list, values] = left.kind === 'variable' ? [left, right] : [right, left];
      const column = arrayColumn(list, columns, operator);
      return negate(hasElements(column, '&&', withoutNull(column, constant(values, operator), operator)), negated);
    }
    case 'contains':
    case 'startsWith':
    case 'endsWith': {
      const column = plainColumn(left, columns, operator);
      const part = constant(right, operator);
      if (typeof part !== 'string') throw unusable(part, column, operator);
      const where = operator === 'contains' ? 'anywhere' : operator === 'startsWith' ? 'start' : 'end';
      return negate(matchText(column, where, part, operator), negated);
    }
    default:
      throw unknownOperator(operator);
  }
}

function equality(left: Operand, right: Operand, columns: CerbosColumnMap, negated: boolean): AuthorizeFilter {
  if (left.kind === 'variable' && right.kind === 'variable') {
    const [a, b] = [plainColumn(left, columns, 'eq'), plainColumn(right, columns, 'eq')];
    if (hasExplicitNulls(a) !== hasExplicitNulls(b)) {
      throw new AuthorizeFilterError(
        `${JSON.stringify(a.field)} and ${JSON.stringify(b.field)} are compared, and the map declares nulls for one of them only`,
      );
    }
    if (hasExplicitNulls(a)) return compareColumns(a, negated ? 'IS DISTINCT FROM' : 'IS NOT DISTINCT FROM', b);
    return compareColumns(a, negated ? '<>' : '=', b);
  }
  const [variable, other] = left.kind === 'variable' ? [left, right] : [right, left];
  const column = plainColumn(variable, columns, 'eq');
  const value = constant(other, 'eq');
  if (value === null) {
    requireExplicitNulls(column);
    return negated ? isNotNull(column) : isNull(column);
  }
  const checked = scalar(value, column, 'eq');
  if (!negated) return compare(column, '=', checked);
  return hasExplicitNulls(column) ? isNotTrue(compare(column, '=', checked)) : compare(column, '<>', checked);
}

function ordering(operator: string, left: Operand, right: Operand, columns: CerbosColumnMap): AuthorizeFilter {
  if (left.kind === 'variable' && right.kind === 'variable') {
    return compareColumns(plainColumn(left, columns, operator), COMPARISONS[operator] ?? '=', plainColumn(right, columns, operator));
  }
  const comparison = (left.kind === 'variable' ? COMPARISONS : MIRRORED)[operator] ?? '=';
  const [variable, other] = left.kind === 'variable' ? [left, right] : [right, left];
  const column = plainColumn(variable, columns, operator);
  return compare(column, comparison, scalar(constant(other, operator), column, operator));
}

/** `value in attribute` looks into an array column, `attribute in list` for one of the values. */
function membership(left: Operand, right: Operand, columns: CerbosColumnMap, negated: boolean): AuthorizeFilter {
  if (left.kind === 'value') {
    const column = arrayColumn(right, columns, 'in');
    return negate(hasElement(column, scalar(left.value, column, 'in')), negated);
  }
  const column = plainColumn(left, columns, 'in');
  const { values, hasNull } = scalars(constant(right, 'in'), column, 'in');
  if (hasNull) requireExplicitNulls(column);
  const filter = hasNull ? authorize.or(isAnyOf(column, values), isNull(column)) : isAnyOf(column, values);
  if (!negated) return filter;
  return hasExplicitNulls(column) ? isNotTrue(filter) : authorize.and(isNotNull(column), authorize.not(filter));
}

function negate(filter: AuthorizeFilter, negated: boolean): AuthorizeFilter {
  return negated ? authorize.not(filter) : filter;
}

function plainColumn(operand: Operand, columns: CerbosColumnMap, operator: string): Column<CerbosColumn> {
  const column = anyColumn(operand, columns, operator);
  if (column.array) throw new AuthorizeFilterError(`${operator} of ${JSON.stringify(column.field)} does not take an array`);
  return column;
}

function arrayColumn(operand: Operand, columns: CerbosColumnMap, operator: string): Column<CerbosColumn> {
  const column = anyColumn(operand, columns, operator);
  if (!column.array)
    throw new AuthorizeFilterError(`${operator} of ${JSON.stringify(column.field)} needs a column that the map calls an array`);
  return column;
}

function anyColumn(operand: Operand, columns: CerbosColumnMap, operator: string): Column<CerbosColumn> {
  if (operand.kind !== 'variable') throw new AuthorizeFilterError(`${operator} in the Cerbos plan compares no attribute`);
  return mappedColumn(columns, operand.name, 'string');
}

function constant(operand: Operand, operator: string): unknown {
  if (operand.kind === 'value') return operand.value;
  throw new AuthorizeFilterError(`${operator} in the Cerbos plan takes a constant`);
}

function withoutNull(column: Column, value: unknown, operator: string): ReturnType<typeof scalars>['values'] {
  const { values, hasNull } = scalars(value, column, operator);
  if (hasNull) throw unusable(null, column, operator);
  return values;
}

function hasExplicitNulls(column: Column<CerbosColumn>): boolean {
  return column.mapped?.nulls === 'explicit';
}

function requireExplicitNulls(column: Column<CerbosColumn>): void {
  if (hasExplicitNulls(column)) return;
  throw new AuthorizeFilterError(
    `${JSON.stringify(column.field)} is compared with null; map it with nulls: 'explicit' if a NULL is sent to Cerbos as null`,
  );
}

/** The REST API wraps an operand in a key of its kind; the SDK has a class for each. */
function asOperand(node: unknown): Operand {
  if (typeof node === 'object' && node !== null && !Array.isArray(node)) {
    if ('expression' in node) return asOperand(node.expression);
    if ('operator' in node && typeof node.operator === 'string' && 'operands' in node && Array.isArray(node.operands)) {
      return { kind: 'expression', operator: node.operator, operands: node.operands.map(asOperand) };
    }
    if ('variable' in node && typeof node.variable === 'string') return { kind: 'variable', name: node.variable };
    if ('name' in node && typeof node.name === 'string') return { kind: 'variable', name: node.name };
    if ('value' in node) return { kind: 'value', value: node.value };
  }
  throw new AuthorizeFilterError('the Cerbos plan has an operand of an unknown form');
}

function arity(operator: string): AuthorizeFilterError {
  return new AuthorizeFilterError(`${JSON.stringify(operator)} in the Cerbos plan has an unknown number of operands`);
}

function unknownOperator(operator: string): AuthorizeFilterError {
  return new AuthorizeFilterError(`the Cerbos operator ${JSON.stringify(operator)} has no SQL of the same meaning here`);
}
