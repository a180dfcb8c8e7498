/** The CASL adapter against CASL itself: a row passes in SQL if and only if `can` allows it. */
import * as casl7 from '@casl/ability';
import { rulesToAST } from '@casl/ability/extra';
import * as casl6 from 'casl6';
import { rulesToAST as rulesToAST6 } from 'casl6/extra';
import { allInterpreters, allParsingInstructions } from '@ucast/mongo2js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCasl, type CaslCondition } from '../../src/adapters/casl.js';
import { authorize, AuthorizeFilterError } from '../../src/runtime/index.js';
import { filterText, filterValues } from '../../src/runtime/authorize/index.js';
import { COLUMNS, Documents, type DocumentRow } from './documents.js';
import { untyped } from '../authorize/untyped.js';

const ROWS: readonly DocumentRow[] = [
  {
    id: '1',
    tenant: 'a',
    owner: 'alice',
    author: 'alice',
    level: 1,
    public: true,
    title: 'Zoe',
    tags: ['red'],
    created: new Date('2024-01-01T00:00:00Z'),
  },
  {
    id: '2',
    tenant: 'a',
    owner: 'bob',
    author: 'alice',
    level: 3,
    public: false,
    title: "it's",
    tags: ['blue', 'green'],
    created: new Date('2024-06-01T12:00:00.123Z'),
  },
  { id: '3', tenant: 'b', owner: null, author: null, level: 5, public: true, title: 'élan', tags: [], created: null },
  {
    id: '4',
    tenant: 'c',
    owner: null,
    author: 'bob',
    level: null,
    public: null,
    title: 'ab\\%_',
    tags: ['red', 'blue'],
    created: new Date('2023-01-01T00:00:00Z'),
  },
  { id: '5', tenant: 'b', owner: "al'ice", author: null, level: 2, public: false, title: null, tags: null, created: null },
];

let documents: Documents;
beforeAll(async () => {
  documents = await Documents.create(ROWS);
});
afterAll(() => documents.drop());

const text = fc.constantFrom('a', 'b', 'alice', "al'ice", 'Zoe', 'ab\\%_', 'élan', 'z', '');
const level = fc.integer({ min: 0, max: 6 });
const date = fc.constantFrom(new Date('2024-01-01T00:00:00Z'), new Date('2024-06-01T12:00:00.123Z'), new Date('2023-06-01T00:00:00Z'));
const nullable = <T>(values: fc.Arbitrary<T>) => fc.oneof({ arbitrary: values, weight: 4 }, { arbitrary: fc.constant(null), weight: 1 });

/** Operators of one field. `$not` is for the whole language only. */
function field(name: string, values: fc.Arbitrary<unknown>, ordered: boolean, negates: boolean): fc.Arbitrary<object> {
  const plain = fc.oneof(
    nullable(values),
    nullable(values).map(($eq) => ({ $eq })),
    nullable(values).map(($ne) => ({ $ne })),
    fc.array(nullable(values), { maxLength: 3 }).map(($in) => ({ $in })),
    fc.array(nullable(values), { maxLength: 3 }).map(($nin) => ({ $nin })),
    ...(ordered ? (['$lt', '$lte', '$gt', '$gte'] as const).map((operator) => values.map((value) => ({ [operator]: value }))) : []),
    ...(ordered ? [fc.tuple(values, values).map(([$gte, $lt]) => ({ $gte, $lt }))] : []),
  );
  const negated = plain.filter((value) => value?.constructor === Object).map(($not) => ({ $not }));
  return (negates ? fc.oneof({ arbitrary: plain, weight: 3 }, { arbitrary: negated, weight: 1 }) : plain).map((condition) => ({
    [name]: condition,
  }));
}

const tags = fc.constantFrom('red', 'blue', "r'ed");
const leaf = (negates: boolean): fc.Arbitrary<object> =>
  fc.oneof(
    field('tenant', text, false, negates),
    field('owner', text, false, negates),
    field('title', text, true, negates),
    field('level', level, true, negates),
    field('public', fc.boolean(), false, negates),
    field('created', date, true, negates),
    fc
      .oneof(
        tags,
        tags.map(($ne) => ({ $ne })),
        fc.array(tags, { maxLength: 2 }).map(($in) => ({ $in })),
        fc.array(tags, { maxLength: 2 }).map(($nin) => ({ $nin })),
        fc.array(tags, { maxLength: 2 }).map(($all) => ({ $all })),
        fc.nat({ max: 2 }).map(($size) => ({ $size })),
      )
      .map((condition) => ({ tags: condition })),
  );
