/** A short run of what `npm run fuzz` does at length. */
import fc from 'fast-check';
import { loadModule } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { authorize, type AuthorizeFilter } from '../../src/runtime/authorize/index.js';
import { fragment } from './fuzz/fragments.js';
import { honestCondition } from './fuzz/honest.js';
import { holdsApart, probe } from './fuzz/judge.js';
import { judgeFilter, judgeFragment, judgeTemplate } from './fuzz/property.js';

beforeAll(loadModule);

test('no fragment that is accepted escapes, and none is refused without need', () => {
  const seen = { contained: 0, invalid: 0, refused: 0 };
  fc.assert(
    fc.property(fragment, fc.nat(), (text, choice) => {
      seen[judgeFragment(text, choice)]++;
    }),
    { numRuns: 15_000 },
  );
  // The run means something only if fragments of each kind occur.
  expect(seen.contained).toBeGreaterThan(1_000);
  expect(seen.invalid).toBeGreaterThan(1_000);
  expect(seen.refused).toBeGreaterThan(1_000);
});

test('no template that is accepted escapes, whatever stands in it', () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fragment,
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      fc.nat(),
      (text, places, kinds, choice) => {
        if (judgeTemplate(text, places, kinds, choice) === 'contained') accepted++;
      },
    ),
    { numRuns: 6_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test('filters stay apart in and, or and not', () => {
  fc.assert(
    fc.property(honestCondition, honestCondition, fc.nat(), (a, b, choice) => {
      const [left, right] = [authorize.fromText(a), authorize.fromText(b)];
      for (const filter of [
        authorize.and(left, right),
        authorize.or(left, right),
        authorize.not(left),
        authorize.sql`${left} = ${right}`,
      ]) {
        expect(judgeFilter(filter, choice)).toBe('contained');
      }
      const combinations = [
        authorize.and,
        authorize.or,
        (x: AuthorizeFilter, y: AuthorizeFilter) => authorize.and(authorize.not(x), authorize.or(y, authorize.not(y))),
      ];
      for (const combine of combinations) expect(holdsApart(combine(left, right), combine(probe(), right), left)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('every condition that is right by construction is accepted and contained', () => {
  fc.assert(
    fc.property(honestCondition, fc.nat(), (text, choice) => {
      expect(judgeFragment(text, choice)).toBe('contained');
    }),
    { numRuns: 3_000 },
  );
});
