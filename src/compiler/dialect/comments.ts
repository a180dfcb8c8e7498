/**
 * The author's comments, taken out of what is sent: they stand as the function's documentation, and
 * would cross the network at every call.
 *
 * Invariant: what is left has the same tokens in the same order. The first line, which names the
 * query, stays; so does a planner's hint (`/*+ … *\/`), which is no comment to who reads it.
 */
import { tokenize, type Edit, type Token } from '../../sql/index.js';

/** Edits that take the comments out; those that another edit reaches into are left where they are. */
export function commentEdits(text: string, others: readonly Edit[]): readonly Edit[] {
  const firstLine = text.indexOf('\n');
  if (firstLine < 0) return [];
  const comments = tokenize(text).filter((token) => token.start > firstLine && isComment(text, token));
  return mergeTouching(comments.map((comment) => editFor(text, comment))).filter((edit) =>
    others.every((other) => other.end <= edit.start || other.start >= edit.end),
  );
}

function isComment(text: string, { kind, start }: Token): boolean {
  return kind === 'lineComment' || (kind === 'blockComment' && text[start + 2] !== '+');
}

/** A comment goes with the white space before it, and with its line where nothing else stands there. */
function editFor(text: string, { kind, start: from, end }: Token): Edit {
  let start = from;
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? '')) start--;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 1000));
  if (text[start - 1] === '\n' && rest !== null) return { start, end: end + rest[0].length, text: '' };
  const separates =
    kind === 'lineComment' || start < from || start === 0 || /\s/.test(text[start - 1] ?? '') || /^\s?$/.test(text[end] ?? '');
  // White space in front was taken along, so something has to stand in its place unless some follows.
  return { start, end, text: separates && /^\s?$/.test(text[end] ?? '') ? '' : ' ' };
}

/** Comments in a row, with nothing but the white space that they take along between them. */
function mergeTouching(edits: readonly Edit[]): readonly Edit[] {
  const merged: Edit[] = [];
  for (const edit of edits) {
    const last = merged.at(-1);
    if (last !== undefined && edit.start < last.end) merged[merged.length - 1] = { start: last.start, end: edit.end, text: edit.text };
    else merged.push(edit);
  }
  return merged;
}
