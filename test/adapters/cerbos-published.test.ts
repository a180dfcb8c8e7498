/**
 * The Cerbos adapter on the shapes that Cerbos publishes as its planner's answers, on rows with every
 * combination of values and NULL:
 * https://github.com/cerbos/cerbos/tree/main/internal/test/testdata/query_planner/suite
 *
 * `evaluate` is the semantics that Cerbos documents for a plan: CEL's, in which a missing attribute or
 * a comparison of unlike types is an error, an error denies, and AND and OR absorb one that does not
 * decide (https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCerbos } from '../../src/adapters/cerbos.js';
import { AuthorizeFilterError } from '../../src/runtime/index.js';
import { cerbosColumns, Documents, type DocumentRow } from './documents.js';

type Operand =
  | { readonly expression: { readonly operator: string; readonly operands: readonly Operand[] } }
  | { readonly variable: string }
  | { readonly value: unknown };

const attribute = (name: string): Operand => ({ variable: `request.resource.attr.${name}` });
const operation = (operator: string, ...operands: readonly unknown[]): Operand => ({
  expression: { operator, operands: operands.map((each) => (isOperand(each) ? each : { value: each })) },
});
function isOperand(value: unknown): value is Operand {
  return typeof value === 'object' && value !== null && ('expression' in value || 'variable' in value || 'value' in value);
}
const and = (...all: readonly Operand[]): Operand => operation('and', ...all);
const or = (...all: readonly Operand[]): Operand => operation('or', ...all);
const not = (one: Operand): Operand => operation('not', one);
const [owner, author, level, isPublic, title, tags] = ['owner', 'author', 'level', 'public', 'title', 'tags'].map(attribute) as [
  Operand,
  Operand,
  Operand,
  Operand,
  Operand,
  Operand,
];

/** Each with the file of the suite that has the shape. */
const SHAPES: readonly (readonly [file: string, condition: Operand])[] = [
  ['basics', operation('eq', 'b', { variable: 'request.resource.id' })],
  ['basics', and(operation('eq', 'b', { variable: 'request.resource.id' }), operation('eq', owner, 'x'))],
  [
    'basics_scoped',
    and(operation('eq', owner, 'x'), or(operation('eq', author, 'x'), operation('eq', 'b', { variable: 'request.resource.id' }))),
  ],
  ['combined_role_policies', or(operation('eq', isPublic, true), operation('eq', isPublic, false))],
  ['donald_duck', and(operation('eq', owner, null), operation('ne', author, null))],
  [
    'donald_duck',
    and(not(operation('eq', owner, 'x')), or(operation('eq', isPublic, true), and(not(isPublic), operation('eq', author, 'x')))),
  ],
  ['donald_duck_strict', and(not(isPublic), operation('eq', owner, 'x'))],
  ['harry', and(operation('eq', owner, 'x'), not(operation('eq', owner, 'x')))],
  ['harry', operation('in', owner, ['x', 'z'])],
  ['harry', or(operation('eq', 'x', owner), operation('eq', 'y', owner))],
  ['macro_user', and(operation('ne', owner, 'x'), operation('ne', owner, 'y'))],
  ['macro_user', or(operation('in', 'red', tags), operation('in', 'blue', tags))],
  [
    'maggie',
    and(
      and(operation('eq', owner, 'x'), operation('ne', author, 'y')),
      or(operation('eq', title, 'US'), operation('in', title, ['US', 'a'])),
    ),
  ],
  ['maggie', and(not(operation('in', owner, ['x', 'B'])), not(operation('lt', level, 4.7)))],
  ['maggie', operation('eq', level, 5)],
  ['maggie', not(isPublic)],
  ['maggie', not(or(isPublic, operation('eq', owner, 'x')))],
  ['maggie', not(and(isPublic, operation('gt', level, 0)))],
  ['news_reader', not(operation('in', 'red', tags))],
  ['report_with_map', operation('hasIntersection', tags, ['red', 'green'])],
  ['report_with_map', operation('hasIntersection', ['red'], tags)],
  [
    'report_with_map',
    or(
      and(and(operation('eq', owner, 'x'), operation('in', author, ['x', 'y'])), operation('eq', title, 'a')),
      and(and(operation('in', owner, ['y', 'z']), operation('eq', author, 'y')), operation('in', title, ['a', 'b'])),
    ),
  ],
  ['the operators of the documentation', and(operation('ge', level, 0), operation('le', level, 5), operation('gt', level, -1))],
  ['the operators of the documentation', not(or(operation('startsWith', title, 'a'), operation('endsWith', title, '_')))],
  ['the operators of the documentation', not(operation('contains', title, '%'))],
  ['the operators of the documentation', not(operation('hasIntersection', tags, ['red']))],
  ['the operators of the documentation', not(operation('in', owner, ['x', null]))],
  ['the operators of the documentation', operation('eq', owner, author)],
  ['the operators of the documentation', not(operation('lt', owner, author))],
  ['the operators of the documentation', or(operation('lt', level, 3), not(operation('lt', level, 3)))],
];

