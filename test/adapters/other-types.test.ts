/**
 * Cerbos and OPA on columns of every type, held against what their engines say of one row: values of
 * one kind compare, others do not, and a condition on what is missing holds neither way.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCerbos, type CerbosColumnMap } from '../../src/adapters/cerbos.js';
import { fromOpaUcast } from '../../src/adapters/opa.js';
import { AuthorizeFilterError, type AuthorizeFilter } from '../../src/runtime/authorize/index.js';
import { EveryType, SPECS, VALUES } from './every-type.js';

let things: EveryType;
beforeAll(async () => {
  things = await EveryType.create();
});
afterAll(() => things.drop());

/** What an engine behind JSON is given for a column: no bigint, and a time as text. */
function given(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

/** By code points, as languages order strings whose strings are UTF-8. */
function order(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN;
}

/** True, false, or undefined where the engine has no answer. */
function answer(operator: string, row: unknown, value: unknown): boolean | undefined {
  if (row === null) return undefined;
  // What is of another kind is another value, and stands in no order with it; so does NaN, which JSON has not.
  const isOther =
    typeof row !== typeof value || (typeof row !== 'string' && typeof row !== 'number' && typeof row !== 'boolean') || Number.isNaN(row);
  if (isOther) return operator === 'eq' ? false : operator === 'ne' ? true : undefined;
  const compared = order(row, value as typeof row);
  switch (operator) {
    case 'eq':
      return compared === 0;
    case 'ne':
      return compared !== 0;
    case 'lt':
      return compared < 0;
    case 'le':
      return compared <= 0;
    case 'gt':
      return compared > 0;
    default:
      return compared >= 0;
  }
}

const OPERATORS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const FIELDS = Object.entries(SPECS)
  .filter(([, { map }]) => map.array !== true && map.as !== 'bigint')
  .map(([name]) => name);
const ARRAYS = Object.entries(SPECS)
  .filter(([, { map }]) => map.array === true)
  .map(([name]) => name);
const JSON_VALUES = VALUES.filter((value) => ['string', 'number', 'boolean'].includes(typeof value));

/** Compares where the adapter takes the condition; resolves to whether it did. */
async function hold(make: () => AuthorizeFilter, allows: (row: Readonly<Record<string, unknown>>) => boolean): Promise<boolean> {
  let filter: AuthorizeFilter;
  try {
    filter = make();
  } catch (error) {
    if (error instanceof AuthorizeFilterError) return false;
    throw error;
  }
  const found = await things.select(filter);
  if (typeof found === 'string') return false;
  expect(found).toEqual(things.rows.filter(allows).map(({ id }) => id));
  return true;
}

type Make = (operator: string, field: string, value: unknown, negated: boolean) => AuthorizeFilter;

const cerbosColumns = (): CerbosColumnMap =>
  Object.fromEntries(Object.entries(things.columns).map(([name, column]) => [`request.resource.attr.${name}`, column]));
const cerbos: Make = (operator, field, value, negated) => {
  const expression = { operator, operands: [{ variable: `request.resource.attr.${field}` }, { value }] };
  const condition = negated ? { operator: 'not', operands: [{ expression }] } : expression;
  return fromCerbos({ filter: { kind: 'KIND_CONDITIONAL', condition: { expression: condition } } }, cerbosColumns());
};
const opa: Make = (operator, field, value, negated) => {
  const node = { type: 'field', field, operator, value };
  return fromOpaUcast({ result: { query: negated ? { type: 'compound', operator: 'not', value: [node] } : node } }, things.columns);
};

describe.each([
  ['Cerbos', cerbos],
  ['OPA', opa],
])('%s', (_name, make) => {
  test.each(FIELDS)('every operator with every value on %s', async (field) => {
    let taken = 0;
    for (const value of JSON_VALUES) {
      for (const operator of OPERATORS) {
        for (const negated of [false, true]) {
          const took = await hold(
            () => make(operator, field, value, negated),
            (row) => answer(operator, given(row[field]), value) === !negated,
          );
          if (took) taken++;
        }
      }
    }
    // A column that is not text and not declared takes nothing, and neither does one of a domain's own name but for what never is.
    expect(taken).toBeGreaterThan(/^plain(?:Int|Bool)$/.test(field) ? -1 : 0);
  });
});

test.each(ARRAYS)('Cerbos: a value in %s', async (field) => {
  for (const value of JSON_VALUES) {
    const holds = (row: unknown): boolean | undefined =>
      Array.isArray(row) ? row.map(given).some((element) => answer('eq', element, value) === true) : undefined;
    const variable = { variable: `request.resource.attr.${field}` };
    for (const expression of [
      { operator: 'in', operands: [{ value }, variable] },
      { operator: 'hasIntersection', operands: [variable, { value: [value] }] },
    ]) {
      const plan = (condition: object) => () =>
        fromCerbos({ filter: { kind: 'KIND_CONDITIONAL', condition: { expression: condition } } }, cerbosColumns());
      await hold(plan(expression), (row) => holds(row[field]) === true);
      await hold(plan({ operator: 'not', operands: [{ expression }] }), (row) => holds(row[field]) === false);
    }
  }
});