/** What CASL takes as it comes: conditions that all must hold. */
const plainConditions: fc.Arbitrary<object> = fc
  .array(leaf(false), { maxLength: 3 })
  .map((leaves) => leaves.reduce((all, each) => ({ ...all, ...each }), {}));
/** Its whole language, with $and, $or, $nor and $not. */
const allConditions: fc.Arbitrary<object> = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf(true),
    fc.tuple(leaf(true), leaf(true)).map(([a, b]) => ({ ...a, ...b })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })),
    fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map(($nor) => ({ $nor })),
  ),
})).node;

type RawRule = { readonly inverted: boolean; readonly action: string; readonly subject: string; readonly conditions?: object };
function rules(conditions: fc.Arbitrary<object>): fc.Arbitrary<RawRule[]> {
  const rule = fc
    .record({
      inverted: fc.oneof({ arbitrary: fc.constant(false), weight: 2 }, { arbitrary: fc.constant(true), weight: 1 }),
      action: fc.constantFrom('read', 'read', 'manage', 'delete'),
      subject: fc.constantFrom('Document', 'Document', 'all', 'Other'),
      conditions: fc.option(conditions, { nil: undefined, freq: 6 }),
    })
    .map(({ conditions: given, ...rest }) => (given === undefined ? rest : { ...rest, conditions: given }));
  return fc.array(rule, { maxLength: 4 });
}

/** CASL's own operators do without $and, $or, $nor and $not; they come from the same authors. */
const matcher = casl7.buildMongoQueryMatcher(allParsingInstructions, allInterpreters);

interface Defined {
  readonly ast: CaslCondition;
  readonly can: (row: DocumentRow) => boolean;
}

describe.each<readonly [string, fc.Arbitrary<object>, (given: RawRule[]) => Defined]>([
  [
    'CASL 7',
    plainConditions,
    (given) => {
      const ability = casl7.createMongoAbility<[string, casl7.Subject], casl7.MongoQuery>(given);
      return { ast: rulesToAST(ability, 'read', 'Document'), can: (row) => ability.can('read', casl7.subject('Document', { ...row })) };
    },
  ],
  [
    'CASL 7 with every operator',
    allConditions,
    (given) => {
      const ability = casl7.createMongoAbility<[string, casl7.Subject], casl7.MongoQuery>(given, { conditionsMatcher: matcher });
      return { ast: rulesToAST(ability, 'read', 'Document'), can: (row) => ability.can('read', casl7.subject('Document', { ...row })) };
    },
  ],
  [
    'CASL 6',
    plainConditions,
    (given) => {
      // Its rulesToAST takes inverted rules for the last ones.
      const ability = casl6.createMongoAbility<[string, casl6.Subject], casl6.MongoQuery>(
        given.toSorted((a, b) => Number(a.inverted) - Number(b.inverted)),
      );
      return { ast: rulesToAST6(ability, 'read', 'Document'), can: (row) => ability.can('read', casl6.subject('Document', { ...row })) };
    },
  ],
])('%s', (_name, conditions, define) => {
  test('selects exactly the rows that it allows', async () => {
    const seen = { none: 0, some: 0, all: 0 };
    await fc.assert(
      fc.asyncProperty(rules(conditions), async (given) => {
        const { ast, can } = define(given);
        const allowed = ROWS.filter((row) => can({ ...row, created: row.created ?? null })).map(({ id }) => id);
        expect(await documents.select(fromCasl(ast, COLUMNS))).toEqual(allowed);
        seen[allowed.length === 0 ? 'none' : allowed.length === ROWS.length ? 'all' : 'some']++;
      }),
      { numRuns: 1_000 },
    );
    expect(seen.some).toBeGreaterThan(100);
    expect(seen.all).toBeGreaterThan(20);
  });
});

function ast(...given: RawRule[]): CaslCondition {
  return rulesToAST(casl7.createMongoAbility<[string, casl7.Subject], casl7.MongoQuery>(given), 'read', 'Document');
}
const where = (query: object): CaslCondition => ast({ inverted: false, action: 'read', subject: 'Document', conditions: query });

