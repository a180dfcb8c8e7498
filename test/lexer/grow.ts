/** Texts that come near every edge of PostgreSQL's lexical rules. */
import fc from 'fast-check';

/** Pieces of tokens: each is where some rule begins, ends, or changes its mind. */
export const PIECES: readonly string[] = [
  "'", "''", '"', '""', '\\', "\\'", '\\\\', '$', '$$', '$a$', '$A$', '$é$', '$1', '$2', '$12', '$1a', '$a$b$',
  "E'", "e'", "B'", "x'", "N'", "n'", "U&'", "u&'", 'U&"', 'U&', "UESCAPE '!'", 'E', 'N', 'u',
  '--', '-- x', '/*', '*/', '/', '*', '-', '/* /* */ */', '/*/', '**/', '--\n', '\n', '\r', '\r\n', '\t', '\f', '\v', ' ', '  ',
  '+', '+-', '@-', '@--', '+--', '*/*', '-/*', '->', '->>', '#>>', '?', '?|', '?&', '||', '&&', '@>', '<@', '<=', '>=', '<>', '!=', '=>', '~', '!~*', '^', '|/', '%', '&', '`',
  '(', ')', '[', ']', ',', ';', ':', '::', ':=', '.', '..', '...', '{', '}',
  '0', '1', '12', '1.', '.5', '1.5', '1..2', '1e5', '1e', '1e+', '1E-2', '0x1F', '0x', '0b01', '0o17', '1_000', '1_', '_1', '0b2', '0xg', '1x',
  'a', 'A', '_', 'a$1', 'a1', 'é', 'ß', '日本', '💥', '\u00a0', '\u2028', '\ufeff', 'x', 'e', 'b',
  'true', 'false', 'NULL', 'AND', 'OR', 'NOT', 'SELECT', 'UNION', 'CASE', 'LIKE', 'IN', 'IS', '\x01', '\x7f',
];

export const tokenSoup: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 })
  .map((pieces) => pieces.join(''));

/** SQL of every kind of token. */
export const SAMPLES: readonly string[] = [
  `SELECT a.b, "C" FROM t WHERE x = 'it''s' AND y = E'it\\'s' -- done`,
  `SELECT $1::int[], $tag$ x $1 $tag$ || $$y$$ /* a /* nested */ comment */`,
  `SELECT data -> 'a' ->> 'b', data ? 'c', data ?| array['d'], data @> '{}'::jsonb, 1.5e-3, .5, 0x1F, 1_000`,
  `SELECT U&'\\0041' UESCAPE '!', N'x', B'01', X'1F', U&"d\\0061t"`,
  `SELECT 'a'\n'b', E'a\\''\n'b\\'', 'x' "y" FROM f(a => 1, b := 2) LIMIT 3`,
  `UPDATE t SET a = a[1:2], b = (c).d, e = -1+-2 WHERE a <-> b < 3 AND NOT c <> ALL($2)`,
];

/** A sample with pieces put in, characters taken out, or parts moved. */
export const mutatedSql: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...SAMPLES),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.oneof(fc.constant(''), fc.constantFrom(...PIECES))), { minLength: 1, maxLength: 4 }),
  )
  .map(([sample, edits]) =>
    edits.reduce((text, [where, removed, piece]) => {
      const at = where % (text.length + 1);
      return text.slice(0, at) + piece + text.slice(at + removed);
    }, sample),
  );
