/**
 * Replacements in a text, and the way back. A stage that rewrites SQL lists its edits; the result
 * can then say, for any of its own offsets, which offset of the original it came from.
 */
export interface Edit {
  /** Offsets in the original text; `start === end` inserts. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface EditedText {
  readonly text: string;
  /** The original's offset for an offset of `text`; inside a replacement, where the replaced part begins. */
  readonly origin: (offset: number) => number;
  /** The offset in `text` for an offset of the original; inside a replaced part, where the replacement begins. */
  readonly target: (offset: number) => number;
}

interface Span {
  /** Where the edit begins in the original, and in the result. */
  readonly from: number;
  readonly at: number;
  readonly length: number;
  readonly replaced: number;
}

/** Applies edits that do not overlap, given in any order. */
export function applyEdits(original: string, edits: readonly Edit[]): EditedText {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const spans: Span[] = [];
  let text = '';
  let copied = 0;
  for (const edit of ordered) {
    if (edit.start < copied) throw new RangeError(`edits overlap at offset ${edit.start}`);
    text += original.slice(copied, edit.start);
    spans.push({ from: edit.start, at: text.length, length: edit.text.length, replaced: edit.end - edit.start });
    text += edit.text;
    copied = edit.end;
  }
  text += original.slice(copied);
  return {
    text,
    origin(offset) {
      const span = lastBefore(spans, 'at', offset);
      if (span === undefined) return offset;
      if (offset < span.at + span.length) return span.from;
      return offset + span.from + span.replaced - (span.at + span.length);
    },
    target(offset) {
      const span = lastBefore(spans, 'from', offset);
      if (span === undefined) return offset;
      if (offset < span.from + span.replaced) return span.at;
      return offset + span.at + span.length - (span.from + span.replaced);
    },
  };
}

/** The last span that begins at or before an offset; a generated statement has tens of thousands. */
function lastBefore(spans: readonly Span[], side: 'from' | 'at', offset: number): Span | undefined {
  return spans[countUpTo(spans, (span) => span[side], offset) - 1];
}

/** How many items, which are in order, begin at an offset or before it. */
export function countUpTo<T>(items: readonly T[], offsetOf: (item: T) => number, offset: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && offsetOf(item) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
