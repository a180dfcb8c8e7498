/**
 * Takes the author's comments out of the text that is sent: they are the function's documentation, and
 * would cross the network with every call.
 *
 * Invariant: what is left has the same tokens in the same order. The first line, which names the
 * query, stays; so does a planner's hint (`/*+ … *\/`), which the planner reads.
 */
import { tokenize, type Edit, type Token } from '../../sql/index.js';

export function isComment({ kind }: Token): boolean {
  return kind === 'lineComment' || kind === 'blockComment';
}

export function endOfLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  return lineFeed < 0 ? text.length : lineFeed;
}

/** The offsets between two at which a line of a text begins, and the first one itself. */
export function lineStarts(text: string, start: number, end: number): readonly number[] {
  const starts: number[] = [];
  for (let at = start; at < end; at = endOfLine(text, at) + 1) starts.push(at);
  return starts;
}

/** Edits that take the comments out, except for comments that another edit overlaps. */
export function commentEdits(text: string, others: readonly Edit[]): readonly Edit[] {
  const firstLine = text.indexOf('\n');
  if (firstLine < 0 || !/--|\/\*/.test(text.slice(firstLine))) return [];
  const comments = tokenize(text).filter((token) => token.start > firstLine && isComment(token) && !isHint(text, token));
  return mergeTouching(comments.map((comment) => editFor(text, comment))).filter((edit) =>
    others.every((other) => other.end <= edit.start || other.start >= edit.end),
  );
}

function isHint(text: string, { start }: Token): boolean {
  return text.startsWith('/*+', start);
}

/** Removes a comment with the white space before it, and with the whole line if nothing else is on it. */
function editFor(text: string, { kind, start: from, end }: Token): Edit {
  let start = from;
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? '')) start--;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 1000));
  if (text[start - 1] === '\n' && rest !== null) return { start, end: end + rest[0].length, text: '' };
  const separates =
    kind === 'lineComment' || start < from || start === 0 || /\s/.test(text[start - 1] ?? '') || /^\s?$/.test(text[end] ?? '');
  // The white space before the comment goes, too, so a space must replace it unless white space follows.
  return { start, end, text: separates && /^\s?$/.test(text[end] ?? '') ? '' : ' ' };
}

/** Joins edits of consecutive comments, which overlap in the white space between them. */
function mergeTouching(edits: readonly Edit[]): readonly Edit[] {
  const merged: Edit[] = [];
  for (const edit of edits) {
    const last = merged.at(-1);
    if (last !== undefined && edit.start < last.end) merged[merged.length - 1] = { start: last.start, end: edit.end, text: edit.text };
    else merged.push(edit);
  }
  return merged;
}
