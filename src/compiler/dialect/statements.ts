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
    if (isSemicolon(text, token) && !nesting.holdsSemicolons) {
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

function isSemicolon(text: string, token: Token): boolean {
  return token.kind === 'punctuation' && text.charCodeAt(token.start) === 59;
}

/**
 * There are only two places for a semicolon inside a statement: between the actions of CREATE RULE, in
 * parentheses, and in a routine's BEGIN ATOMIC … END. Elsewhere an unbalanced parenthesis is a
 * mistake that must not swallow the statements that follow.
 */
class Nesting {
  private readonly opening: string[] = [];
  private parentheses = 0;
  private blocks = 0;
  private previous = '';

  get holdsSemicolons(): boolean {
    return this.blocks > 0 || (this.parentheses > 0 && this.creates('rule'));
  }

  read(text: string, token: Token): void {
    if (token.kind === 'word') {
      const word = text.slice(token.start, token.end).toLowerCase();
      if (this.opening.length < 4) this.opening.push(word);
      if (word === 'atomic' && this.previous === 'begin' && this.createsRoutine) this.blocks = 1;
      else if (this.blocks > 0 && word === 'case') this.blocks++;
      else if (this.blocks > 0 && word === 'end') this.blocks--;
      this.previous = word;
      return;
    }
    this.previous = '';
    if (token.kind !== 'punctuation') return;
    const mark = text[token.start];
    if (mark === '(') this.parentheses++;
    else if (mark === ')' && this.parentheses > 0) this.parentheses--;
  }

  private get createsRoutine(): boolean {
    return this.creates('function') || this.creates('procedure');
  }

  private creates(object: string): boolean {
    const [first, second, third, fourth] = this.opening;
    return first === 'create' && (second === object || (second === 'or' && third === 'replace' && fourth === object));
  }
}
