/** Encodings in which a conversion moves the end of a string, shown with the text as it was given first. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { authorize, AuthorizeFilterError, filterText } from '../../src/runtime/authorize/index.js';
import { encodedFragment, openSessions, type Sessions } from './fuzz/encodings.js';

let sessions: Sessions;
beforeAll(async () => {
  sessions = await openSessions(inject('databaseUrl'), ['EUC_TW', 'UTF8'], ['BIG5', 'SHIFT_JIS_2004', 'GBK', 'EUC_JP', 'EUC_TW']);
}, 60_000);
afterAll(() => sessions.close());

test.each([
  ['client_encoding BIG5 on EUC_TW', "true OR '' = E'亿\\') OR true OR ('' = '' -- '"],
  ['client_encoding SHIFT_JIS_2004 on UTF8', "true OR '' = E'ぁ_'') OR true OR ('''' = '''' -- '"],
])('with %s the text %j would escape, and stays in its parentheses', async (name, text) => {
  const session = sessions.all.find((each) => each.name === name);
  expect(await session?.rows(text)).toBe(1);
  const sent = captured(text);
  if (sent !== undefined) expect(await session?.rows(sent)).not.toBe(1);
});

test('no fragment that is accepted escapes in any session', async () => {
  let contained = 0;
  await fc.assert(
    fc.asyncProperty(encodedFragment, async (text) => {
      const condition = captured(text);
      if (condition === undefined) return;
      for (const session of sessions.all) {
        const found = await session.rows(condition);
        expect(found, session.name).not.toBe(1);
        if (found === 0) contained++;
      }
    }),
    { numRuns: 400 },
  );
  expect(contained).toBeGreaterThan(100);
});

/** The text as it is sent; undefined where the check refuses it. */
function captured(text: string): string | undefined {
  try {
    return filterText(authorize.fromText(text), 0);
  } catch (error) {
    if (error instanceof AuthorizeFilterError) return undefined;
    throw error;
  }
}

test('strings and names beyond ASCII mean the same in every session', async () => {
  const { raw } = String;
  const conditions = [
    raw`'中' = E'\u4e2d'`,
    raw`'a''中' = E'a''\u4e2d'`,
    raw`E'\中\\中\'' = E'\u4e2d\\\u4e2d'''`,
    raw`$中$it's 中$中$ = E'it''s \u4e2d'`,
    raw`$$\中$$ = E'\\\u4e2d'`,
    `'a' -- 中'\n'中' = E'a\\u4e2d'`,
    `E'中' -- 中'\n'\\'中' = E'\\u4e2d''\\u4e2d'`,
    raw`U&'中!0041' UESCAPE '!' = E'\u4e2dA'`,
    raw`U&'中' = E'\u4e2d'`,
    raw`N'中'::text = E'\u4e2d'`,
    raw`EXISTS (SELECT 1 FROM (SELECT 1 AS 中) x WHERE "中" = 1 AND X.中 = U&"\4e2d")`,
    raw`EXISTS (SELECT 1 FROM (SELECT 1 AS "a""\中") x WHERE U&"a""\\\4e2d" = 1)`,
    'true /* 中 */ -- 中',
  ];
  for (const session of sessions.all) {
    for (const condition of conditions) {
      const found = await session.rows(filterText(authorize.fromText(condition), 0), true);
      // Where standard_conforming_strings is off, the server refuses Unicode strings.
      if (/U&'/.test(condition) && found === '0A000') continue;
      expect(found, `${session.name}: ${condition}`).toBe(1);
    }
  }
});
