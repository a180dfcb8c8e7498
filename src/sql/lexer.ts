/**
 * PostgreSQL's lexical rules, and nothing else.
 *
 * Invariant: the tokens of a text cover it without gaps or overlap, in order, so that joining
 * their slices gives the text back. A construct that never ends (an open string, comment or
 * quoted identifier) is one last token with `closed: false`.
 *
 * Offsets are UTF-16 code units, as `String.prototype.slice` takes them. The module depends on
 * nothing outside its room, because both halves of the library stand on it: the compiler reads query files
 * with it, and the run time checks filters with it.
 */
import {
  CLASS_DIGIT,
  CLASS_OPERATOR,
  CLASS_PUNCTUATION,
  CLASS_SPACE,
  CLASS_WORD_START,
  classOf,
  isWordPart,
  isWordStart,
} from './characters.js';
import type { Token, TokenKind } from './token.js';

const enum Char {
  Tab = 9,
  LineFeed = 10,
  CarriageReturn = 13,
  Space = 32,
  DoubleQuote = 34,
  Dollar = 36,
  Ampersand = 38,
  SingleQuote = 39,
  Asterisk = 42,
  Plus = 43,
  Minus = 45,
  Dot = 46,
  Slash = 47,
  Zero = 48,
  Nine = 57,
  Colon = 58,
  Equals = 61,
  Backslash = 92,
  Underscore = 95,
}

/** An operator may end in `+` or `-` only if it holds one of these. */
const KEEPS_TRAILING_SIGN = '~!@#%^&|`?';

/** All tokens of a text, in order; see the module's invariant. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The token that begins at `start`, which must be a token's boundary and before the text's end. */
export function tokenAt(text: string, start: number): Token {
  const code = text.charCodeAt(start);
  const next = text.charCodeAt(start + 1);
  const charClass = classOf(code);
  if (charClass === CLASS_SPACE) return token('whitespace', start, endOfSpace(text, start + 1));
  if (charClass === CLASS_WORD_START) return prefixedString(text, start, code, next) ?? word(text, start);
  if (charClass === CLASS_DIGIT || (code === Char.Dot && isDigit(next))) {
    return token('number', start, endOfNumber(text, start));
  }
  if (code === Char.SingleQuote) return quoted('string', text, start, start + 1, Char.SingleQuote);
  if (code === Char.DoubleQuote) return quoted('quotedIdentifier', text, start, start + 1, Char.DoubleQuote);
  if (code === Char.Dollar) return dollar(text, start, next);
  if (charClass === CLASS_OPERATOR) {
    if (code === Char.Minus && next === Char.Minus) return token('lineComment', start, endOfLine(text, start));
    if (code === Char.Slash && next === Char.Asterisk) return blockComment(text, start);
    return token('operator', start, endOfOperator(text, start));
  }
  if (charClass === CLASS_PUNCTUATION) {
    const double = (code === Char.Colon && (next === Char.Colon || next === Char.Equals)) || (code === Char.Dot && next === Char.Dot);
    return token('punctuation', start, start + (double ? 2 : 1));
  }
  return token('unknown', start, start + 1);
}

function token(kind: TokenKind, start: number, end: number, closed = true): Token {
  return { kind, start, end, closed };
}

function isDigit(code: number): boolean {
  return classOf(code) === CLASS_DIGIT;
}

function endOfSpace(text: string, at: number): number {
  while (classOf(text.charCodeAt(at)) === CLASS_SPACE) at++;
  return at;
}

/** A line comment ends before its line feed or carriage return. */
function endOfLine(text: string, at: number): number {
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === Char.LineFeed || code === Char.CarriageReturn) break;
    at++;
  }
  return at;
}

function word(text: string, start: number): Token {
  let at = start + 1;
  while (isWordPart(text.charCodeAt(at))) at++;
  return token('word', start, at);
}

/** `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'` and `U&"…"`; undefined where the word is none of them. */
function prefixedString(text: string, start: number, code: number, next: number): Token | undefined {
  if (next === Char.SingleQuote) {
    switch (code | 32) {
      case 101:
        return escapeString(text, start);
      case 98:
      case 120:
        return bitString(text, start);
      case 110:
        return quoted('string', text, start, start + 2, Char.SingleQuote);
    }
  } else if (next === Char.Ampersand && (code | 32) === 117) {
    const quote = text.charCodeAt(start + 2);
    if (quote === Char.SingleQuote) return quoted('string', text, start, start + 3, quote);
    if (quote === Char.DoubleQuote) return quoted('quotedIdentifier', text, start, start + 3, quote);
  }
  return undefined;
}

/**
 * `B'01'` and `X'1F'`, with their continuations. A doubled quote does not stand for one here:
 * `B'0''1'` is a bit string and a plain string.
 */
function bitString(text: string, start: number): Token {
  for (let at = start + 2; ;) {
    const end = text.indexOf("'", at);
    if (end < 0) return token('bitString', start, text.length, false);
    at = continuation(text, end + 1);
    if (at < 0) return token('bitString', start, end + 1);
  }
}

