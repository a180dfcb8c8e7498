/**
 * The OPA adapter with answers as the Compile API's documentation and OPA's own tests have them,
 * held to the types of OPA's SDK. The SQL answer and the UCAST answer of one policy select alike.
 */
import type { CompileResultSQL } from '@open-policy-agent/opa/sdk/models/components/compileresultsql';
import type { CompileResultUCAST } from '@open-policy-agent/opa/sdk/models/components/compileresultucast';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromOpaSql, fromOpaUcast, type ColumnMap } from '../../src/adapters/opa.js';
import { AuthorizeFilterError } from '../../src/runtime/index.js';
import { filterText, filterValues } from '../../src/runtime/authorize/index.js';
import { COLUMNS, Documents, type DocumentRow } from './documents.js';
import { untyped } from '../authorize/untyped.js';

const ROWS: readonly DocumentRow[] = [
  { id: '1', tenant: '2', owner: 'caesar', author: 'caesar', level: 1, public: true, title: '10%_off', tags: null },
  { id: '2', tenant: '2', owner: null, author: null, level: 3, public: false, title: 'it\'s \\ "new"\n', tags: null },
  { id: '3', tenant: '3', owner: null, author: 'bob', level: 5, public: true, title: '10xyoff', tags: null },
  { id: '4', tenant: '3', owner: "cae'sar", author: "cae'sar", level: null, public: null, title: null, tags: null },
];

let documents: Documents;
beforeAll(async () => {
  documents = await Documents.create(ROWS);
});
afterAll(() => documents.drop());

/** The columns as a policy over `input.documents` names them. */
const columns: ColumnMap = Object.fromEntries(Object.entries(COLUMNS).map(([name, column]) => [`documents.${name}`, column]));
const sql = (query: string): CompileResultSQL => ({ result: { query } });
const ucast = (query: Record<string, unknown>): CompileResultUCAST => ({ result: { query } });
const field = (name: string, operator: string, value: unknown) => ({ type: 'field', field: `documents.${name}`, operator, value });
const compound = (operator: string, ...value: object[]) => ({ type: 'compound', operator, value });

test('no result denies, an empty query allows, and nothing else does either', async () => {
  const denied: CompileResultSQL & CompileResultUCAST = {};
  for (const read of [fromOpaSql, fromOpaUcast]) {
    expect(await documents.select(read(denied, columns))).toEqual([]);
    expect(await documents.select(read({ result: undefined }, columns))).toEqual([]);
    expect(await documents.select(read({ result: null }, columns))).toEqual([]);
    expect(await documents.select(read({ result: {} }, columns))).toEqual([]);
  }
  expect(await documents.select(fromOpaSql(sql(''), columns))).toHaveLength(ROWS.length);
  expect(await documents.select(fromOpaUcast(ucast({}), columns))).toHaveLength(ROWS.length);
  expect(fromOpaSql(sql(''), columns).reason).toContain('OPA');
  expect(fromOpaUcast(ucast({}), columns).reason).toContain('OPA');
});

describe.each([
  ['fromOpaSql', fromOpaSql],
  ['fromOpaUcast', fromOpaUcast],
])('%s', (_name, read) => {
  test.each([
    [undefined],
    [null],
    [''],
    ['WHERE true'],
    [[]],
    [true],
    [{ code: 'internal_error', message: 'boom' }],
    [{ errors: [] }],
    [{ result: [] }],
    [{ result: true }],
    [{ result: '' }],
    [{ result: { queries: [[]] } }],
    [{ result: { query: null, masks: {} } }],
    [{ result: { query: 1 } }],
    [{ result: { query: true } }],
    [{ query: '' }],
    [{ result: { query: [] } }],
  ])('refuses an answer that is none: %j', (answer) => {
    expect(() => untyped(read, [answer, columns])).toThrow(AuthorizeFilterError);
  });
});

