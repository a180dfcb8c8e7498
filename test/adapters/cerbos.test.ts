/**
 * The Cerbos adapter against answers that a Cerbos server gave: its plans, and which rows it
 * allowed one by one, for the policy in `cerbos-policy.yaml`.
 */
import {
  PlanExpression,
  PlanExpressionValue,
  PlanExpressionVariable,
  PlanKind,
  type PlanExpressionOperand,
  type PlanResourcesResponse,
  type Value,
} from '@cerbos/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCerbos } from '../../src/adapters/cerbos.js';
import { AuthorizeFilterError } from '../../src/runtime/index.js';
import { filterText, filterValues } from '../../src/runtime/authorize/index.js';
import recorded from './cerbos-plans.json' with { type: 'json' };
import { cerbosColumns, Documents } from './documents.js';
import { untyped } from '../authorize/untyped.js';

let documents: Documents;
beforeAll(async () => {
  documents = await Documents.create(recorded.rows);
});
afterAll(() => documents.drop());

type Action = keyof typeof recorded.plans;
const isAction = (name: string): name is Action => name in recorded.plans;
const actions = Object.keys(recorded.plans).filter(isAction);

/** What the adapter has no SQL for. */
const REFUSED: Partial<Record<Action, string>> = {
  time: 'the Cerbos operator "timestamp"',
  regex: 'the Cerbos operator "matches"',
  size: 'the Cerbos operator "size"',
  ternary: '"if" in the Cerbos plan has an unknown number of operands',
  macro: 'the Cerbos operator "exists"',
  dashed: 'the Cerbos operator "index"',
};
/** Cerbos denies where an attribute is null or missing in `none`, and its plan does not say so. */
const NARROWER: Partial<Record<Action, readonly string[]>> = { 'none-of': ['1', '5'] };
const COMPARES_WITH_NULL: readonly Action[] = ['eq-null', 'ne-null', 'in-null'];

describe.each(['explicit', 'omitted', undefined] as const)('with NULLs that are %s', (nulls) => {
  test.each(actions.filter((action) => !(action in REFUSED)))('%s selects the rows that Cerbos allows', async (action) => {
    const { filter, allowed } = recorded.plans[action];
    if (nulls !== 'explicit' && COMPARES_WITH_NULL.includes(action)) {
      expect(() => fromCerbos({ filter }, cerbosColumns(nulls))).toThrow("map it with nulls: 'explicit'");
      return;
    }
    const expected = NARROWER[action] ?? allowed[nulls ?? 'omitted'];
    for (const id of expected) expect(allowed[nulls ?? 'omitted']).toContain(id);
    expect(await documents.select(fromCerbos({ filter }, cerbosColumns(nulls)))).toEqual(expected);
  });
});

test.each(Object.entries(REFUSED))('%s is refused', (action, problem) => {
  if (!isAction(action)) throw new Error(action);
  expect(() => fromCerbos({ filter: recorded.plans[action].filter }, cerbosColumns('explicit'))).toThrow(AuthorizeFilterError);
  expect(() => fromCerbos({ filter: recorded.plans[action].filter }, cerbosColumns('explicit'))).toThrow(problem);
});

const attribute = (name: string) => new PlanExpressionVariable(`request.resource.attr.${name}`);
const constant = (value: Value) => new PlanExpressionValue(value);
function conditional(condition: PlanExpressionOperand): PlanResourcesResponse {
  return { kind: PlanKind.CONDITIONAL, condition, cerbosCallId: '', requestId: '', validationErrors: [], metadata: undefined };
}
function operation(operator: string, ...operands: PlanExpressionOperand[]): PlanResourcesResponse {
  return conditional(new PlanExpression(operator, operands));
}