/**
 * A quoted token from its content on; a doubled quote stands for one. Strings that only a line
 * break separates are one literal for PostgreSQL; here they are tokens of their own, and equal in
 * effect, because a plain string continues as a plain string and a backslash means nothing in it.
 */
function quoted(kind: TokenKind, text: string, start: number, content: number, quote: number): Token {
  const mark = quote === Char.SingleQuote ? "'" : '"';
  for (let at = content; ; at += 2) {
    at = text.indexOf(mark, at);
    if (at < 0) return token(kind, start, text.length, false);
    if (text.charCodeAt(at + 1) !== quote) return token(kind, start, at + 1);
  }
}

/**
 * `E'…'`, with its continuations: after a line break a further `'…'` still belongs to the escape
 * string, and a backslash escapes in it too, so it must not be read as a plain string.
 */
function escapeString(text: string, start: number): Token {
  let at = start + 2;
  for (;;) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code)) return token('escapeString', start, text.length, false);
    if (code === Char.Backslash) {
      at += 2;
    } else if (code !== Char.SingleQuote) {
      at++;
    } else if (text.charCodeAt(at + 1) === Char.SingleQuote) {
      at += 2;
    } else {
      const continued = continuation(text, at + 1);
      if (continued < 0) return token('escapeString', start, at + 1);
      at = continued;
    }
  }
}

/**
 * The offset behind the quote that continues a string, or -1. PostgreSQL continues a string over
 * white space and line comments that hold a line break, be it only the one that ends a comment.
 */
function continuation(text: string, at: number): number {
  let sawLineBreak = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === Char.LineFeed || code === Char.CarriageReturn) sawLineBreak = true;
    if (classOf(code) === CLASS_SPACE) at++;
    else if (code === Char.Minus && text.charCodeAt(at + 1) === Char.Minus) at = endOfLine(text, at);
    else return sawLineBreak && code === Char.SingleQuote ? at + 1 : -1;
  }
}

/** `$1`, `$tag$…$tag$`, or a lone dollar sign. */
function dollar(text: string, start: number, next: number): Token {
  if (isDigit(next)) {
    let at = start + 2;
    while (isDigit(text.charCodeAt(at))) at++;
    return token('placeholder', start, at);
  }
  let at = start + 1;
  if (isWordStart(next)) {
    at++;
    while ((classOf(text.charCodeAt(at)) & (CLASS_WORD_START | CLASS_DIGIT)) !== 0) at++;
  }
  if (text.charCodeAt(at) !== Char.Dollar) return token('unknown', start, start + 1);
  const tag = text.slice(start, at + 1);
  const end = text.indexOf(tag, at + 1);
  return end < 0 ? token('dollarString', start, text.length, false) : token('dollarString', start, end + tag.length);
}

/** Block comments nest. */
function blockComment(text: string, start: number): Token {
  let depth = 1;
  let at = start + 2;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (code === Char.Asterisk && next === Char.Slash) {
      at += 2;
      if (--depth === 0) return token('blockComment', start, at);
    } else if (code === Char.Slash && next === Char.Asterisk) {
      at += 2;
      depth++;
    } else {
      at++;
    }
  }
  return token('blockComment', start, text.length, false);
}

/** As PostgreSQL 16 and later read numbers; an older server refuses what it does not know. */
const NUMBER =
  /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*(?:\.(?!\.)(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)/y;

function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  NUMBER.test(text);
  return NUMBER.lastIndex;
}

/**
 * How many characters of an operator are looked at. PostgreSQL takes 63, so that a longer run that
 * could change the cut is an error there; and a run of signs is cut into as many tokens as it has.
 */
const OPERATOR_LIMIT = 64;

/**
 * The longest run of operator characters, cut before a comment, and without trailing `+` and `-`
 * unless the run holds a character that ordinary SQL operators do not.
 */
function endOfOperator(text: string, start: number): number {
  let end = endOfOperators(text, start, start + OPERATOR_LIMIT);
  for (let at = start; at < end; at++) if (KEEPS_TRAILING_SIGN.includes(text.charAt(at))) return end;
  while (end > start + 1) {
    const last = text.charCodeAt(end - 1);
    if (last !== Char.Plus && last !== Char.Minus) break;
    end--;
  }
  return end;
}

/** The end of the operators that stand at `start` without anything between them, before `limit`. */
export function endOfOperators(text: string, start: number, limit = text.length): number {
  let end = start;
  while (end < limit && classOf(text.charCodeAt(end)) === CLASS_OPERATOR) {
    const code = text.charCodeAt(end);
    const next = text.charCodeAt(end + 1);
    if (end > start && ((code === Char.Minus && next === Char.Minus) || (code === Char.Slash && next === Char.Asterisk))) break;
    end++;
  }
  return end;
}
