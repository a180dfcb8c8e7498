/**
 * The comments that document a query: those right above its annotation, and those between the
 * annotation and the statement. A blank line ends the first group, so that a licence at the top of
 * a file documents no query.
 */
import { isBlank, type Token } from '../../sql/index.js';
import { looksLikeAnnotation } from './annotation.js';
import { mentionsHook } from './hook-comment.js';

/** The documenting lines of a statement, in order, without their comment marks. */
export function leadingDocumentation(text: string, tokens: readonly Token[], annotationStart: number, annotationEnd: number): string[] {
  const above: Token[] = [];
  const below: Token[] = [];
  for (const token of tokens) {
    if (!isBlank(token)) break;
    if (token.end <= annotationStart) {
      const breaks = text.slice(token.start, token.end).split('\n').length - 1;
      if (token.kind !== 'whitespace') above.push(token);
      // What follows the semicolon on its line belongs to the statement before.
      else if (breaks > 1 || (breaks === 1 && above.length === 1 && !startsLine(text, above[0]))) above.length = 0;
    } else if (token.start >= annotationEnd && token.kind !== 'whitespace') {
      below.push(token);
    }
  }
  return [...above, ...below].flatMap((token) => commentText(text, token));
}

function startsLine(text: string, token: Token | undefined): boolean {
  return token !== undefined && /^[ \t\uFEFF]*$/.test(text.slice(text.lastIndexOf('\n', token.start - 1) + 1, token.start));
}

/** The lines of one comment. Flags (`@sqlc-vet-disable`), optimizer hints and hooks document nothing. */
function commentText(text: string, token: Token): string[] {
  const comment = text.slice(token.start, token.end);
  if (comment.startsWith('/*+') || looksLikeAnnotation(comment)) return [];
  if (/^-- ?$/.test(comment)) return [''];
  const [inner, mark] = token.kind === 'lineComment' ? [comment, /^-- ?/] : [comment.slice(2, -2), /^[ \t]*(?:\* ?)?/];
  const lines = inner.split('\n').map((line) => line.replace(mark, '').trimEnd());
  const told = lines.filter((line) => !/^\s*@\w/.test(line) && !mentionsHook(line));
  return told.slice(
    told.findIndex((line) => line !== ''),
    told.findLastIndex((line) => line !== '') + 1,
  );
}
