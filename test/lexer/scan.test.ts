/**
 * The lexer against PostgreSQL's own scanner, over token soup and mutated SQL: the same tokens in
 * the same places wherever the scanner accepts a text, and an open token wherever it finds one.
 *
 * Three differences are meant. A plain string that a line break continues is several tokens here.
 * `N'…'` is one token here. And libpg-query, which reports comments as tokens, does not continue a
 * string over a line comment; the server does, and so does the lexer (`server.test.ts`).
 */
import fc from 'fast-check';
import { loadModule, scanSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { tokenize } from '../../src/sql/lexer.js';
import type { Token } from '../../src/sql/token.js';
import { mutatedSql, tokenSoup } from './grow.js';

beforeAll(loadModule);

type Scanned = readonly (readonly [start: number, end: number, kind: string])[];

/** The scanner's tokens, or why it refused the text. Offsets are bytes. */
function scanned(text: string): Scanned | string {
  try {
    return scanSync(text).tokens.map((token) => {
      switch (token.tokenName) {
        case 'SQL_COMMENT':
        case 'C_COMMENT':
        case 'PARAM':
        case 'SCONST':
          return [token.start, token.end, token.tokenName];
        case 'ICONST':
        case 'FCONST':
          return [token.start, token.end, 'number'];
        default:
          return [token.start, token.end, ''];
      }
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const KINDS: Partial<Record<Token['kind'], string>> = {
  lineComment: 'SQL_COMMENT',
  blockComment: 'C_COMMENT',
  placeholder: 'PARAM',
  escapeString: 'SCONST',
  dollarString: 'SCONST',
  number: 'number',
};

/** The lexer's tokens as the scanner reports them. */
function lexed(text: string): Scanned {
  const bytes = (offset: number): number => Buffer.byteLength(text.slice(0, offset));
  const result: [number, number, string][] = [];
  let gap = '';
  let continues = false;
  for (const token of tokenize(text)) {
    const written = text.slice(token.start, token.end);
    if (token.kind === 'whitespace') {
      gap = written;
      continue;
    }
    const last = result.at(-1);
    if (continues && last !== undefined && token.kind === 'string' && written.startsWith("'") && /[\n\r]/.test(gap)) {
      last[1] = bytes(token.end);
    } else if (token.kind === 'string' && /^n/i.test(written)) {
      result.push([bytes(token.start), bytes(token.start + 1), ''], [bytes(token.start + 1), bytes(token.end), 'SCONST']);
    } else if (token.kind === 'string' && written.startsWith("'")) {
      result.push([bytes(token.start), bytes(token.end), 'SCONST']);
    } else {
      result.push([bytes(token.start), bytes(token.end), KINDS[token.kind] ?? '']);
    }
    continues = token.kind === 'string';
    gap = '';
  }
  return result;
}

/** Whether an escape or bit string goes on behind a line comment, where libpg-query is not the server. */
function continuesOverComment(text: string): boolean {
  return tokenize(text).some(
    ({ kind, start, end }) =>
      (kind === 'escapeString' || kind === 'bitString') && /'\s*(?:--[^\n\r]*[\n\r]\s*)+'/.test(text.slice(start, end)),
  );
}

function sameTokens(text: string): void {
  // Half a surrogate pair has no UTF-8, and the scanner reads UTF-8.
  fc.pre(!/\p{Surrogate}/u.test(text) && !continuesOverComment(text));
  const theirs = scanned(text);
  const open = tokenize(text).some((token) => !token.closed);
  if (typeof theirs === 'string') {
    // Any other error may come before the place where the text ends too early.
    if (theirs.includes('unterminat')) expect(open).toBe(true);
    return;
  }
  expect(open).toBe(false);
  expect(lexed(text)).toEqual(theirs);
}

test('cuts token soup where PostgreSQL cuts it', () => {
  fc.assert(fc.property(tokenSoup, sameTokens), { numRuns: 20_000 });
});

test('cuts mutated SQL where PostgreSQL cuts it', () => {
  fc.assert(fc.property(mutatedSql, sameTokens), { numRuns: 10_000 });
});

test('covers every text without gaps', () => {
  fc.assert(
    fc.property(fc.oneof(tokenSoup, fc.string({ unit: 'binary' })), (text) => {
      expect(
        tokenize(text)
          .map(({ start, end }) => text.slice(start, end))
          .join(''),
      ).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});
