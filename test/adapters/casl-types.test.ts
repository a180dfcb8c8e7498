/** CASL on columns of every type, with values of every kind: nothing passes that `ability.can` does not allow. */
import { buildMongoQueryMatcher, createMongoAbility, subject, type MongoQuery } from '@casl/ability';
import { rulesToAST } from '@casl/ability/extra';
import { allInterpreters, allParsingInstructions } from '@ucast/mongo2js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromCasl } from '../../src/adapters/casl.js';
import { AuthorizeFilterError } from '../../src/runtime/authorize/index.js';
import { EveryType, SPECS, VALUES, type Row } from './every-type.js';

let things: EveryType;
beforeAll(async () => {
  things = await EveryType.create();
});
afterAll(() => things.drop());

const matcher = buildMongoQueryMatcher(allParsingInstructions, allInterpreters);

interface Rule {
  readonly action: string;
  readonly subject: string;
  readonly inverted?: boolean;
  readonly conditions: MongoQuery;
}

interface Seen {
  refused: number;
  failed: number;
  same: number;
  narrower: number;
}

/** Throws where a row passes that the ability does not allow. */
async function hold(rules: readonly Rule[], seen: Seen): Promise<void> {
  const ability = createMongoAbility([...rules], { conditionsMatcher: matcher });
  let filter;
  try {
    filter = fromCasl(rulesToAST(ability, 'read', 'Thing'), things.columns);
  } catch (error) {
    // CASL itself takes no list or object where it needs a value.
    if (!(error instanceof AuthorizeFilterError) && !(error instanceof Error && /expects/.test(error.message))) throw error;
    seen.refused++;
    return;
  }
  const found = await things.select(filter);
  if (typeof found === 'string') {
    seen.failed++;
    return;
  }
  const allowed = things.rows.filter((row: Row) => ability.can('read', subject('Thing', { ...row }))).map(({ id }) => Number(id));
  expect(
    found.filter((id) => !allowed.includes(id)),
    'rows that CASL does not allow',
  ).toEqual([]);
  if (found.length === allowed.length) seen.same++;
  else seen.narrower++;
}

const seenAtAll = (): Seen => ({ refused: 0, failed: 0, same: 0, narrower: 0 });
const FIELDS = Object.keys(SPECS);
const OPERATORS = ['$eq', '$ne', '$lt', '$lte', '$gt', '$gte'];
const allow = (conditions: object): Rule => ({ action: 'read', subject: 'Thing', conditions: conditions });

test.each(FIELDS)('every operator with every value on %s', async (field) => {
  const seen = seenAtAll();
  for (const value of VALUES) {
    for (const operator of OPERATORS) {
      await hold([allow({ [field]: { [operator]: value } })], seen);
      await hold([allow({}), { ...allow({ [field]: { [operator]: value } }), inverted: true }], seen);
    }
  }
  expect(seen.same).toBeGreaterThan(0);
  expect(seen.narrower).toBe(0);
});

const value = fc.constantFrom(...VALUES);
const list = fc.array(value, { maxLength: 3 });
const leaf = fc.constantFrom(...FIELDS).chain((field) => {
  // Values of the column's own kind come often enough to be compared.
  const kinds = new Set(things.rows.flatMap((row) => [row[field]].flat(2)).map((each) => typeof each));
  const fitting = fc.constantFrom(...VALUES.filter((each) => kinds.has(typeof each)));
  const one = fc.oneof({ arbitrary: fitting, weight: 4 }, { arbitrary: value, weight: 1 });
  const some = fc.oneof({ arbitrary: fc.array(fitting, { maxLength: 3 }), weight: 4 }, { arbitrary: list, weight: 1 });
  return fc
    .oneof(
      fc.tuple(fc.constantFrom(...OPERATORS), one).map(([operator, each]) => ({ [operator]: each })),
      fc.tuple(fc.constantFrom('$in', '$nin', '$all'), some).map(([operator, each]) => ({ [operator]: each })),
      fc.nat({ max: 3 }).map(($size) => ({ $size })),
    )
    .chain((condition) => fc.constantFrom<object>({ [field]: condition }, { [field]: { $not: condition } }));
});
const condition: fc.Arbitrary<object> = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(leaf, leaf).map(([a, b]) => ({ ...a, ...b })),
    fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map(($and) => ({ $and })),
    fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map(($or) => ({ $or })),
    fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map(($nor) => ({ $nor })),
  ),
})).node;

test('random abilities', async () => {
  const seen = seenAtAll();
  const rule = fc
    .tuple(condition, fc.nat({ max: 3 }))
    .map(([conditions, kind]) => ({ ...allow(conditions), ...(kind === 0 ? { inverted: true } : {}) }));
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 3 }), (rules) =>
      hold([allow({ id: { $eq: null } }), ...rules].slice(1), seen),
    ),
    { numRuns: Number(process.env['SQLWARD_ABILITIES'] ?? 1_000) },
  );
  expect(seen.same).toBeGreaterThan(100);
  expect(seen.narrower).toBe(0);
});
