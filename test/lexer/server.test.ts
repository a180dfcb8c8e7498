/** Where the lexer follows the server and libpg-query's scanner does not. */
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { tokenize } from '../../src/sql/lexer.js';

const client = new pg.Client(inject('databaseUrl'));
beforeAll(() => client.connect());
afterAll(() => client.end());

test.each([
  ["E'a' -- comment\n'b\\''", "ab'"],
  ["E'a' --\r -- more\n \t'\\'b'", "a'b"],
  ["E'a'\n -- comment\n'b\\\\'", 'ab\\'],
  ["E'a'\f\v\n'\\'b'", "a'b"],
  ["E'a''' \n'\\''", "a''"],
])('an escape string goes on over a line break and comments: %j', async (text, value) => {
  const { rows } = await client.query<[string]>({ text: `SELECT ${text}`, rowMode: 'array' });
  expect(rows).toEqual([[value]]);
  expect(tokenize(text)).toEqual([{ kind: 'escapeString', start: 0, end: text.length, closed: true }]);
});

test('a bit string goes on too, and a doubled quote ends it', async () => {
  const { rows } = await client.query<[string]>({ text: "SELECT B'01' -- comment\n'1'", rowMode: 'array' });
  expect(rows).toEqual([['011']]);
  expect(tokenize("B'01' -- comment\n'1'")).toHaveLength(1);
  await expect(client.query("SELECT B'01''1'")).rejects.toThrow('syntax error at or near "\'1\'"');
  expect(tokenize("B'01''1'").map(({ kind, end }) => [kind, end])).toEqual([
    ['bitString', 5],
    ['string', 8],
  ]);
});

test.each(["E'a' 'b'", "E'a' -- comment 'b'", "E'a' /* \n */ 'b'"])('an escape string ends without a line break: %j', (text) => {
  expect(tokenize(text)[0]).toEqual({ kind: 'escapeString', start: 0, end: 4, closed: true });
});
