/** Conditions that must pass, and attacks that must not get anywhere, each by PostgreSQL's own parser. */
import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { authorize } from '../../src/runtime/authorize/index.js';
import { ATTACKS } from './fuzz/attacks.js';
import { HONEST } from './fuzz/honest.js';
import { HOSTS, judge, judgeText } from './fuzz/judge.js';
import { judgeFragment } from './fuzz/property.js';

beforeAll(loadModule);

test.each(HONEST)('accepts $text', ({ text, values }) => {
  const filter = authorize.fromText(
    text,
    Array.from({ length: values }, () => true),
  );
  for (const host of HOSTS) expect(judge(filter, host)).toEqual({ kind: 'contained' });
});

test.each(ATTACKS)('%j is refused, or harmless', (text) => {
  for (const choice of HOSTS.keys()) judgeFragment(text, choice);
});

describe('the judge', () => {
  const host = { pieces: ['SELECT a FROM t WHERE b = $1 ', ''], parameters: 1 };

  test.each([
    ['true) OR (true', 'escaped'],
    ['true) AND (true', 'escaped'],
    ['true) UNION ALL (SELECT a FROM u', 'escaped'],
    ['true) LIMIT (1', 'escaped'],
    ['true); DELETE FROM t; SELECT (1', 'escaped'],
    ['a = $1', 'escaped'],
    ['a = $3', 'escaped'],
    ['a = $2', 'contained'],
    ['a OR true', 'contained'],
    ['a AND b', 'contained'],
    ['SELECT true', 'contained'],
    ['true ORDER BY 1', 'invalid'],
  ])('calls %j %s', (text, kind) => {
    expect(judgeText(text, 1, host).kind).toBe(kind);
  });
});
