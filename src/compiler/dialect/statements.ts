/**
 * Where the statements of a file begin and end.
 *
 * Invariant: every token except the separating semicolons belongs to exactly one statement, and a semicolon
 * separates statements only where PostgreSQL's grammar says so.
 */
import { isBlank, type Token, tokenAt } from '../../sql/index.js';

/** A token as the author wrote it. */
export interface SourceToken extends Token {
  readonly text: string;
}

export function isComment({ kind }: Token): boolean {
  return kind === 'lineComment' || kind === 'blockComment';
}

/** Every statement of a text, the last of which may be nothing but blanks. */
export function statements(text: string): readonly Statement[] {
  let statement = new Statement();
  const found = [statement];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length;) {
    const { kind, start, end, closed } = tokenAt(text, at);
    const token = { kind, start, end, closed, text: text.slice(start, end) };
    at = end;
    if (token.text !== ';' || statement.holdsSemicolons) {
      statement.add(token);
      continue;
    }
    statement = statement.next = new Statement();
    found.push(statement);
  }
  return found;
}

/** The first words of a statement that may hold semicolons. */
const RULE = /^create (?:or replace )?rule\b/i;
const ROUTINE = /^create (?:or replace )?(?:function|procedure)\b/i;

/**
 * There are only two places for a semicolon inside a statement: between the actions of CREATE RULE, in
 * parentheses, and in a routine's BEGIN ATOMIC … END. Elsewhere an unbalanced parenthesis is a
 * mistake that must not swallow the statements that follow.
 */
export class Statement {
  /** With blanks, without the semicolon behind it. */
  readonly tokens: SourceToken[] = [];
  /** Those that PostgreSQL reads. */
  readonly code: SourceToken[] = [];
  next: Statement | undefined;
  private parentheses = 0;
  private blocks = 0;

  get holdsSemicolons(): boolean {
    return this.blocks > 0 || (this.parentheses > 0 && this.begins(RULE));
  }

  add(token: SourceToken): void {
    this.tokens.push(token);
    if (isBlank(token)) return;
    this.code.push(token);
    const written = token.text.toLowerCase();
    if (written === '(') this.parentheses++;
    else if (written === ')' && this.parentheses > 0) this.parentheses--;
    else if (this.blocks > 0 && written === 'case') this.blocks++;
    else if (this.blocks > 0 && written === 'end') this.blocks--;
    else if (written === 'atomic' && /^begin$/i.test(this.code.at(-2)?.text ?? '') && this.begins(ROUTINE)) this.blocks = 1;
  }

  private begins(words: RegExp): boolean {
    const opening = this.code.slice(0, 4).map(({ text }) => text);
    return words.test(opening.join(' '));
  }
}
