import { beforeAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { loadParser, parseStatements } from '../../src/compiler/parse.js';
import { rewriteQuery } from '../../src/compiler/dialect/rewrite.js';
import { findDuplicateNames, splitQueries } from '../../src/compiler/dialect/split.js';
import { copyTarget, validateCommand, type CopyTarget } from '../../src/compiler/dialect/validate.js';
import type { Diagnostic } from '../../src/diagnostic.js';

beforeAll(loadParser);

function compile(text: string): { readonly diagnostics: readonly Diagnostic[]; readonly copy: CopyTarget | undefined } {
  const [query] = splitQueries({ path: 'input.sql', text }).queries;
  const rewritten = query && rewriteQuery(query).rewritten;
  const [statement] = parseStatements(rewritten?.text ?? '');
  if (query === undefined || rewritten === undefined || statement === undefined) throw new Error(`no query in ${text}`);
  return { diagnostics: validateCommand(rewritten, statement), copy: copyTarget(statement) };
}

const REFUSED: Readonly<Record<string, string>> = {
  'one without RETURNING': '-- name: Add :one\nINSERT INTO t (a) VALUES ($1);\n',
  'many without RETURNING': '-- name: Change :many\nUPDATE t SET a = $1;\n',
  'one on DELETE without RETURNING': '-- name: Drop :one\nDELETE FROM t WHERE a = $1;\n',
  'many on MERGE without RETURNING': '-- name: Sync :many\nMERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE;\n',
  'batchone without RETURNING': '-- name: Add :batchone\nINSERT INTO t (a) VALUES ($1);\n',
  'batchexec without a parameter': '-- name: Clear :batchexec\nDELETE FROM t;\n',
  'batchmany without a parameter': '-- name: List :batchmany\nSELECT a FROM t;\n',
  'copyfrom without INSERT': '-- name: Copy :copyfrom\nSELECT 1;\n',
  'copyfrom with ON CONFLICT': '-- name: Copy :copyfrom\nINSERT INTO t (a)\nVALUES ($1)\nON CONFLICT DO NOTHING;\n',
  'copyfrom with RETURNING': '-- name: Copy :copyfrom\nINSERT INTO t (a) VALUES ($1) RETURNING a;\n',
  'copyfrom with WITH': '-- name: Copy :copyfrom\nWITH x AS (SELECT 1) INSERT INTO t (a) VALUES ($1);\n',
  'copyfrom with OVERRIDING USER VALUE': '-- name: Copy :copyfrom\nINSERT INTO t (a) OVERRIDING USER VALUE VALUES ($1);\n',
  'copyfrom with SELECT': '-- name: Copy :copyfrom\nINSERT INTO t (a) SELECT a FROM u;\n',
  'copyfrom with DEFAULT VALUES': '-- name: Copy :copyfrom\nINSERT INTO t DEFAULT VALUES;\n',
  'copyfrom with two rows': '-- name: Copy :copyfrom\nINSERT INTO t (a) VALUES ($1), ($2);\n',
  'copyfrom with a cast of no parameter': '-- name: Copy :copyfrom\nINSERT INTO t (a, b)\nVALUES ($1,\n  now()::text);\n',
  'copyfrom with an expression': '-- name: Copy :copyfrom\nINSERT INTO t (a, b) VALUES (@a, now());\n',
  'copyfrom with DEFAULT': '-- name: Copy :copyfrom\nINSERT INTO t (a, b) VALUES (@a, DEFAULT);\n',
  'a stream from the client': '-- name: Load :exec\nCOPY t (a) FROM STDIN;\n',
  'a stream to the client': '-- name: Dump :many\nCOPY (SELECT a FROM t) TO STDOUT;\n',
  'copyfrom with COPY': '-- name: Load :copyfrom\nCOPY t (a) FROM STDIN;\n',
  'copyfrom with everything wrong':
    '-- name: Copy :copyfrom\nWITH x AS (SELECT 1) INSERT INTO t (a) VALUES (1), (2) ON CONFLICT DO NOTHING RETURNING a;\n',
};

test('a command that cannot do what it says is an error', async () => {
  const report = Object.entries(REFUSED)
    .map(
      ([what, sql]) =>
        `# ${what}\n\n${compile(sql)
          .diagnostics.map((d) => `${formatDiagnostic(d)}\n`)
          .join('\n')}`,
    )
    .join('\n');
  await expect(report).toMatchFileSnapshot('refused-commands.txt');
});

test.for([
  '-- name: A :one\nSELECT 1;\n',
  '-- name: A :many\nVALUES (1), (2);\n',
  '-- name: A :one\nINSERT INTO t (a) VALUES ($1) RETURNING *;\n',
  '-- name: A :many\nWITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x;\n',
  '-- name: A :exec\nDELETE FROM t;\n',
  '-- name: A :execrows\nUPDATE t SET a = 1;\n',
  '-- name: A :batchexec\nDELETE FROM t WHERE a = @a;\n',
  '-- name: A :batchone\nINSERT INTO t (a) VALUES (@a) RETURNING id;\n',
  '-- name: A :copyfrom\nINSERT INTO t (a, b) VALUES (@a, sqlc.arg(b));\n',
  '-- name: A :copyfrom\nINSERT INTO t (a, b, c) VALUES (@a::uuid, sqlc.narg(b)::text::jsonb, $1::int);\n',
  '-- name: A :copyfrom\nINSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($1);\n',
  '-- name: A :many\nSHOW ALL;\n',
])('%j is accepted', (sql) => {
  expect(compile(sql).diagnostics).toEqual([]);
});

describe('the target of :copyfrom', () => {
  test('is the table, its columns and the parameter for each', () => {
    expect(compile('-- name: A :copyfrom\nINSERT INTO s."T" (a, "B", c) VALUES (@x, $1, @x);\n').copy).toEqual({
      schema: 's',
      relation: 'T',
      columns: ['a', 'B', 'c'],
      parameters: [2, 1, 2],
    });
  });
  test('sees through casts', () => {
    expect(compile('-- name: A :copyfrom\nINSERT INTO t (a, b) VALUES (@a::uuid, $1::text::jsonb);\n').copy).toMatchObject({
      columns: ['a', 'b'],
      parameters: [2, 1],
    });
  });
  test('has no columns without a column list', () => {
    expect(compile('-- name: A :copyfrom\nINSERT INTO t VALUES ($1, $2);\n').copy).toEqual({
      schema: undefined,
      relation: 't',
      columns: undefined,
      parameters: [1, 2],
    });
  });
  test('is undefined where the statement is refused', () => {
    expect(compile('-- name: A :copyfrom\nINSERT INTO t (a) VALUES (1);\n').copy).toBeUndefined();
  });
});

test('a name that is declared twice is an error at the second, across files', () => {
  const first = splitQueries({ path: 'a.sql', text: '\n-- name: Same :one\nSELECT 1;\n-- name: Other :one\nSELECT 2;\n' });
  const second = splitQueries({ path: 'b.sql', text: '-- name: same :one\nSELECT 1;\n-- name: Same :one\nSELECT 3;\n' });
  expect(findDuplicateNames([...first.queries, ...second.queries]).map(formatDiagnostic)).toEqual([
    [
      'b.sql:3:1: error: query "Same" is declared twice; the first is at a.sql:2',
      '  |',
      '3 | -- name: Same :one',
      '  | ^^^^^^^^^^^^^^^^^^',
      '  help: Give one of them another name.',
    ].join('\n'),
  ]);
});
