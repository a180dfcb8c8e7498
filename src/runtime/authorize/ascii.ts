/**
 * SQL in ASCII, with the same meaning.
 *
 * Invariant: the result holds no character beyond ASCII, and PostgreSQL reads the same tokens with
 * the same values in it. Every client encoding sends ASCII as it stands, so no conversion can move
 * the end of a string: in BIG5 a character may swallow the quote behind it, in SHIFT_JIS_2004 two
 * bytes may become a backslash, and node-postgres sends UTF-8 whatever the session has set.
 *
 * Strings are written as `E'\u00e9'`, names as `U&"\00e9"`; both mean the same whatever
 * `standard_conforming_strings` says. In comments a `?` stands for each character.
 */
import { isBlank, tokenAt, type Token } from '../../sql/index.js';

/** The bytes in hexadecimal. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- what is not ASCII is what is looked for
  return !/[^\x00-\x7f]/.test(text);
}

/** `text` in ASCII; it must be whole tokens, and hold no half of a surrogate pair. */
export function toAscii(text: string): string {
  if (isAscii(text)) return text;
  let ascii = '';
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    const { kind, start } = token;
    const end = kind === 'string' ? endOfParts(text, token.end) : token.end;
    at = end;
    if (kind === 'whitespace' || kind === 'punctuation' || kind === 'operator' || isAsciiIn(text, start, end)) continue;
    ascii += text.slice(copied, start) + asciiToken(text, kind, start, end);
    copied = end;
  }
  return ascii + text.slice(copied);
}

/** A name in double quotes, as SQL in ASCII. */
export function quoteName(name: string): string {
  const doubled = name.replaceAll('"', '""');
  return isAscii(doubled) ? `"${doubled}"` : unicodeName(doubled, 0, doubled.length, false);
}

function isAsciiIn(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** A token that is not ASCII, as ASCII; `end` is behind all the parts of a string. */
function asciiToken(text: string, kind: Token['kind'], start: number, end: number): string {
  switch (kind) {
    case 'word':
      // As PostgreSQL folds a name in an encoding of several bytes: only the letters of ASCII.
      return ` ${unicodeName(text, start, end, true)}`;
    case 'quotedIdentifier':
      return text.charAt(start) === '"' ? ` ${unicodeName(text, start + 1, end - 1, false)}` : unicodeParts(text, start, end);
    case 'string': {
      const prefix = text.charAt(start);
      if (prefix === 'u' || prefix === 'U') return unicodeParts(text, start, end);
      return prefix === "'" ? ` E${escapedParts(text, start, end, true)}` : ` nchar E${escapedParts(text, start + 1, end, true)}`;
    }
    case 'escapeString':
      return escapedParts(text, start, end, false);
    case 'dollarString': {
      const tag = text.indexOf('$', start + 1) + 1 - start;
      const plain = `'${text.slice(start + tag, end - tag).replaceAll("'", "''")}'`;
      return ` E${escapedParts(plain, 0, plain.length, true)}`;
    }
    default:
      // Comments; and in a bit string, a digit that is none, which the server refuses before and after.
      return questionMarks(text, start, end);
  }
}

/** Behind the last of the parts that PostgreSQL reads as one string: over a line break, a string continues. */
function endOfParts(text: string, end: number): number {
  let last = end;
  let sawLineBreak = false;
  for (let at = end; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code > 32 && code !== 39 && code !== 45) break;
    const token = tokenAt(text, at);
    if (token.kind === 'whitespace') sawLineBreak ||= /[\n\r]/.test(text.slice(token.start, token.end));
    else if (token.kind === 'string' && sawLineBreak) {
      last = token.end;
      sawLineBreak = false;
    } else if (token.kind !== 'lineComment') break;
    at = token.end;
  }
  return last;
}

/**
 * Strings in quotes, with white space and line comments between them, as the parts of an escape
 * string. In plain ones a backslash is itself.
 */
