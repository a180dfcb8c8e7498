/**
 * Takes the author's comments out of the text that is sent: they are the function's documentation, and
 * would cross the network with every call.
 *
 * Invariant: what is left has the same tokens in the same order. The first line, which names the
 * query, stays; so does a planner's hint (`/*+ … *\/`), which the planner reads.
 */
import type { Edit } from '../../sql/index.js';
import type { RewrittenQuery } from './rewrite.js';
import { isComment } from './statements.js';

/** Edits that take the comments out, except for comments that another edit overlaps. */
export function commentEdits({ annotated, text, target }: RewrittenQuery, others: readonly Edit[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (const comment of annotated.tokens.filter(isComment)) {
    if (comment.start >= annotated.end || comment.text.startsWith('/*+')) continue;
    const start = target(comment.start);
    // A hook, or a comment inside a macro, is no longer there.
    if (!text.startsWith(comment.text, start)) continue;
    const edit = editFor(text, start, start + comment.text.length);
    const last = edits.at(-1);
    // The edits of consecutive comments overlap in the white space between them.
    if (last !== undefined && edit.start < last.end) edits[edits.length - 1] = { ...edit, start: last.start };
    else edits.push(edit);
  }
  return edits.filter((edit) => others.every((other) => other.end <= edit.start || other.start >= edit.end));
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
