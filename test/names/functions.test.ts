import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { authorizedName, findFunctionCollisions, functionName } from '../../src/compiler/names/functions.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';

test.for<[name: string, expected: string]>([
  ['GetThings', 'GetAuthorizedThings'],
  ['getThings', 'getAuthorizedThings'],
  ['GetConnectionLogsOffset', 'GetAuthorizedConnectionLogsOffset'],
  ['List', 'ListAuthorized'],
  ['list', 'listAuthorized'],
  ['GetAPIKeys', 'GetAuthorizedAPIKeys'],
  ['URLPaths', 'URLAuthorizedPaths'],
  ['URLS', 'URLSAuthorized'],
  ['Get2FA', 'Get2AuthorizedFA'],
  ['get_things', 'get_authorized_things'],
  ['_getThings', '_getAuthorizedThings'],
  ['ÄndereName', 'ÄndereAuthorizedName'],
])('%s is guarded as %s', ([name, expected]) => {
  expect(authorizedName(name)).toBe(expected);
});

test('a function begins in lower case, and is no reserved word', () => {
  expect(['GetThings', 'getThings', 'Delete', 'New', 'Deleted', 'Await', 'Then', 'get_things'].map(functionName)).toEqual([
    'getThings',
    'getThings',
    'delete_',
    'new_',
    'deleted',
    'await_',
    'then_',
    'get_things',
  ]);
});

test('two queries that make one function are an error at the second', () => {
  const text = [
    '-- name: GetThings :many\nSELECT 1 WHERE true\n-- @authorize_filter\n;',
    '-- name: getThings :many\nSELECT 2;',
    '-- name: GetAuthorizedThings :many\nSELECT 3;',
    '-- name: GetOthers :many\nSELECT 4;',
    '',
  ].join('\n');
  const queries = splitQueries({ path: 'q.sql', text }).queries.map((annotated) => ({ annotated, hooked: annotated.name === 'GetThings' }));
  expect(findFunctionCollisions(queries).map(formatDiagnostic)).toEqual([
    [
      'q.sql:5:1: error: query "getThings" makes a function getThings, which query "GetThings" at q.sql:1 already makes',
      '  |',
      '5 | -- name: getThings :many',
      '  | ^^^^^^^^^^^^^^^^^^^^^^^^',
      '  help: Give one of them another name.',
    ].join('\n'),
    [
      'q.sql:7:1: error: query "GetAuthorizedThings" makes a function getAuthorizedThings, which query "GetThings" at q.sql:1 already makes',
      '  |',
      '7 | -- name: GetAuthorizedThings :many',
      '  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '  help: Give one of them another name.',
    ].join('\n'),
  ]);
});
