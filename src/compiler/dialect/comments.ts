/**
 * The author's comments: which of them document a query, and how they are taken out of the text that is sent.
 *
 * Documentation is what stands right above the annotation, and between the annotation and the statement. A blank
 * line ends the first group, so that a licence at the top of a file documents no query.
 */
import { type Edit, isBlank } from '../../sql/index.js';
import { looksLikeAnnotation } from './annotation.js';
import { mentionsHook } from './hook-comment.js';
import type { RewrittenQuery } from './rewrite.js';
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

/**
 * Edits that take the comments out, except for those that another edit overlaps: they would cross the network with every
 * call. What is left has the same tokens in the same order. The first line, which names the query, stays; so does a
 * planner's hint (`/*+ … *\/`), which the planner reads.
 */
export function commentEdits({ annotated, text, target }: RewrittenQuery, others: readonly Edit[]): readonly Edit[] {
  const comments = annotated.tokens.filter((token) => isComment(token) && token.start < annotated.end && !token.text.startsWith('/*+'));
  return comments.flatMap((comment) => {
    const start = target(comment.start);
    // A hook, or a comment inside a macro, is no longer there.
    if (!text.startsWith(comment.text, start)) return [];
    const edit = editFor(text, start, start + comment.text.length);
    return others.every((other) => other.end <= edit.start || other.start >= edit.end) ? [edit] : [];
  });
}

/** Removes a comment with the white space before it, and with the whole line if nothing else is on it. */
function editFor(text: string, from: number, end: number): Edit {
  let start = from;
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? '')) start--;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 1000));
  if (text[start - 1] === '\n' && rest !== null) return { start, end: end + rest[0].length, text: '' };
  // The white space before the comment goes, too, so a space must replace it unless white space follows.
  return { start, end, text: /^\s?$/.test(text[end] ?? '') ? '' : ' ' };
}
