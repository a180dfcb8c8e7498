/**
 * The check of a filter's text.
 *
 * Invariant: a text that passes, put between `(\n` and `\n)`, stays within those parentheses for
 * every PostgreSQL server, whatever its version, its encoding, its `standard_conforming_strings`, its
 * `backslash_quote` and the session's `client_encoding`: what is sent is ASCII, and all of them cut
 * it into tokens at the places where this check cuts it, as far as quotes, comments, brackets and
 * semicolons go, or refuse the statement. PostgreSQL's grammar pairs every bracket within one rule,
 * so a text whose brackets pair up cannot end the parenthesis that it stands in.
 *
 * What the text means is its author's business: subqueries and functions in it do run.
 */
import { endOfOperators, isBlank, isWordStart, tokenAt, type Token } from '../../sql/index.js';
import { isAscii, toAscii } from './ascii.js';
import { AuthorizeFilterError } from './error.js';
import { LoneLiteral } from './lone.js';
import { refuseAmbiguousString } from './strings.js';

/** A checked text, cut at its placeholders. */
export interface CheckedText {
  /** The text around the placeholders, in ASCII; one more than there are placeholders. */
  readonly parts: readonly string[];
  /** The number of each placeholder as written, from 1. */
  readonly numbers: readonly number[];
  /** Where each placeholder stands in the text as it was given. */
  readonly offsets: readonly number[];
  /** The placeholder that the text consists of, but for brackets and casts: its value must be a boolean. */
  readonly lone: number | undefined;
}

type Refuse = (problem: string, offset?: number) => never;

const NAMES: Partial<Record<Token['kind'], string>> = {
  blockComment: 'a comment that is not closed',
  quotedIdentifier: 'a quoted identifier that is not closed',
  dollarString: 'a dollar-quoted string that is not closed',
};

/**
 * Throws AuthorizeFilterError for a text that could leave its parentheses, or that is no condition.
 * Takes time in proportion to the text's length.
 */
export function checkText(text: string): CheckedText {
  const refuse: Refuse = (problem, offset) => {
    throw new AuthorizeFilterError(`the filter is refused: ${problem}`, { fragment: text, offset });
  };
  const nul = text.indexOf('\0');
  if (nul >= 0) refuse('it holds a NUL character', nul);
  // As bytes all lone surrogates are the same character, so that two different dollar tags could be one.
  if (!isAscii(text) && /\p{Surrogate}/u.test(text)) refuse('it holds half of a surrogate pair', text.search(/\p{Surrogate}/u));
  const given = cut(text, refuse);
  // The parts are whole tokens, because a placeholder is one.
  return isAscii(text) ? given : { ...given, parts: given.parts.map(toAscii) };
}

function cut(text: string, refuse: Refuse): CheckedText {
  const parts: string[] = [];
  const numbers: number[] = [];
  const offsets: number[] = [];
  /** Where the brackets that are open stand. */
  const open: number[] = [];
  const lone = new LoneLiteral();
  let isEmpty = true;
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    at = token.end;
    if (!token.closed) refuse(NAMES[token.kind] ?? 'a string that is not closed', token.start);
    if (isBlank(token)) continue;
    isEmpty = false;
    lone.read(text, token);
    switch (token.kind) {
      case 'string':
      case 'escapeString':
      case 'bitString':
      case 'dollarString':
        refuseAmbiguousString(token.kind, text.slice(token.start, token.end), (problem) => refuse(problem, token.start));
        break;
      case 'placeholder':
        if (isGlued(text, token.end)) refuse('a name directly after a placeholder', token.end);
        parts.push(text.slice(copied, token.start));
        numbers.push(Number(text.slice(token.start + 1, token.end)));
        offsets.push(token.start);
        copied = token.end;
        break;
      case 'number':
        // Before PostgreSQL 16 `0x1F` and `1_0` are a number and a name, and `0x1F$a$` ends in no dollar string.
        if (isGlued(text, token.end)) refuse('a name directly after a number', token.end);
        break;
      case 'operator':
        at = endOfOperators(text, token.start);
        break;
      case 'punctuation':
        checkMark(text, token.start, open, refuse);
        break;
      case 'unknown':
        refuse('a character that SQL does not know', token.start);
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) refuse('a bracket that is not closed', unclosed);
  if (isEmpty) refuse('it is empty; authorize.none() denies, authorize.unrestricted(reason) allows');
  if (lone.found === 'literal') return refuse('a lone literal is no condition');
  parts.push(text.slice(copied));
  return { parts, numbers, offsets, lone: lone.found };
}

/** Whether a name that began earlier could go on at `at`. */
function isGlued(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isWordStart(code) || (code >= 48 && code <= 57) || code === 36;
}

function checkMark(text: string, at: number, open: number[], refuse: Refuse): void {
  switch (text.charAt(at)) {
    case ';':
      refuse('it holds a semicolon', at);
      break;
    case '(':
    case '[':
      open.push(at);
      break;
    case ')':
      if (text.charAt(open.pop() ?? -1) !== '(') refuse('a ")" that closes nothing', at);
      break;
    case ']':
      if (text.charAt(open.pop() ?? -1) !== '[') refuse('a "]" that closes nothing', at);
  }
}