test('without a rule there is no row, and an unconditional rule is CASL’s word for every row', async () => {
  expect(ast()).toBeNull();
  expect(await documents.select(fromCasl(ast(), COLUMNS))).toEqual([]);
  const all = fromCasl(ast({ inverted: false, action: 'manage', subject: 'all' }), COLUMNS);
  expect(await documents.select(all)).toHaveLength(ROWS.length);
  expect(all.reason).toContain('CASL');
  expect(fromCasl(where({ tenant: 'a' }), COLUMNS).reason).toBeUndefined();
});

test('binds every value and quotes every name', () => {
  const filter = fromCasl(where({ owner: "x' OR true --", level: { $in: [1, 2] } }), COLUMNS);
  expect(filterText(filter, 2)).toMatch(
    /^\(\n\(\n"d"\."the owner" = \$3::text\n\) AND .* AND \(\n"d"\."level" = ANY \(\$5::int4\[\]\)\n\)$/s,
  );
  expect(filterValues(filter)).toEqual(["x' OR true --", "x' OR true --", '{"1","2"}']);
});

test.each([
  [{ unknown: 1 }, 'the field "unknown", which the column map does not name'],
  [{ 'author.name': 1 }, 'the field "author.name"'],
  [{ title: { $regex: '^a' } }, 'the CASL operator "regex"'],
  [{ title: { $exists: true } }, 'the CASL operator "exists"'],
  [{ tags: { $elemMatch: { $eq: 'red' } } }, 'the CASL operator "elemMatch"'],
  [{ owner: undefined }, 'eq of "owner" cannot take a value that is undefined'],
  [{ owner: { a: 1 } }, 'eq of "owner" cannot take a value that is object'],
  [{ owner: ['a'] }, 'eq of "owner" cannot take a value that is a list'],
  [{ level: NaN }, 'eq of "level"'],
  [{ owner: { $in: ['a', undefined] } }, 'in of "owner" cannot take a value that is undefined'],
  [{ tags: { $in: [null] } }, 'in of "tags" cannot take a value that is null'],
  [{ tags: { $gt: 'a' } }, 'gt of "tags"'],
  [{ tags: null }, 'eq of "tags" cannot take a value that is null'],
  [{ tenant: { $all: ['a'] } }, 'needs a column that the map calls an array'],
  [{ tenant: { $size: 1 } }, 'size of "tenant"'],
])('refuses %j', (query, problem) => {
  expect(() => fromCasl(where(query), COLUMNS)).toThrow(AuthorizeFilterError);
  expect(() => fromCasl(where(query), COLUMNS)).toThrow(problem);
});

test.each([
  [undefined],
  ['true'],
  [{}],
  [true],
  [[]],
  [{ operator: 'xor', value: [] }],
  [{ operator: 'or' }],
  [{ operator: 'not', value: [] }],
  [{ operator: 'and', value: [null] }],
  [{ operator: 'eq', value: 1, field: Symbol('__itself__') }],
  [{ operator: 'where', value: () => true }],
])('refuses what is no condition (%#)', (value) => {
  expect(() => untyped(fromCasl, [value, COLUMNS])).toThrow(AuthorizeFilterError);
});

test('a name of JavaScript’s own is no column', () => {
  for (const field of ['constructor', '__proto__', 'toString']) {
    const condition = { operator: 'eq', field, value: 1 };
    expect(() => fromCasl(condition, COLUMNS)).toThrow(`the field "${field}", which the column map does not name`);
  }
});

test('nothing but columns and types stands in a map', () => {
  const condition = where({ tenant: 'a' });
  for (const column of ['d.tenant; DROP', 'lower(tenant)', '', 'a b'])
    expect(() => fromCasl(condition, { tenant: column })).toThrow(AuthorizeFilterError);
  for (const type of ['text; DROP', "text'", 'text)', '', 'text -- x', '(select 1)']) {
    expect(() => fromCasl(condition, { tenant: { column: 'tenant', type } })).toThrow('is not the name of a type');
  }
  for (const type of ['text', 'pg_catalog.text', 'character varying', 'varchar(10)']) {
    expect(filterText(fromCasl(condition, { tenant: { column: authorize.ident('T'), type } }), 0)).toBe('"T" = $1::text');
  }
  for (const type of ['numeric(10,2)', 'timestamp with time zone', 'timestamp(3) without time zone', 'int', 'jsonb', 'int4range']) {
    const read = (): unknown =>
      fromCasl(where({ tenant: 'a', level: new Date(0) }), { tenant: 'tenant', level: { column: authorize.ident('T'), type } });
    if (type.startsWith('timestamp')) expect(read).not.toThrow();
    else expect(read).toThrow(AuthorizeFilterError);
  }
});
