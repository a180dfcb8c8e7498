/**
 * What the compiler has to say about the author's files: where, what, and what to do about it.
 */
import { type Position, positionAt, type SourceFile } from './sql/index.js';

export type Severity = 'error' | 'warning';

export interface Diagnostic {
  readonly severity: Severity;
  /** One sentence, without the place. */
  readonly message: string;
  /** Absent where no file is to blame, as with a database that does not answer. */
  readonly file?: SourceFile | undefined;
  /** Offsets in `file.text`; `end` is exclusive and absent for a point. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** What to do about it: an imperative sentence, with the SQL to write where that helps. */
  readonly remedy?: string | undefined;
  /** PostgreSQL's error code and hint, where the server found the problem. */
  readonly sqlstate?: string | undefined;
  readonly hint?: string | undefined;
  /** The query's name, where there is one. */
  readonly query?: string | undefined;
  /** Another problem that this one follows from; it is told, too, and before this one. */
  readonly cause?: Diagnostic | undefined;
}

/** Thrown by a stage that cannot go on; carries every problem it found. */
export class CompileError extends Error {
  override readonly name = 'CompileError';

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n\n'));
  }
}

/** The line and column that a diagnostic points at. */
export function diagnosticPosition(diagnostic: Diagnostic): Position | undefined {
  if (diagnostic.file === undefined || diagnostic.start === undefined) return undefined;
  return positionAt(diagnostic.file.text, diagnostic.start);
}

/**
 * `path:line:column: error: message`, then the line with a caret under the place, then the hint
 * and the remedy.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const position = diagnosticPosition(diagnostic);
  const place = diagnostic.file && (position ? `${diagnostic.file.path}:${position.line}:${position.column}` : diagnostic.file.path);
  const code = diagnostic.sqlstate === undefined ? '' : ` [${diagnostic.sqlstate}]`;
  const lines = [`${place === undefined ? '' : `${place}: `}${diagnostic.severity}${code}: ${diagnostic.message}`];
  if (diagnostic.file && position) lines.push(codeFrame(diagnostic.file.text, position, diagnostic.start ?? 0, diagnostic.end));
  if (diagnostic.cause !== undefined) lines.push(`  cause: ${causeLine(diagnostic.cause)}`);
  if (diagnostic.hint !== undefined) lines.push(`  hint: ${diagnostic.hint}`);
  if (diagnostic.remedy !== undefined) lines.push(`  help: ${diagnostic.remedy}`);
  return visible(lines.join('\n'));
}

/** What would move a terminal's cursor, or end it, is shown as a character. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\uFFFD');
}

/** A cause in one line: its place and what is wrong there. */
export function causeLine(cause: Diagnostic): string {
  const position = diagnosticPosition(cause);
  const place = cause.file && (position ? `${cause.file.path}:${position.line}:${position.column}` : cause.file.path);
  return place === undefined ? cause.message : `${place}: ${cause.message}`;
}

/** How many characters of a line a frame shows; a generated or minified file has far longer ones. */
const FRAME_WIDTH = 160;

function codeFrame(text: string, position: Position, start: number, end: number | undefined): string {
  const characters = [...(text.split('\n')[position.line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ')];
  const marked = end === undefined ? 1 : Math.max(1, [...(text.slice(start, end).split('\n')[0] ?? '').trimEnd()].length);
  const at = position.column - 1;
  const from = characters.length <= FRAME_WIDTH ? 0 : Math.max(0, Math.min(at - FRAME_WIDTH / 4, characters.length - FRAME_WIDTH));
  const shown = characters.slice(from, from + FRAME_WIDTH).join('');
  const gutter = String(position.line);
  const blank = ' '.repeat(gutter.length);
  return [
    `${blank} |`,
    `${gutter} | ${shown}`,
    `${blank} | ${' '.repeat(at - from)}${'^'.repeat(Math.min(marked, FRAME_WIDTH - (at - from)))}`,
  ].join('\n');
}
