/**
 * Statements without an annotation, which become nothing.
 *
 * Invariant: what an author could have meant as a query is never passed over in silence. DDL may stand
 * in a query file, as sqlc allows it, and a file of DDL alone is a schema.
 */
import { isBlank, type SourceFile, type Token } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { COMMAND_NAMES } from './command.js';
import { endOfLine, isComment, lineStarts } from './comments.js';

export interface PassedOver {
  /** About a malformed annotation if there is one, otherwise about the statement that has none. */
  readonly warning: Diagnostic;
  /** Whether the warning is about a line that was meant to be an annotation. */
  readonly misspelt: boolean;
}

/** The first words of statements that belong in a query file: they read or change rows, or run something. */
const QUERY_WORDS: ReadonlySet<string> = new Set(
  'call copy delete execute explain insert listen lock merge notify refresh select show table truncate unlisten update values with'.split(
    ' ',
  ),
);
const DEFINITION_WORDS: ReadonlySet<string> = new Set(['alter', 'comment', 'create', 'drop', 'grant', 'revoke']);

/** A comment that ends like an annotation: a name, and a command. */
const MISSPELT = new RegExp(
  `^\\s*(?:--+|/\\*+|#+|//+)?\\s*@?[\\p{L}-]*\\s*:?\\s*([\\p{L}_][\\p{L}\\p{N}_]*)\\s*:\\s*(${COMMAND_NAMES.join('|')})\\b\\s*(?:\\*/)?\\s*$`,
  'iu',
);

/**
 * The warning for a statement without an annotation; undefined for one that was never meant to be a
 * query. `above` is the query whose statement ends before it.
 */
export function passedOver(
  file: SourceFile,
  tokens: readonly Token[],
  above?: { readonly name: string; readonly end: number },
): PassedOver | undefined {
  const head = tokens.find((token) => !isBlank(token));
  if (head === undefined) return undefined;
  const misspelt = misspeltAnnotation(file, tokens, head);
  if (misspelt) return { warning: misspelt, misspelt: true };
  const between = above && file.text.slice(above.end, head.start);
  const follows = between !== undefined && /^\s*;[ \t\r]*\n?[ \t\r]*$/.test(between);
  if (!follows && !isQuery(file, tokens)) return undefined;
  return {
    warning: {
      severity: 'warning',
      message: follows
        ? `this is a second statement under the annotation of query "${above?.name}", so it is passed over`
        : 'this statement has no annotation, so it is passed over',
      remedy: 'Write a line such as `-- name: DeleteThings :exec` above it, or remove it.',
      file,
      start: head.start,
      end: head.end,
    },
    misspelt: false,
  };
}

/** One warning for a file in which no statement has an annotation; undefined for a schema. */
export function passedOverFile(
  file: SourceFile,
  statements: readonly (readonly Token[])[],
  found: readonly PassedOver[],
): Diagnostic | undefined {
  const [first, ...others] = found;
  if (first === undefined || statements.some((tokens) => DEFINITION_WORDS.has(firstWord(file, tokens)))) return undefined;
  if (others.length === 0) return first.warning;
  return {
    ...first.warning,
    message: `no statement of this file has an annotation, so all ${found.length} are passed over`,
    remedy: 'Write a line such as `-- name: DeleteThings :exec` above each that is a query, or leave the file out of the queries.',
  };
}

function isQuery(file: SourceFile, tokens: readonly Token[]): boolean {
  return QUERY_WORDS.has(firstWord(file, tokens));
}

/** The first word, after any opening parentheses. */
function firstWord(file: SourceFile, tokens: readonly Token[]): string {
  const first = tokens.find((token) => !isBlank(token) && file.text[token.start] !== '(');
  return first?.kind === 'word' ? file.text.slice(first.start, first.end).toLowerCase() : '';
}

function misspeltAnnotation(file: SourceFile, tokens: readonly Token[], head: Token): Diagnostic | undefined {
  const linesOf = (from: number, to: number): { readonly start: number; readonly text: string }[] =>
    lineStarts(file.text, from, to).map((start) => ({ start, text: file.text.slice(start, Math.min(to, endOfLine(file.text, start))) }));
  const lines = tokens.filter(isComment).flatMap(({ start, end }) => linesOf(start, end));
  // PostgreSQL knows no such comments, so the lexer takes the line for the beginning of the statement.
  if (/^(?:#|\/\/)/.test(file.text.slice(head.start))) lines.push(...linesOf(head.start, endOfLine(file.text, head.start)));
  for (const { start, text } of lines) {
    const match = MISSPELT.exec(text);
    if (!match) continue;
    const [, name = '', command = ''] = match;
    const indented = /^\s+-- name: /.test(file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start + text.length));
    return {
      severity: 'warning',
      message: indented
        ? 'this annotation is indented, so it does not count and its statement is passed over'
        : 'this line looks like an annotation and is none, so its statement is passed over',
      remedy: indented
        ? 'Begin the annotation at the beginning of the line.'
        : `Write it as \`-- name: ${name} :${command.toLowerCase()}\`, at the beginning of the line.`,
      file,
      start: start + (/^\s*/.exec(text)?.[0].length ?? 0),
      end: start + text.trimEnd().length,
    };
  }
  return undefined;
}
