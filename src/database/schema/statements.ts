/**
 * A schema file → its statements, as `psql` cuts them: at semicolons outside of quotes,
 * parentheses and `BEGIN ATOMIC` bodies, without backslash commands and the data after COPY.
 *
 * Invariant: a statement is a stretch of the file, so that every position in it is one in the file.
 */
import { isBlank, type SourceFile, type Token, tokenAt } from '../../sql/index.js';
import { upPart } from './migrations.js';

export interface SchemaStatement {
  readonly file: SourceFile;
  /** Offsets in `file.text`, from the first token to the end of the last. */
  readonly start: number;
  readonly end: number;
  /** From `start` to `end`, as long as in the file, with a migration tool's templates blanked. */
  readonly text: string;
  /** Without white space and comments, nor the semicolon; their offsets are the file's. */
  readonly tokens: readonly Token[];
  /** One for each token: an unquoted word in lower case, other tokens as they stand. */
  readonly words: readonly string[];
  /** Whether it stands below a `-- name:` line: it is a query that may run later. */
  readonly annotated: boolean;
}

export function schemaStatements(file: SourceFile): readonly SchemaStatement[] {
  const text = upPart(file.text);
  const statements: SchemaStatement[] = [];
  let tokens: Token[] = [];
  let words: string[] = [];
  let annotated = false;
  let parentheses = 0;
  let blocks = 0;

  const finish = (): void => {
    const first = tokens[0];
    const last = tokens.at(-1);
    if (first && last)
      statements.push({ file, start: first.start, end: last.end, text: text.slice(first.start, last.end), tokens, words, annotated });
    tokens = [];
    words = [];
    annotated = false;
    parentheses = 0;
    blocks = 0;
  };

  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    at = token.end;
    if (isBlank(token)) {
      if (tokens.length === 0 && isAnnotation(text, token)) annotated = true;
      continue;
    }
    const source = text.slice(token.start, token.end);
    if (source === '\\') {
      // A command of psql's; one in the middle of a statement (`\g`, `\gexec`) also ends it.
      if (tokens.length > 0) finish();
      at = endOfLine(text, at);
    } else if (source === ';' && parentheses <= 0 && blocks === 0) {
      if (isCopyFromStdin(words)) at = endOfCopyData(text, at);
      finish();
    } else {
      const word = token.kind === 'word' ? source.toLowerCase() : source;
      if (word === '(') parentheses++;
      else if (word === ')') parentheses--;
      else if (parentheses === 0 && token.kind === 'word' && createsRoutine(words)) blocks = nesting(word, blocks);
      tokens.push(token);
      words.push(word);
    }
  }
  finish();
  return statements;
}

/** As sqlc finds them: at the beginning of a line. */
function isAnnotation(text: string, token: Token): boolean {
  if (token.kind === 'whitespace' || (token.start > 0 && text[token.start - 1] !== '\n')) return false;
  return /^(?:--|\/\*)\s*name:/.test(text.slice(token.start, token.end));
}

function createsRoutine(words: readonly string[]): boolean {
  if (words[0] !== 'create') return false;
  const kind = words[1] === 'or' && words[2] === 'replace' ? words[3] : words[1];
  return kind === 'function' || kind === 'procedure';
}

/** The depth of `BEGIN ATOMIC … END` behind a word; a CASE in it ends with an END of its own. */
function nesting(word: string, depth: number): number {
  if (word === 'begin' || (word === 'case' && depth > 0)) return depth + 1;
  return word === 'end' && depth > 0 ? depth - 1 : depth;
}

function isCopyFromStdin(words: readonly string[]): boolean {
  const from = words.indexOf('from');
  return words[0] === 'copy' && from > 0 && words[from + 1] === 'stdin';
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Behind the line `\.`, or the end of the file. */
function endOfCopyData(text: string, at: number): number {
  const end = /^\\\.[ \t\r]*$/gm;
  end.lastIndex = at;
  return end.exec(text) === null ? text.length : end.lastIndex;
}
