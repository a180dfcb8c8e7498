/** Fragments grown from tokens, from mutations of good ones, and from known attacks. */
import fc from 'fast-check';
import { PIECES } from '../../lexer/grow.js';
import { ATTACKS } from './attacks.js';
import { HONEST, honestCondition } from './honest.js';

/** Pieces that mean something to a condition, beside those that mean something to the lexer. */
const SQL_PIECES: readonly string[] = [
  ...PIECES,
  ' OR true',
  ' AND false',
  ') OR true OR (',
  ') OR (',
  ') AND (',
  ') UNION ALL (SELECT 1',
  ' UNION SELECT 1',
  ';',
  '; SELECT 1',
  "'x'",
  "E'x'",
  '$$x$$',
  '"x"',
  ' = ',
  ' IS NULL',
  '::bool',
  ' COLLATE "C"',
  'true',
  'a',
  '(a)',
  '(',
  ')',
  ')',
  '(',
  "'",
  "'",
  '\n',
  ' ',
  ' ORDER BY 1',
  ' LIMIT 1',
  ' GROUP BY a',
  ' FOR UPDATE',
  ' RETURNING 1',
  ' WHERE true',
  'SELECT ',
  'VALUES (1)',
  'EXISTS ',
  ' BETWEEN 1 AND ',
  ' OVERLAPS ',
  '.*',
  '[1]',
  ' AS x',
  ', ',
  ' WINDOW w AS ()',
  ' INTO x',
  'CURRENT OF c',
  'DEFAULT',
  '*',
];

const base = fc.oneof(fc.constantFrom(...ATTACKS), fc.constantFrom(...HONEST.map(({ text }) => text)), honestCondition);

const soup = fc.array(fc.constantFrom(...SQL_PIECES), { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join(''));

const mutated = fc
  .tuple(
    base,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 4 }), fc.oneof(fc.constant(''), fc.constantFrom(...SQL_PIECES))), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [where, removed, piece]) => {
      const at = where % (edited.length + 1);
      return edited.slice(0, at) + piece + edited.slice(at + removed);
    }, text),
  );

/** The head of one and the tail of another. */
const crossed = fc
  .tuple(base, base, fc.nat(), fc.nat())
  .map(([head, tail, cut, start]) => head.slice(0, cut % (head.length + 1)) + tail.slice(start % (tail.length + 1)));

export const fragment: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: mutated, weight: 5 },
  { arbitrary: soup, weight: 3 },
  { arbitrary: crossed, weight: 3 },
  { arbitrary: base, weight: 1 },
);
