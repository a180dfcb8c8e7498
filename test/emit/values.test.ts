/** What the options of values make of each type: the generated files as they are, and TypeScript's opinion of their use. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { holdCase } from '../support/case-file.js';
import { generate, type Generated } from './generated.js';

const SCHEMA = `
CREATE DOMAIN moment AS timestamptz(3);
CREATE TYPE span AS (at timestamptz, took interval);
CREATE TABLE things (
  at timestamptz NOT NULL,
  wall timestamp,
  day date NOT NULL,
  clock time NOT NULL,
  zoned timetz NOT NULL,
  took interval NOT NULL,
  amount numeric NOT NULL,
  price money NOT NULL,
  doc jsonb NOT NULL,
  moments moment[] NOT NULL,
  during tstzrange NOT NULL,
  days datemultirange NOT NULL,
  span span
);
`;
const QUERIES = {
  'things.sql': `-- name: ListThings :many
SELECT * FROM things;

-- name: PageThings :many
SELECT at, day, at - wall AS since FROM things WHERE (at, day) > (@at, @day::date) ORDER BY at LIMIT 10;

-- name: FindThing :many
SELECT 1 AS found FROM things WHERE took = @took AND amount = @amount AND price = @price AND doc = @doc AND clock = ANY (@clocks::time[]) AND during = @during AND span = @span::span;
`,
};

const CASES = {
  defaults: '{}',
  dates: '{timestamp: date, date: date}',
  text: '{timestamp: string, date: string, time: string, interval: string, numeric: string, json_numbers: number}',
  temporal: '{timestamp: temporal, date: temporal, time: temporal, interval: temporal}',
  numbers: '{numeric: number, json_numbers: exact}',
} as const;

const made = new Map<string, Generated>();
beforeAll(async () => {
  for (const [name, options] of Object.entries(CASES)) made.set(name, await generate(SCHEMA, QUERIES, options));
});

function of(name: keyof typeof CASES): Generated {
  const found = made.get(name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

test.each(Object.keys(CASES) as (keyof typeof CASES)[])('%s', async (name) => {
  const generated = of(name);
  expect(generated.compilation.problems).toEqual([]);
  expect(generated.typeErrors()).toEqual([]);
  await holdCase(join(import.meta.dirname, 'values'), name, CASES[name], {
    'models.ts': generated.file('models.ts'),
    'things.ts': generated.file('things.ts'),
  });
});

describe('Temporal in types', () => {
  const USE = `
import type { Database } from 'sqlward/runtime';
import { findThing, listThings, pageThings } from './generated/index.js';
export async function page(db: Database): Promise<void> {
  const [row] = await listThings(db);
  if (row === undefined) return;
  await pageThings(db, { at: row.at, day: row.day });
  await pageThings(db, { at: '2026-01-01 00:00:00+00', day: 'infinity' });
  await findThing(db, { ...row, amount: 1, doc: 1n, clocks: [row.clock, '24:00'], span: row.span ?? { at: row.at, took: null } });
  // @ts-expect-error a wall clock is no instant
  await pageThings(db, { at: row.wall ?? '', day: row.day });
  // @ts-expect-error the option does not say Date
  await pageThings(db, { at: new Date(), day: row.day });
  USED
}
`;

  test('without a global one, what every implementation has', () => {
    expect(of('temporal').typeErrors(USE.replace('USED', 'row.at.toString();'))).toEqual([]);
  });

  test.each(['temporal-polyfill', '@js-temporal/polyfill'])('the classes of %s, where they are the global ones', (name) => {
    const program = `
import type { Temporal as Polyfill } from '${name}';
declare global { var Temporal: typeof import('${name}').Temporal }
${USE.replace('USED', 'const at: Polyfill.Instant = row.at.subtract({ hours: 1 }); const took: Polyfill.Duration = row.took.negated(); void [at, took];')}
`;
    expect(of('temporal').typeErrors(program)).toEqual([]);
  });

  test('a value of any implementation is taken', () => {
    const program = `
import { Temporal } from '@js-temporal/polyfill';
import type { Database } from 'sqlward/runtime';
import { pageThings } from './generated/index.js';
export const page = (db: Database): unknown => pageThings(db, { at: Temporal.Now.instant(), day: Temporal.Now.plainDateISO() });
`;
    expect(of('temporal').typeErrors(program)).toEqual([]);
  });
});

test('a query whose rows hold floats says so, at any depth', async () => {
  const { compilation } = await generate(
    'CREATE DOMAIN ratio AS float4; CREATE TYPE place AS (name text, at point); CREATE TABLE f (id int PRIMARY KEY, f ratio[], place place);',
    {
      'f.sql': `
-- name: InArray :many
SELECT f FROM f;
-- name: InComposite :one
SELECT place FROM f WHERE id = 1;
-- name: InJson :one
SELECT json_build_object('f', f) AS j FROM f WHERE id = 1;
-- name: None :many
SELECT id FROM f;
-- name: NotRead :exec
UPDATE f SET f = @f;
`,
    },
  );
  const text = compilation.files.map((file) => file.text).join('\n');
  const saying = text.matchAll(/^ {2}name: '(\w+)',\n(?: {2}(?!name:).*\n)*? {2}floats: true,$/gm);
  expect([...saying].map(([, name]) => name)).toEqual(['InArray', 'InComposite', 'InJson']);
});
