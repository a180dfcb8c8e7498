/** Comments that only talk of the hook, and those that are too far from it to be meant. */
import { beforeAll, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostic.js';
import { checkHooks, explainHooks } from '../../src/compiler/guard/index.js';
import { loadParser } from '../../src/compiler/parse.js';
import { rewriteQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import { parse } from './compile.js';

beforeAll(loadParser);

function check(text: string): readonly (readonly Diagnostic[])[] {
  return splitQueries({ path: 'queries/x.sql', text }).queries.map((query) => {
    const { rewritten } = rewriteQuery(query);
    if (rewritten === undefined) throw new Error(query.name);
    return checkHooks(rewritten, parse(rewritten.text));
  });
}

function severities(...lines: readonly string[]): readonly (readonly string[])[] {
  return check(lines.join('\n')).map((diagnostics) => diagnostics.map(({ severity }) => severity));
}

const NAME = '-- name: Find :many';
const HOOK = '-- @authorize_filter';

test('a mention in prose is a warning where the query has no hook', () => {
  const [found] = check([NAME, '-- Unlike List, without the @authorize_filter that others have.', 'SELECT id FROM logs;'].join('\n'));
  expect(found).toMatchObject([{ severity: 'warning', start: 48, end: 65, query: 'Find' }]);
  expect(found?.[0]?.message).toBe('this comment only mentions the hook: the query has none, and runs without a filter');
});

test('a mention in a block comment is a warning, too', () => {
  expect(severities(NAME, '/* The @authorize_filter is not for', '   this one. */', 'SELECT id FROM logs;')).toEqual([['warning']]);
});

test('a mention in prose is no matter where the query has a hook', () => {
  expect(
    severities(
      NAME,
      'SELECT id FROM logs WHERE true',
      '-- We use an `@authorize_filter` here.',
      '/* see @authorize_filter below */',
      HOOK,
      ';',
    ),
  ).toEqual([[]]);
});

test.each([
  '-- Authorize Filter clause will be injected below',
  '-- authorize the filter',
  '-- @sqlc-vet-disable',
  '-- @param org_id uuid',
  '-- @filter',
  '-- ask @author_filip',
  '-- @author Jane',
  '-- (authorized users only)',
  '-- $1 is the filter',
])('%s is no hook', (comment) => {
  expect(severities(NAME, comment, 'SELECT id FROM logs', comment, ';')).toEqual([[]]);
});

test.each([
  '-- @аuthorize_filter',
  '-- @αuthοrize_filter',
  '-- @authorize\u034f_filter',
  '-- @authorize\ufe0f_filter',
  '-- @authorize\u3164_filter',
  '-- @authorize.filter',
  '-- @authorize:filter',
  '-- @authorize/filter',
  '-- @authorize–filter',
  '-- @authorize · filter',
  '-- $authorize_filter',
  '-- {{authorize_filter}}',
  '-- {{ authorize_filter }} for teams',
  '-- <authorize_filter>',
  '-- %authorize_filter%',
  '-- [authorize-filter]',
  '-- :authorize_filter',
  '-- @authorize',
  '-- @authz',
  '-- @auth',
  '-- @Authorization',
  '-- @àuthorize_fílter',
  '-- ＠ａｕｔｈｏｒｉｚｅ_filter',
  '--\u00a0@authorize_filter',
  '-- authorize filter',
  '-- AUTHORIZE.FILTER',
  '-- @authorizé',
  '-- sqlc.authorize_filter',
  '-- sqlward:authorize_filter',
  '-- @filter_authorize',
  '-- @a.uthorize_filter',
  '-- @a u t h o r i z e _ f i l t e r',
  '-- @my_authorize_filter',
  '/* {{authorize_filter}} */',
  '/* @authz */',
  '/**\n * @authorize.filter\n */',
])('%j would be taken for the hook', (comment) => {
  expect(severities(NAME, comment, 'SELECT id FROM logs;')).toEqual([['error']]);
  expect(severities(NAME, 'SELECT id FROM logs', comment, ';')).toEqual([['error']]);
});

test.each(['-- @authorize_filter', '-- @аuthorize_filter', '/* @authorize_filter */', '/*\n * -- @authorize_filter\n */'])(
  "%j above a file's first query stands in none",
  (comment) => {
    const { diagnostics } = splitQueries({ path: 'queries/x.sql', text: [comment, NAME, 'SELECT id FROM logs;'].join('\n') });
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['error']);
  },
);

test.each(['sqlc.narg(id)', 'sqlc.arg(id)', '@id', '$1', '(true)'])('a hook glued to %s works', (before) => {
  const text = [NAME, `SELECT id FROM logs WHERE id = ${before === '(true)' ? '1 AND (true)' : before}${HOOK}`, ';'].join('\n');
  expect(severities(text)).toEqual([[]]);
  const [query] = splitQueries({ path: 'queries/x.sql', text }).queries;
  expect(query && rewriteQuery(query).rewritten?.text).toMatch(/(?:\$1|\)) AND \(true\)/);
});

test('a parameter of another name is no hook', () => {
  expect(severities(NAME, 'SELECT id FROM logs WHERE @authorized AND @filter::bool;')).toEqual([[]]);
});