function escapedParts(text: string, start: number, end: number, isPlain: boolean): string {
  // Made once for each character, because a text may have a million of them.
  const escapes = new Map<number, string>();
  let ascii = '';
  let copied = start;
  let isInside = false;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 39) {
      // A doubled quote leaves and enters at once.
      isInside = !isInside;
    } else if (!isInside) {
      if (code !== 45) continue;
      const lineEnd = endOfLine(text, at);
      ascii += text.slice(copied, at) + questionMarks(text, at, lineEnd);
      copied = lineEnd;
      at = lineEnd - 1;
    } else if (code === 92) {
      ascii += text.slice(copied, at);
      copied = at;
      if (isPlain) ascii += '\\';
      // A backslash before a character beyond ASCII means nothing, and would double the new one.
      else if (text.charCodeAt(at + 1) > 127) copied = at + 1;
      else at++;
    } else if (code > 127) {
      const point = text.codePointAt(at) ?? 0;
      let escape = escapes.get(point);
      if (escape === undefined) escapes.set(point, (escape = point > 0xffff ? `\\U00${hex(point, 3)}` : `\\u${hex(point, 2)}`));
      ascii += text.slice(copied, at) + escape;
      if (point > 0xffff) at++;
      copied = at + 1;
    }
  }
  return ascii + text.slice(copied, end);
}

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** A name, its quotes doubled, as a quoted identifier with Unicode escapes. */
function unicodeName(text: string, start: number, end: number, folds: boolean): string {
  let ascii = 'U&"';
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) {
      const point = text.codePointAt(at) ?? 0;
      ascii += unicodeEscape('\\', point);
      if (point > 0xffff) at++;
    } else if (code === 92) ascii += '\\\\';
    else ascii += folds && code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : text.charAt(at);
  }
  return `${ascii}"`;
}

/** `U&'…'` or `U&"…"`, whose own escape stands before the code. */
function unicodeParts(text: string, start: number, end: number): string {
  const escape = unicodeEscapeCharacter(text, end);
  const quote = text.charAt(start + 2);
  let ascii = '';
  let isInside = false;
  for (let at = start; at < end; at++) {
    const character = text.charAt(at);
    if (character === quote) isInside = !isInside;
    const lineEnd = !isInside && character === '-' ? endOfLine(text, at) : at;
    if (lineEnd > at) {
      ascii += questionMarks(text, at, lineEnd);
      at = lineEnd - 1;
    } else if (text.charCodeAt(at) > 127) {
      const point = text.codePointAt(at) ?? 0;
      ascii += unicodeEscape(escape, point);
      if (point > 0xffff) at++;
    } else ascii += character;
  }
  return ascii;
}

/** What escapes in a `U&` token that ends at `end`: a backslash, or what UESCAPE behind it says. */
function unicodeEscapeCharacter(text: string, end: number): string {
  const behind: Token[] = [];
  for (let at = end; at < text.length && behind.length < 2;) {
    const token = tokenAt(text, at);
    if (!isBlank(token)) behind.push(token);
    at = token.end;
  }
  const [word, string] = behind;
  if (word === undefined || string === undefined || text.slice(word.start, word.end).toLowerCase() !== 'uescape') return '\\';
  return /^[eE]?'([^])'$/.exec(text.slice(string.start, string.end))?.[1] ?? '\\';
}

function unicodeEscape(escape: string, point: number): string {
  return point > 0xffff ? `${escape}+${hex(point, 3)}` : `${escape}${hex(point, 2)}`;
}

function questionMarks(text: string, start: number, end: number): string {
  // eslint-disable-next-line no-control-regex -- what is not ASCII is what is looked for
  return text.slice(start, end).replace(/[^\x00-\x7f]+/g, '?');
}

function hex(code: number, bytes: number): string {
  const low = (HEX[(code >> 8) & 255] ?? '') + (HEX[code & 255] ?? '');
  return bytes > 2 ? (HEX[code >> 16] ?? '') + low : low;
}
