/**
 * A file as its author sees it, and the three ways to count in it: JavaScript counts UTF-16 code
 * units (every offset in this project), libpg-query counts bytes, and the server code points.
 */
export interface SourceFile {
  /** The path as messages show it, relative to the configuration file, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What a file that is not in Unicode was read as. */
  readonly encoding?: 'windows-1252';
}

/** A place in a source file, both counted from 1; columns count code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: [...before.slice(lineStart)].length + 1 };
}

/** Maps a UTF-8 byte offset, as libpg-query gives it, to an offset in the same text. */
export function byteOffsets(text: string): (bytes: number) => number {
  // eslint-disable-next-line no-control-regex -- ASCII is what makes both counts the same
  if (/^[\x00-\x7f]*$/.test(text)) return (bytes) => bytes;
  const offsets: number[] = [];
  let offset = 0;
  for (const character of text) {
    for (let bytes = Buffer.byteLength(character); bytes > 0; bytes--) offsets.push(offset);
    offset += character.length;
  }
  offsets.push(offset);
  return (bytes) => offsets[bytes] ?? offset;
}

/** Maps a code point position counted from 1, as the server gives it, to an offset in the same text. */
export function codePointOffset(text: string, position: number): number {
  let offset = 0;
  let left = position - 1;
  for (const character of text) {
    if (left-- <= 0) break;
    offset += character.length;
  }
  return offset;
}

/**
 * The file with the line ends that it has in the repository, whatever Git made of them in this
 * checkout: nothing that is generated may depend on that.
 */
export function withLineFeeds<File extends SourceFile>(file: File): File {
  return file.text.includes('\r\n') ? { ...file, text: file.text.replaceAll('\r\n', '\n') } : file;
}