test('each reads its own kind of answer', () => {
  expect(() => fromOpaSql(ucast(field('id', 'eq', '1')), columns)).toThrow('fromOpaUcast reads UCAST');
  expect(() => fromOpaUcast(sql("WHERE documents.id = E'1'"), columns)).toThrow('fromOpaSql reads SQL');
  expect(() => fromOpaUcast(sql(''), columns)).toThrow('fromOpaSql reads SQL');
  expect(() => fromOpaSql(ucast({}), columns)).toThrow('fromOpaUcast reads UCAST');
});

test('masks are not forgotten', async () => {
  const masked: CompileResultSQL = {
    result: { query: "WHERE documents.id = E'1'", masks: { documents: { title: { replace: { value: '***' } } } } },
  };
  expect(() => fromOpaSql(masked, columns)).toThrow('masks columns');
  expect(await documents.select(fromOpaSql(masked, columns, { masks: 'applied' }))).toEqual(['1']);
  expect(() => fromOpaUcast({ result: { query: {}, masks: masked.result?.masks } }, columns)).toThrow('masks columns');
  expect(await documents.select(fromOpaSql({ result: { query: '', masks: {} } }, columns))).toHaveLength(ROWS.length);
});

/** One policy's answers in both forms, and the rows. */
const PAIRS: readonly (readonly [query: string, tree: Record<string, unknown>, ids: readonly string[]])[] = [
  ["WHERE documents.owner = E'caesar'", field('owner', 'eq', 'caesar'), ['1']],
  ["WHERE documents.tenant = E'2'", field('tenant', 'eq', '2'), ['1', '2']],
  [
    "WHERE ((documents.tenant = E'2' AND documents.owner = E'caesar') OR (documents.tenant = E'2' AND documents.owner IS NULL AND documents.public = FALSE))",
    compound(
      'or',
      compound('and', field('tenant', 'eq', '2'), field('owner', 'eq', 'caesar')),
      compound('and', field('tenant', 'eq', '2'), field('owner', 'eq', null), field('public', 'eq', false)),
    ),
    ['1', '2'],
  ],
  ["WHERE documents.level < E'3'", field('level', 'lt', 3), ['1']],
  ['WHERE documents.level <= 3', field('level', 'lte', 3), ['1', '2']],
  ['WHERE documents.level > -1', field('level', 'gt', -1), ['1', '2', '3']],
  ['WHERE documents.level >= 3.0', field('level', 'gte', 3), ['2', '3']],
  ["WHERE documents.owner <> E'caesar'", field('owner', 'ne', 'caesar'), ['4']],
  ['WHERE documents.owner IS NOT NULL', field('owner', 'ne', null), ['1', '4']],
  ["WHERE documents.tenant IN (E'2', E'9')", field('tenant', 'in', ['2', '9']), ['1', '2']],
  ["WHERE documents.level IN (1, E'5')", field('level', 'in', [1, 5]), ['1', '3']],
  ['WHERE documents.level > 2.5', field('level', 'gt', 2.5), ['2', '3']],
  ['WHERE documents.level IN (2.5, 5e0)', field('level', 'in', [2.5, 5]), ['3']],
  ["WHERE documents.owner NOT IN (E'caesar')", field('owner', 'nin', ['caesar']), ['4']],
  ["WHERE documents.title LIKE E'10\\\\%\\\\_%'", field('title', 'startswith', '10%_'), ['1']],
  ["WHERE documents.title LIKE E'%off'", field('title', 'endswith', 'off'), ['1', '3']],
  ["WHERE documents.title LIKE E'%\\'s \\\\\\\\ \\\"new\\\"\\n%'", field('title', 'contains', '\'s \\ "new"\n'), ['2']],
  ["WHERE NOT documents.owner = E'caesar'", compound('not', field('owner', 'eq', 'caesar')), ['4']],
  ['WHERE documents.owner = documents.author', field('owner', 'eq', { field: 'documents.author' }), ['1', '4']],
  ["WHERE documents.author = E'cae\\'sar'", field('author', 'eq', "cae'sar"), ['4']],
  ["WHERE documents.author = E'cae''sar'", field('author', 'eq', "cae'sar"), ['4']],
  ['WHERE "documents"."public" = TRUE', field('public', 'eq', true), ['1', '3']],
  ['WHERE 0 = 1', field('tenant', 'in', []), []],
  ["WHERE documents.author = E'x\\' OR TRUE OR \\''", field('author', 'eq', "x' OR TRUE OR '"), []],
];

