/** The check of a text takes time in proportion to its length: policies and their values may be long. */
import { expect, test } from 'vitest';
import { authorize, AuthorizeFilterError } from '../../src/runtime/authorize/index.js';

const LENGTH = 1_000_000;
const repeated = (piece: string): string => piece.repeat(Math.ceil(LENGTH / piece.length));
const nested = (open: string, inside: string, close: string): string => open.repeat(LENGTH / 2) + inside + close.repeat(LENGTH / 2);

/** Shapes in which a look ahead or back, or a copy, would cost as much as the whole text each time. */
const SHAPES: Readonly<Record<string, string>> = {
  'escapes behind characters': `a = E'${repeated('é\\\\')}'`,
  'brackets around a literal': nested('(', "'x'", ')'),
  'brackets around a name': nested('(', 'a', ')'),
  'square brackets': nested('[', '1', ']'),
  'open brackets': repeated('('),
  signs: `a = ${repeated('+')}1`,
  'signs and operators': `a = ${repeated('+-+*')}1`,
  'signs behind an operator': `a = @${repeated('+')}1`,
  words: repeated('a '),
  'words beyond ASCII': repeated('é '),
  'one word': repeated('é'),
  'quoted names': repeated('"é" '),
  'dollar strings': `a = ${repeated('$a$x$a$ ')}`,
  'dollar strings beyond ASCII': `a = ${repeated('$$é$$ ')}`,
  'a dollar string of other tags': `a = $a$${repeated('$b$')}$a$`,
  comments: `a ${repeated('/* */')}`,
  'nested comments': `a ${nested('/*', '', '*/')}`,
  'line comments': `a ${repeated('--é\n')}`,
  'a continued string': `a = 'x'${repeated("\n'é'")}`,
  'a string that comments do not continue': `a = E'x'${repeated("--'\n")}`,
  'quotes and dashes before a vertical tab': `a = E'x'${repeated("'--")}\v'`,
  'parts before a vertical tab': `a = E'x'${repeated("\n'--'")}\v`,
  'Unicode strings': `a = ${repeated("U&'é' ")}`,
  'comments behind Unicode strings': `a = ${repeated("U&'é' /**/")}`,
  'comments behind a Unicode string': `a = U&'é' ${repeated('/**/')}`,
  'one number': `a = ${repeated('1')}`,
  numbers: `a = ${repeated('1.1 ')}`,
  placeholders: `a = ${repeated('$1 ')}`,
  'casts of a literal': `'x'${repeated('::bool')}`,
  'NOT before a literal': `${repeated('not ')}'x'`,
};

test.each(Object.entries(SHAPES))('%s', (_name, text) => {
  const before = process.cpuUsage();
  try {
    authorize.fromText(text, text.includes('$1') ? [true] : []);
  } catch (error) {
    expect(error).toBeInstanceOf(AuthorizeFilterError);
  }
  const { user, system } = process.cpuUsage(before);
  // A tenth of that where nothing else runs; were it quadratic, minutes.
  expect((user + system) / 1000).toBeLessThan(2_000);
});
