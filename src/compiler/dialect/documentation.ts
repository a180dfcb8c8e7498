/**
 * The comments that document a query: those right above its annotation, and those between the
 * annotation and the statement. A blank line ends the first group, so that a licence at the top of
 * a file documents no query.
 */
import { isBlank } from '../../sql/index.js';
import { looksLikeAnnotation } from './annotation.js';
import { mentionsHook } from './hook-comment.js';
import { isComment, type SourceToken } from './statements.js';

/** The documenting lines of a statement, in order, without their comment marks. */
export function leadingDocumentation(text: string, tokens: readonly SourceToken[], annotation: SourceToken): string[] {
  const above: SourceToken[] = [];
  const at = tokens.indexOf(annotation);
  for (const token of tokens.slice(0, at)) {
    const breaks = token.text.split('\n').length - 1;
    if (token.kind !== 'whitespace') above.push(token);
    // What follows the semicolon on its line belongs to the statement before.
    else if (breaks > 1 || (breaks === 1 && above.length === 1 && !startsLine(text, above[0]))) above.length = 0;
  }
  const head = tokens.findIndex((token) => !isBlank(token));
  return [...above, ...tokens.slice(at + 1, head).filter(isComment)].flatMap(commentText);
}

function startsLine(text: string, token: SourceToken | undefined): boolean {
  return token !== undefined && /^[ \t\uFEFF]*$/.test(text.slice(text.lastIndexOf('\n', token.start - 1) + 1, token.start));
}

/** The lines of one comment. Flags (`@sqlc-vet-disable`), optimizer hints and hooks document nothing. */
function commentText({ kind, text: comment }: SourceToken): string[] {
  if (comment.startsWith('/*+') || looksLikeAnnotation(comment)) return [];
  if (/^-- ?$/.test(comment)) return [''];
  const [inner, mark] = kind === 'lineComment' ? [comment, /^-- ?/] : [comment.slice(2, -2), /^[ \t]*(?:\* ?)?/];
  const lines = inner.split('\n').map((line) => line.replace(mark, '').trimEnd());
  const told = lines.filter((line) => !/^\s*@\w/.test(line) && !mentionsHook(line));
  return told.slice(
    told.findIndex((line) => line !== ''),
    told.findLastIndex((line) => line !== '') + 1,
  );
}