test("a marker behind the semicolon is the query's, and prose there is not", () => {
  expect(severities(NAME, 'SELECT id FROM logs;', '--@authorize_filter', '', '-- name: Next :many', 'SELECT 1;')).toEqual([['error'], []]);
  expect(
    severities(NAME, 'SELECT id FROM logs;', '', '-- The next one uses @authorize_filter in prose.', '-- name: Next :many', 'SELECT 1;'),
  ).toEqual([[], []]);
});

test("a marker in the next statement is not this query's", () => {
  expect(severities(NAME, 'SELECT id FROM logs;', "SELECT '@authorize_filter';")).toEqual([[]]);
});

test("each marker is told, and the place in a block comment is the line's", () => {
  const text = [NAME, 'SELECT id FROM logs', '/* this', ' * @authorize_filter', ' */', 'WHERE true --@authorize_filter', ';'].join('\n');
  const [found] = check(text);
  expect(found?.map(({ start, end }) => text.slice(start, end))).toEqual(['@authorize_filter', '--@authorize_filter']);
});

test('without a database, what needs none is still found', () => {
  const [query] = splitQueries({ path: 'queries/x.sql', text: [NAME, 'SELECT id FROM logs ORDER BY id', HOOK, ';'].join('\n') }).queries;
  const rewritten = query && rewriteQuery(query).rewritten;
  expect(rewritten && explainHooks(rewritten)).toMatchObject([{ severity: 'error', start: 52 }]);
});

/** What is said of a comment in an unguarded query, and the part of it that is pointed at. */
test.each([
  ['-- only mine --@authorize_filter', 'error', '--@authorize_filter'],
  ['-- only mine -- @ authorize  filter  ', 'error', '-- @ authorize  filter'],
  ['-- only mine -- @authfilter', 'error', '-- @authfilter'],
  ['-- only mine -- @authz-_filter', 'error', '-- @authz-_filter'],
  ['-- only mine --\u200b @authorize_filter', 'error', '--\u200b @authorize_filter'],
  ['-- see @authorise-filter', 'error', '-- see @authorise-filter'],
  ['-- see @authorizefilter', 'error', '-- see @authorizefilter'],
  ['-- # @authorize_filter', 'error', '-- # @authorize_filter'],
  ['-- : ! @authorize_filter!!.', 'error', '-- : ! @authorize_filter!!.'],
  ['-- authorise-filter', 'error', '-- authorise-filter'],
  ['-- @autorize filter', 'error', '-- @autorize filter'],
  ['-- @authorise   filter', 'error', '-- @authorise   filter'],
  ['-- @auth-filter', 'error', '-- @auth-filter'],
  ['-- @authfilter', 'error', '-- @authfilter'],
  ['-- @authorize__filter', 'error', '-- @authorize__filter'],
  ['-- @uthorize_filte', 'error', '-- @uthorize_filte'],
  ['-- @4uthorize_filter', 'error', '-- @4uthorize_filter'],
  ['--   @authorize_filter   for all', 'error', '--   @authorize_filter   for all'],
  ['/* @authorize_filter*/', 'error', '@authorize_filter'],
  ['/* one\n   --  @authorize_filter  \n two */', 'error', '--  @authorize_filter'],
  ['/* one\n two\n authorize_filter */', 'error', 'authorize_filter'],
  ['-- AND authorize_filter', 'error', '-- AND authorize_filter'],
  ['-- hook: authorize_filter', 'error', '-- hook: authorize_filter'],
  ['-- @inject authorize_filter', 'error', '-- @inject authorize_filter'],
  ['-- @my.authorize_filter', 'error', '-- @my.authorize_filter'],
  ['-- here goes the authorize_filter', 'warning', 'authorize_filter'],
  ['-- the authorize_filter_id of another', 'none', ''],
  ['-- my_authorize_filter', 'none', ''],
  ['-- authorize_filtering', 'none', ''],
  ['-- unauthorize_filter', 'none', ''],
  ['-- @unauthorized', 'none', ''],
  ['-- ask @authority about it', 'none', ''],
  ['-- it is @authorize_filter that others have', 'warning', '@authorize_filter'],
  ['-- it is @ authorize  filter that others have', 'warning', '@ authorize  filter'],
  ['-- it is @authfilter that others have', 'warning', '@authfilter'],
  ['-- it is --  @authorise\u200b-filter that others have', 'error', '--  @authorise\u200b-filter that others have'],
])('%j is %s', (comment, severity, pointed) => {
  const text = [NAME, comment, 'SELECT id FROM logs;'].join('\n');
  const [[found] = []] = check(text);
  expect([found?.severity ?? 'none', text.slice(found?.start ?? 0, found?.end ?? 0)]).toEqual([severity, pointed]);
});

test.each([
  ['authorizefilter', 1],
  ['authorise_filter', 1],
  ['AuthorizeFilter', 1],
  ['my_authorize_filter', 0],
  ['authorize_filters', 0],
  ['authorize_filter_id', 0],
])('a parameter @%s is taken for the hook %d times', (name, times) => {
  expect(severities(NAME, `SELECT id FROM logs WHERE id = @id AND @${name}::bool;`)).toEqual([Array(times).fill('error')]);
});

test.each(['-- name: Next :many', '/* name: Next :many */'])('%s ends what a query is asked for', (annotation) => {
  const [first, second] = severities(NAME, 'SELECT id FROM logs;', annotation, '--@authorize_filter', 'SELECT 1;');
  expect(first).toEqual([]);
  expect(second).toEqual(['error']);
});
