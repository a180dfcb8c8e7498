/**
 * The check of a filter's text.
 *
 * Invariant: a text that passes, put between `(\n` and `\n)`, stays within those parentheses for
 * every PostgreSQL server, whatever its version, its `standard_conforming_strings`, its
 * `backslash_quote` and the session's `client_encoding`: all of them cut the text into tokens at
 * the places where this check cuts it, as far as quotes, comments, brackets and semicolons go, or
 * refuse the statement. PostgreSQL's grammar pairs every bracket within one rule, so a text whose
 * brackets pair up cannot end the parenthesis that it stands in.
 *
 * What the text means is its author's business: subqueries and functions in it do run.
 */
import { isBlank, isWordStart, tokenAt, type Token } from '../../sql/index.js';
import { AuthorizeFilterError } from './error.js';
import { hardenEscapeString, refuseAmbiguousString } from './strings.js';
import { loneLiteral } from './lone.js';

/** A checked text, cut at its placeholders. */
export interface CheckedText {
  /** The text around the placeholders; one more than there are placeholders. */
  readonly parts: readonly string[];
  /** The number of each placeholder as written, from 1. */
  readonly numbers: readonly number[];
  /** Where each placeholder stands in the text. */
  readonly offsets: readonly number[];
  /** The placeholder that the text consists of, but for brackets and casts: its value must be a boolean. */
  readonly lone: number | undefined;
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/** Whether a name that began earlier could go on at `at`. */
function isGlued(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isWordStart(code) || (code >= 48 && code <= 57) || code === 36;
}

const NAMES: Partial<Record<Token['kind'], string>> = {
  blockComment: 'a comment that is not closed',
  quotedIdentifier: 'a quoted identifier that is not closed',
  dollarString: 'a dollar-quoted string that is not closed',
};

/** Throws AuthorizeFilterError for a text that could leave its parentheses, or that is no condition. */
export function checkText(text: string): CheckedText {
  const refuse = (problem: string, offset?: number): never => {
    throw new AuthorizeFilterError(`the filter is refused: ${problem}`, { fragment: text, offset });
  };
  const nul = text.indexOf('\0');
  if (nul >= 0) refuse('it holds a NUL character', nul);
  // As bytes all lone surrogates are the same character, so that two different dollar tags could be one.
  if (/\p{Surrogate}/u.test(text)) refuse('it holds half of a surrogate pair', text.search(/\p{Surrogate}/u));

  const parts: string[] = [];
  const numbers: number[] = [];
  const offsets: number[] = [];
  const open: { readonly closing: string | undefined; readonly at: number }[] = [];
  const significant: Token[] = [];
  let part = '';
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    at = token.end;
    if (!token.closed) refuse(`${NAMES[token.kind] ?? 'a string that is not closed'}`, token.start);
    if (isBlank(token)) continue;
    significant.push(token);
    switch (token.kind) {
      case 'string':
      case 'escapeString':
      case 'bitString':
      case 'dollarString': {
        const written = text.slice(token.start, token.end);
        refuseAmbiguousString(token.kind, written, (problem) => refuse(problem, token.start));
        if (token.kind === 'escapeString') {
          part += text.slice(copied, token.start) + hardenEscapeString(written);
          copied = token.end;
        }
        break;
      }
      case 'placeholder':
        if (isGlued(text, token.end)) refuse('a name directly after a placeholder', token.end);
        parts.push(part + text.slice(copied, token.start));
        numbers.push(Number(text.slice(token.start + 1, token.end)));
        offsets.push(token.start);
        part = '';
        copied = token.end;
        break;
      case 'number':
        // Before PostgreSQL 16 `0x1F` and `1_0` are a number and a name, and `0x1F$a$` ends in no dollar string.
        if (isGlued(text, token.end)) refuse('a name directly after a number', token.end);
        break;
      case 'punctuation': {
        const mark = text.slice(token.start, token.end);
        if (mark === ';') refuse('it holds a semicolon', token.start);
        else if (mark === '(' || mark === '[') open.push({ closing: CLOSES[mark], at: token.start });
        else if ((mark === ')' || mark === ']') && open.pop()?.closing !== mark) refuse(`a "${mark}" that closes nothing`, token.start);
        break;
      }
      case 'unknown':
        refuse('a character that SQL does not know', token.start);
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) refuse('a bracket that is not closed', unclosed.at);
  if (significant.length === 0) refuse('it is empty; authorize.none() denies, authorize.unrestricted(reason) allows');
  const lone = loneLiteral(text, significant);
  if (lone === 'literal') return refuse('a lone literal is no condition');
  parts.push(part + text.slice(copied));
  return { parts, numbers, offsets, lone };
}
