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

/** Applies edits that do not overlap, given in any order. */
export function applyEdits(original: string, edits: readonly Edit[]): EditedText {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const spans: { readonly from: number; readonly at: number; readonly length: number; readonly replaced: number }[] = [];
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
      let shift = 0;
      for (const span of spans) {
        if (offset < span.at) break;
        if (offset < span.at + span.length) return span.from;
        shift = span.from + span.replaced - (span.at + span.length);
      }
      return offset + shift;
    },
    target(offset) {
      let shift = 0;
      for (const span of spans) {
        if (offset < span.from) break;
        if (offset < span.from + span.replaced) return span.at;
        shift = span.at + span.length - (span.from + span.replaced);
      }
      return offset + shift;
    },
  };
}
