/** Texts that leave their parentheses on a server with certain settings only, shown there first. Further encodings are in `encodings.test.ts`. */
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { authorize, AuthorizeFilterError, filterText } from '../../src/runtime/authorize/index.js';

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

const NONCONFORMING = ['standard_conforming_strings = off', 'escape_string_warning = off'];

/** Each of these leaves its parentheses on a server with the settings, and stays in them with others. */
const ESCAPES: readonly (readonly [settings: readonly string[], fragment: string, answer: string])[] = [
  [NONCONFORMING, "true OR '' = '\\' || ') OR true OR ('' = '' -- '", 'refused'],
  [NONCONFORMING, "true OR '' = N'\\' || ') OR true OR ('' = '' -- '", 'refused'],
  [['client_encoding = GBK'], "true OR '' = E'中\\') OR true OR ( '' = '' -- '", 'rewritten'],
  [['client_encoding = SJIS'], "true OR '' = E'\u3042\u0083\\') OR true OR ( '' = '' -- '", 'rewritten'],
  [['client_encoding = GBK', 'backslash_quote = on'], "true OR '' = E'中\\\\' || ') OR true OR ( '' = '' -- '", 'rewritten'],
];

test.each(ESCAPES)('with %j the text %j would escape, and is %s', async (settings, text, answer) => {
  await configure(settings);
  expect(await rows(text)).toBe(1);
  if (answer === 'refused') {
    expect(() => authorize.fromText(text)).toThrow(AuthorizeFilterError);
  } else {
    expect(await rows(filterText(authorize.fromText(text), 0))).not.toBe(1);
  }
});

test('a rewritten string has the same content', async () => {
  await configure([]);
  for (const text of ["E'é\\''", "E'é\\\\'", "E'é\\\\\\''", "E'日本\\\\\\\\1\\n'", "E'\\é\\\\é\\101'", "E'a'\n'é\\''", "E'\u0080\\''"]) {
    const rewritten = filterText(authorize.fromText(`a = ${text}`), 0).slice('a = '.length);
    const result = await client.query<{ same: boolean }>(`SELECT ${text} = ${rewritten} AS same`);
    expect(result.rows).toEqual([{ same: true }]);
    expect(rewritten).not.toBe(text);
  }
});
