import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commentEdits, rewriteQuery, splitQueries } from '../../src/compiler/dialect/index.js';
import { applyEdits } from '../../src/sql/edits.js';
import { isBlank, tokenize } from '../../src/sql/index.js';

const NAME = '-- name: Q :many\n';
/** The statement of a query as it is sent; undefined where there is none. */
const without = (sql: string): string | undefined => {
  const [query] = splitQueries({ path: 'q.sql', text: NAME + sql }).queries;
  const rewritten = query && rewriteQuery(query).rewritten;
  return rewritten && applyEdits(rewritten.text, commentEdits(rewritten, [])).text;
};
const words = (sql: string): readonly string[] =>
  tokenize(sql)
    .filter((token) => !isBlank(token))
    .map(({ start, end }) => sql.slice(start, end));

describe('what is sent has no comments', () => {
  test.each([
    ['behind code', 'SELECT a -- the a\nFROM t', 'SELECT a\nFROM t'],
    ['on lines of their own', 'SELECT a\n  -- one\n  -- two\nFROM t', 'SELECT a\nFROM t'],
    ['in blocks', 'SELECT a, /* one\n two */ b\n/* three */\nFROM t', 'SELECT a, b\nFROM t'],
    ['between two words', 'SELECT a/**/FROM t', 'SELECT a FROM t'],
    ['nested, and in a row', 'SELECT /* a /* b */ */ /* c */ d', 'SELECT d'],
    ['at the end', 'SELECT 1 -- x', 'SELECT 1'],
    ['but in strings and names', `SELECT '-- x', "/* y */", $$ -- z $$`, `SELECT '-- x', "/* y */", $$ -- z $$`],
    ["but a planner's hint", 'SELECT /*+ IndexScan(t) */ a FROM t', 'SELECT /*+ IndexScan(t) */ a FROM t'],
  ])('%s', (_where, sql, expected) => {
    expect(without(sql)).toBe(NAME + expected);
  });

  test('and the same tokens', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\t',
      '-',
      '+',
      '/',
      '*',
      '/* x */',
      '/*\n*/',
      '-- y\n',
      `'--'`,
      '"/*"',
      '1',
      '.',
      '::',
      '(',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const sql = pieces.join('');
        if (tokenize(sql).some(({ closed }) => !closed)) return;
        expect(words(without(sql) ?? '')).toEqual(words(sql));
      }),
      { numRuns: 2000 },
    );
  });
});
