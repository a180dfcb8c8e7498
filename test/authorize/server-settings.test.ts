/**
 * libpg-query always lexes as a server with default settings. These tests ask a real server with
 * other ones: a statement whose own condition is false returns no row, whatever filter it carries,
 * unless the filter leaves its parentheses.
 */
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { authorize, AuthorizeFilterError, filterText } from '../../src/runtime/authorize/index.js';

const SETTINGS: readonly (readonly [name: string, ...settings: string[]])[] = [
  ['defaults'],
  ['standard_conforming_strings off', 'standard_conforming_strings = off', 'escape_string_warning = off'],
  ['and every backslash allowed', 'standard_conforming_strings = off', 'escape_string_warning = off', 'backslash_quote = on'],
  ...['GBK', 'BIG5', 'SJIS', 'GB18030', 'UHC', 'JOHAB', 'SHIFT_JIS_2004'].map(
    (encoding) => [`client_encoding ${encoding}`, `client_encoding = ${encoding}`, 'backslash_quote = on'] as const,
  ),
];

/** Pieces that end a string for one server and not for another. */
const PIECES = [
  "'",
  "'",
  "''",
  '\\',
  "\\'",
  '\\\\',
  "E'",
  "E'",
  "N'",
  "U&'",
  "B'0'",
  '$$',
  '$é$',
  '$日$',
  '$a$',
  '"',
  '中',
  'é',
  '日本',
  '\u00a5',
  '\u8868',
  '\n',
  '\v',
  ' -- ',
  '/*',
  '*/',
  ') OR true OR (',
  ') OR (true',
  "'' = ''",
  'true OR ',
  ' = ',
  'true',
  '(',
  ')',
  ' || ',
  ' ',
];

/** Whole constructions around a string, so that many texts are conditions for some server. */
const TEMPLATES = [
  (inside: string) => `true OR '' = ${inside}`,
  (inside: string) => inside,
  (inside: string) => `'' = ${inside} -- '`,
  (inside: string) => `true OR '' = E'${inside}) OR true OR ('' = '' -- '`,
  (inside: string) => `true OR '' = '${inside}) OR true OR ('' = '' -- '`,
  (inside: string) => `true OR '' = $é$${inside}$é$`,
];

const fragment = fc
  .tuple(fc.constantFrom(...TEMPLATES), fc.array(fc.constantFrom(...PIECES), { maxLength: 7 }))
  .map(([template, pieces]) => template(pieces.join('')));

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client(inject('databaseUrl'));
  await client.connect();
});
afterAll(() => client.end());

async function configure(settings: readonly string[]): Promise<void> {
  await client.query('RESET ALL');
  await client.query("SET client_encoding = 'UTF8'");
  for (const setting of settings) await client.query(`SET ${setting}`);
}

/** How many rows a statement that allows none returns, or the server's error code. */
async function rows(condition: string): Promise<number | string | undefined> {
  try {
    // A value makes node-postgres use the extended protocol.
    const result = await client.query(`SELECT 'escaped' WHERE $1::boolean AND (\n${condition}\n)`, [false]);
    return result.rows.length;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code;
    throw error;
  }
}

describe.each(SETTINGS)('%s', (_name, ...settings) => {
  beforeAll(() => configure(settings));

  test('no fragment that is accepted escapes', async () => {
    const seen = { rows: 0, refused: 0, error: 0 };
    await fc.assert(
      fc.asyncProperty(fragment, async (text) => {
        let condition: string;
        try {
          condition = filterText(authorize.fromText(text), 0);
        } catch (error) {
          if (!(error instanceof AuthorizeFilterError)) throw error;
          seen.refused++;
          return;
        }
        const found = await rows(condition);
        if (typeof found === 'number') seen.rows++;
        else seen.error++;
        expect(found).not.toBe(1);
      }),
      { numRuns: 2_500 },
    );
    expect(seen.rows).toBeGreaterThan(25);
    expect(seen.refused).toBeGreaterThan(250);
  });
});