test.each(PAIRS)('%s', async (query, tree, ids) => {
  expect(await documents.select(fromOpaSql(sql(query), columns))).toEqual(ids);
  expect(await documents.select(fromOpaUcast(ucast(tree), columns))).toEqual(ids);
});

test('every value is bound, and every name is the map’s', () => {
  const filter = fromOpaSql(
    sql("WHERE (documents.owner = E'it\\'s' AND documents.level IN (1, -2.5) AND documents.public = TRUE)"),
    columns,
  );
  expect(filterText(filter, 3)).toContain('"d"."level" = ANY ($6::numeric[])');
  expect(filterText(filter, 3)).not.toMatch(/it's|2\.5|documents/);
  expect(filterValues(filter)).toEqual(["it's", "it's", '{"1","-2.5"}', 'true']);
  expect(filterText(fromOpaUcast(ucast(field('level', 'eq', 3)), columns), 3)).toBe('"d"."level" = $4::int4');
});

test('literals are decoded as PostgreSQL reads them', async () => {
  const literal = fc
    .array(fc.constantFrom("\\'", "''", '\\\\', '\\"', '\\n', '\\t', '\\r', '\\b', '\\f', 'a', 'é', '💥', '%', ' ', '"'), { maxLength: 8 })
    .map((parts) => `E'${parts.join('')}'`);
  await fc.assert(
    fc.asyncProperty(literal, async (text) => {
      const [value] = filterValues(fromOpaSql(sql(`WHERE documents.id = ${text}`), columns));
      if (typeof value !== 'string') throw new Error('no value');
      const { rows } = await documents.query(`SELECT ${text} = $1 AS same`, [value]);
      expect(rows).toEqual([{ same: true }]);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["WHERE documents.secret = E'x'", 'the field "documents.secret", which the column map does not name'],
  ["WHERE secrets.id = E'x'", 'the field "secrets.id"'],
  ["WHERE id = E'x'", 'the field "id"'],
  ['WHERE __proto__ = 1', 'the field "__proto__"'],
  ["documents.id = E'x'", 'does not begin with WHERE'],
  [' ', 'does not begin with WHERE'],
  ["where documents.id = E'x'", 'does not begin with WHERE'],
  ['WHERE', 'it is empty'],
  ['WHERE (', 'a bracket that is not closed'],
  ['WHERE TRUE) OR (TRUE', 'closes nothing'],
  ["WHERE documents.id = E'x'; DELETE FROM documents", 'what OPA does not write'],
  ["WHERE documents.id = E'x' -- x", 'a comment'],
  ["WHERE documents.id = /* x */ E'x'", 'a comment'],
  ["WHERE documents.id = E'x", 'what OPA does not write'],
  ['WHERE documents.id = $$x$$', 'what OPA does not write'],
  ['WHERE documents.id = $1', 'what OPA does not write'],
  ["WHERE documents.id = B'1'", 'what OPA does not write'],
  ["WHERE documents.id = U&'x'", 'a string that OPA does not write'],
  ['WHERE documents.tenant = 2', 'cannot take a value that is a number'],
  ["WHERE documents.level = E'x'", 'cannot take a value that is a string'],
  ["WHERE documents.level = E'03'", 'cannot take a value that is a string'],
  ["WHERE documents.public = E'true'", 'cannot take a value that is a string'],
  ['WHERE documents.level = TRUE', 'cannot take a value that is a boolean'],
  ['WHERE documents.level = 0x1F', 'what OPA does not write'],
  ['WHERE documents.level = 1_0', 'what OPA does not write'],
  ["WHERE documents.id = N'x'", 'a string that OPA does not write'],
  ["WHERE documents.id = 'a\\'", 'a string that OPA does not write'],
  ["WHERE documents.id = E'\\x41'", 'a string that OPA does not write'],
  ["WHERE documents.id = E'\\101'", 'a string that OPA does not write'],
  ["WHERE documents.id = E'\\Z'", 'a string that OPA does not write'],
  ["WHERE documents.id = E'a'\n'b'", 'a string that OPA does not write'],
  ['WHERE documents.id(1)', 'it calls a function'],
  ['WHERE EXISTS (SELECT 1)', 'it calls a function'],
  ["WHERE documents.id::text = E'x'", 'what OPA does not write'],
  ["WHERE documents.id || E'x' = E'y'", 'what OPA does not write'],
  ['WHERE documents.id = ANY (ARRAY[1])', 'it calls a function'],
  ["WHERE documents.id = E'x' UNION SELECT 1", 'the field "UNION"'],
  ['WHERE documents.id = - 1', 'what OPA does not write'],
  ["WHERE 'yes'", 'the value is no boolean'],
  ["WHERE (E'yes')", 'the value is no boolean'],
])('refuses %j', (query, problem) => {
  expect(() => fromOpaSql(sql(query), columns)).toThrow(AuthorizeFilterError);
  expect(() => fromOpaSql(sql(query), columns)).toThrow(problem);
});

test.each<[Record<string, unknown>, string]>([
  [field('secret', 'eq', 1), 'the field "documents.secret", which the column map does not name'],
  [{ type: 'field', field: 'hasOwnProperty', operator: 'eq', value: 1 }, 'the field "hasOwnProperty"'],
  [{ type: 'field', operator: 'eq', value: 1 }, 'names a field by something else'],
  [field('id', 'eq', { field: 'documents.secret' }), 'the field "documents.secret"'],
  [field('id', 'eq', { field: 'documents.id', other: 1 }), 'cannot take a value that is object'],
  [field('id', 'matches', 'x'), 'the OPA operator "matches"'],
  [field('id', 'toString', 'x'), 'the OPA operator "toString"'],
  [field('id', 'eq', undefined), 'eq of "documents.id" cannot take a value that is undefined'],
  [field('id', 'lt', null), 'lt of "documents.id" cannot take a value that is null'],
  [field('id', 'eq', ['a']), 'cannot take a value that is a list'],
  [field('id', 'in', 'a'), 'cannot take a value that is string'],
  [field('id', 'in', ['a', null]), 'cannot take a value that is null'],
  [field('id', 'in', [['a']]), 'cannot take a value that is a list'],
  [field('id', 'startswith', 1), 'cannot take a value that is number'],
  [field('tenant', 'eq', 2), "cannot take a value that is a number, and the column's are strings"],
  [field('level', 'in', [1, '5']), "cannot take a value that is a string, and the column's are numbers"],
  [field('public', 'eq', 'true'), "cannot take a value that is a string, and the column's are booleans"],
  [field('created', 'lt', '2024-01-01'), 'cannot take a value that'],
  [field('level', 'contains', '1'), 'needs a column of text'],
  [field('tags', 'eq', 'a'), 'is mapped to an array'],
  [compound('xor', field('id', 'eq', '1')), 'the OPA operator "xor"'],
  [compound('and'), 'a node of an unknown form'],
  [compound('or'), 'a node of an unknown form'],
  [compound('not'), 'a node of an unknown form'],
  [compound('not', field('id', 'eq', '1'), field('id', 'eq', '2')), 'not in the OPA answer takes one condition'],
  [{ type: 'compound', operator: 'and', value: [true] }, 'a node that is no object'],
  [{ type: 'document', operator: 'exists', value: {} }, 'a node of an unknown form'],
  [{ 'documents.id': 'x' }, 'a node of an unknown form'],
])('refuses the tree %j', (tree, problem) => {
  expect(() => fromOpaUcast(ucast(tree), columns)).toThrow(AuthorizeFilterError);
  expect(() => fromOpaUcast(ucast(tree), columns)).toThrow(problem);
});