/** The shapes for which there is no SQL of the same meaning. */
const WITHOUT_SQL: readonly (readonly [file: string, condition: Operand])[] = [
  ['array_of_conditions_wildcard_role', operation('eq', tags, [])],
  ['harry', operation('startsWith', 'team1', title)],
  ['harry', operation('in', 'a', operation('map', tags, operation('lambda', attribute('x'), { variable: 'x' })))],
  ['hierarchy_user', operation('ancestorOf', operation('hierarchy', title), operation('hierarchy', 'a.b.c'))],
  ['macro_user', operation('all', tags, operation('lambda', operation('ne', { variable: 't' }, 'x'), { variable: 't' }))],
  ['macro_user', operation('exists', tags, operation('lambda', operation('startsWith', { variable: 't' }, 'x'), { variable: 't' }))],
  ['report_with_map', operation('isSubset', tags, ['a'])],
  ['report_with_map', operation('eq', operation('intersect', tags, ['a']), [])],
  ['runtime_effective_derived_roles', operation('eq', operation('if', isPublic, ['a'], []), ['a'])],
];

const ERROR = Symbol('CEL error');

function evaluate(operand: Operand, row: DocumentRow, nulls: 'explicit' | 'omitted'): unknown {
  if ('value' in operand) return operand.value;
  if ('variable' in operand) {
    const value: unknown = Object.entries(row).find(([name]) => name === operand.variable.split('.').at(-1))?.[1] ?? null;
    return value === null && nulls === 'omitted' ? ERROR : value;
  }
  const { operator, operands } = operand.expression;
  const [left, right] = operands.map((each) => evaluate(each, row, nulls));
  if (operator === 'and' || operator === 'or') {
    const values = operands.map((each) => evaluate(each, row, nulls));
    const decides = operator === 'or';
    if (values.includes(decides)) return decides;
    return values.every((value) => typeof value === 'boolean') ? !decides : ERROR;
  }
  if (operator === 'not') return typeof left === 'boolean' ? !left : ERROR;
  if (left === ERROR || right === ERROR) return ERROR;
  return compared(operator, left, right);
}

function compared(operator: string, left: unknown, right: unknown): unknown {
  if (operator === 'eq') return left === right;
  if (operator === 'ne') return left !== right;
  if (operator === 'in') return Array.isArray(right) ? right.includes(left) : ERROR;
  if (operator === 'hasIntersection')
    return Array.isArray(left) && Array.isArray(right) ? left.some((each) => right.includes(each)) : ERROR;
  if (typeof left === 'number' && typeof right === 'number') return ordered(operator, left, right);
  if (typeof left !== 'string' || typeof right !== 'string') return ERROR;
  switch (operator) {
    case 'contains':
      return left.includes(right);
    case 'startsWith':
      return left.startsWith(right);
    case 'endsWith':
      return left.endsWith(right);
    default:
      return ordered(operator, left, right);
  }
}

function ordered<Value extends number | string>(operator: string, left: Value, right: Value): boolean {
  return { lt: left < right, le: left <= right, gt: left > right, ge: left >= right }[operator] ?? false;
}

function* rows(): Generator<DocumentRow> {
  let id = 0;
  const owners = ['x', 'y', null];
  const titles = ['a', '%_', null];
  const lists = [['red', 'blue'], [], null];
  for (const owner of owners)
    for (const author of owners)
      for (const level of [-1, 5, null])
        for (const isPublic of [true, false, null])
          for (const [index, title] of titles.entries())
            yield { id: String(id++), tenant: 't', owner, author, level, public: isPublic, title, tags: lists[index] ?? null };
  yield { id: 'b', tenant: 't', owner: 'x', author: 'y', level: 0, public: true, title: 'US', tags: ['green'] };
}

const ROWS = [...rows()];
let documents: Documents;
beforeAll(async () => {
  documents = await Documents.create(ROWS);
});
afterAll(() => documents?.drop());

describe.each(['explicit', 'omitted'] as const)('with NULLs that are %s', (nulls) => {
  test.each(SHAPES.map(([file, condition]) => [file, JSON.stringify(condition), condition] as const))(
    '%s: %s',
    async (_file, text, condition) => {
      const filter = { kind: 'KIND_CONDITIONAL', condition };
      if (nulls === 'omitted' && text.includes('null')) {
        expect(() => fromCerbos({ filter }, cerbosColumns(nulls))).toThrow("map it with nulls: 'explicit'");
        return;
      }
      const allowed = ROWS.filter((row) => evaluate(condition, row, nulls) === true).map(({ id }) => id);
      expect(await documents.select(fromCerbos({ filter }, cerbosColumns(nulls)))).toEqual(allowed.sort());
    },
  );
});

test.each(WITHOUT_SQL)('%s: a shape without SQL is refused (%#)', (_file, condition) => {
  expect(() => fromCerbos({ filter: { kind: 'KIND_CONDITIONAL', condition } }, cerbosColumns('explicit'))).toThrow(AuthorizeFilterError);
});