describe('the SDK’s answer', () => {
  test('is read as the REST API’s', async () => {
    const response = operation(
      'and',
      new PlanExpression('in', [attribute('tenant'), constant(['a', 'b'])]),
      new PlanExpression('not', [new PlanExpression('eq', [attribute('owner'), constant("x' OR true --")])]),
    );
    const filter = fromCerbos(response, cerbosColumns());
    expect(await documents.select(filter)).toEqual(['1', '2', '5']);
    expect(filterText(filter, 1)).toContain('"d"."tenant" = ANY ($2::text[])');
    expect(filterText(filter, 1)).toContain('NOT (\n(\n"d"."the owner" = $4::text\n)');
    expect(filterValues(filter)).toEqual(['{"a","b"}', '{"a","b"}', "x' OR true --", "x' OR true --"]);
  });

  test('allows and denies by its kind alone', async () => {
    const base = { cerbosCallId: '', requestId: '', validationErrors: [], metadata: undefined };
    const allowed: PlanResourcesResponse = { ...base, kind: PlanKind.ALWAYS_ALLOWED };
    const denied: PlanResourcesResponse = { ...base, kind: PlanKind.ALWAYS_DENIED };
    expect(await documents.select(fromCerbos(allowed, {}))).toHaveLength(recorded.rows.length);
    expect(fromCerbos(allowed, {}).reason).toContain('KIND_ALWAYS_ALLOWED');
    expect(await documents.select(fromCerbos(denied, {}))).toEqual([]);
    expect(() => fromCerbos(conditional(constant(true)), cerbosColumns())).toThrow('a constant for a condition');
    expect(() => fromCerbos(operation('or', attribute('public'), constant(true)), cerbosColumns())).toThrow('a constant for a condition');
    expect(() => fromCerbos(operation('and'), cerbosColumns())).toThrow('has no operands');
    expect(() => fromCerbos(operation('or'), cerbosColumns())).toThrow('has no operands');
  });

  test.each<[string, PlanResourcesResponse, readonly string[]]>([
    ['a column first', operation('gt', attribute('level'), constant(3)), ['3', '6']],
    ['a value first', operation('gt', constant(3), attribute('level')), ['1', '5']],
    ['le, a value first', operation('le', constant(3), attribute('level')), ['2', '3', '6']],
    ['ge, a value first', operation('ge', constant(3), attribute('level')), ['1', '2', '5']],
    ['lt, a value first', operation('lt', constant(3), attribute('level')), ['3', '6']],
    ['two columns', operation('lt', attribute('author'), attribute('owner')), ['2']],
    ['eq, a value first', operation('eq', constant('a'), attribute('tenant')), ['1', '2']],
    ['an intersection, the list first', operation('hasIntersection', constant(['green']), attribute('tags')), ['2']],
    [
      'De Morgan',
      operation(
        'not',
        new PlanExpression('or', [
          new PlanExpression('eq', [attribute('tenant'), constant('a')]),
          new PlanExpression('lt', [attribute('level'), constant(3)]),
        ]),
      ),
      ['3', '6'],
    ],
    ['a double negation', operation('not', new PlanExpression('not', [attribute('public')])), ['1', '3', '6']],
    ['a string by its characters', operation('lt', attribute('title'), constant('a')), ['1', '3']],
    ['nothing in a list', operation('in', attribute('tenant'), constant([])), []],
    ['not in an empty list', operation('not', new PlanExpression('in', [attribute('owner'), constant([])])), ['1', '2', '5', '6']],
  ])('compares %s', async (_what, response, expected) => {
    expect(await documents.select(fromCerbos(response, cerbosColumns()))).toEqual(expected);
  });

  test.each<[PlanResourcesResponse, string]>([
    [operation('eq', attribute('secret'), constant(1)), 'the field "request.resource.attr.secret", which the column map does not name'],
    [operation('eq', new PlanExpressionVariable('toString'), constant(1)), 'the field "toString"'],
    [operation('eq', constant(1), constant(1)), 'compares no attribute'],
    [operation('lt', constant(1), constant(2)), 'compares no attribute'],
    [operation('not'), 'unknown number of operands'],
    [operation('not', attribute('public'), attribute('public')), 'unknown number of operands'],
    [operation('eq', attribute('tenant')), 'unknown number of operands'],
    [operation('eq', attribute('tenant'), constant('a'), constant('b')), 'unknown number of operands'],
    [operation('xor', attribute('public'), attribute('public')), 'the Cerbos operator "xor"'],
    [
      operation('contains', attribute('title'), constant(1)),
      'contains of "request.resource.attr.title" cannot take a value that is number',
    ],
    [operation('contains', attribute('title'), attribute('owner')), 'takes a constant'],
    [operation('contains', constant('x'), attribute('title')), 'compares no attribute'],
    [operation('lt', attribute('level'), constant(null)), 'lt of "request.resource.attr.level" cannot take a value that is null'],
    [operation('eq', attribute('level'), constant({ a: 1 })), 'cannot take a value that is object'],
    [operation('in', attribute('level'), constant(1)), 'cannot take a value that is number'],
    [operation('in', attribute('level'), attribute('tags')), 'takes a constant'],
    [operation('in', constant('a'), attribute('tenant')), 'needs a column that the map calls an array'],
    [operation('hasIntersection', attribute('tenant'), constant(['a'])), 'needs a column that the map calls an array'],
    [operation('hasIntersection', attribute('tags'), constant([null])), 'cannot take a value that is null'],
    [operation('eq', attribute('tags'), constant('a')), 'does not take an array'],
    [operation('eq', new PlanExpression('add', [attribute('level'), constant(1)]), constant(2)), 'the Cerbos operator "add"'],
  ])('is refused where it has no SQL (%#)', (response, problem) => {
    expect(() => fromCerbos(response, cerbosColumns())).toThrow(AuthorizeFilterError);
    expect(() => fromCerbos(response, cerbosColumns())).toThrow(problem);
  });
});

test('two columns are compared by one convention', async () => {
  const response = operation('ne', attribute('owner'), attribute('author'));
  expect(await documents.select(fromCerbos(response, cerbosColumns('explicit')))).toEqual(['2', '4', '5']);
  expect(await documents.select(fromCerbos(response, cerbosColumns('omitted')))).toEqual(['2']);
  const mixed = { ...cerbosColumns('explicit'), 'request.resource.attr.author': 'd.author' };
  expect(() => fromCerbos(response, mixed)).toThrow('declares nulls for one of them only');
});

test.each([
  [undefined],
  [null],
  ['KIND_ALWAYS_ALLOWED'],
  [{}],
  [{ kind: 'KIND_UNSPECIFIED' }],
  [{ kind: 1 }],
  [{ kind: 'KIND_CONDITIONAL' }],
  [{ kind: 'KIND_CONDITIONAL', condition: null }],
  [{ kind: 'KIND_CONDITIONAL', condition: {} }],
  [{ kind: 'KIND_CONDITIONAL', condition: [] }],
  [{ kind: 'KIND_CONDITIONAL', condition: { expression: { operator: 'and', operands: {} } } }],
  [{ kind: 'KIND_ALWAYS_ALLOWED', condition: {} }],
  [{ filter: {} }],
  [{ filter: { kind: 'kind_always_allowed' } }],
  [{ code: 7, message: 'denied' }],
])('refuses what is no plan: %j', (plan) => {
  expect(() => untyped(fromCerbos, [plan, cerbosColumns()])).toThrow(AuthorizeFilterError);
});
