/**
 * Where the statements of a file begin and end.
 *
 * Invariant: every token except the separating semicolons belongs to exactly one statement, and a semicolon
 * separates statements only where PostgreSQL's grammar says so.
 */
import { isBlank, type Token, tokenAt } from '../../sql/index.js';

/** The tokens of each statement of a text, from an offset on: with blanks, without the semicolon. The last may be nothing but blanks. */
export function statements(text: string, begin: number): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  let tokens: Token[] = [];
  let nesting = new Nesting();
  for (let at = begin; at < text.length;) {
    const token = tokenAt(text, at);
    at = token.end;
    if (token.kind === 'punctuation' && text[token.start] === ';' && !nesting.holdsSemicolons) {
      found.push(tokens);
      tokens = [];
      nesting = new Nesting();
      continue;
    }
    tokens.push(token);
    if (!isBlank(token)) nesting.read(text, token);
  }
  return tokens.length > 0 ? [...found, tokens] : found;
}

/** The first words of a statement that may hold semicolons, each with a space behind it. */
const RULE = /^create (?:or replace )?rule /;
const ROUTINE = /^create (?:or replace )?(?:function|procedure) /;

/**
 * There are only two places for a semicolon inside a statement: between the actions of CREATE RULE, in
 * parentheses, and in a routine's BEGIN ATOMIC … END. Elsewhere an unbalanced parenthesis is a
 * mistake that must not swallow the statements that follow.
 */
class Nesting {
  private opening = '';
  private words = 0;
  private parentheses = 0;
  private blocks = 0;
  private previous = '';

  get holdsSemicolons(): boolean {
    return this.blocks > 0 || (this.parentheses > 0 && RULE.test(this.opening));
  }

  read(text: string, token: Token): void {
    const written = token.kind === 'word' || token.kind === 'punctuation' ? text.slice(token.start, token.end).toLowerCase() : '';
    if (token.kind === 'word') {
      if (++this.words <= 4) this.opening += `${written} `;
      if (written === 'atomic' && this.previous === 'begin' && ROUTINE.test(this.opening)) this.blocks = 1;
      else if (this.blocks > 0 && written === 'case') this.blocks++;
      else if (this.blocks > 0 && written === 'end') this.blocks--;
    } else if (written === '(') this.parentheses++;
    else if (written === ')' && this.parentheses > 0) this.parentheses--;
    this.previous = written;
  }
}
