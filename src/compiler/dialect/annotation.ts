/**
 * The line that names a query: `-- name: Name :command`, or the same in a block comment.
 *
 * Invariant: a line is judged as sqlc judges it, so that one file means the same to both. The
 * first line at column 0 that looks like an annotation counts, even an older one that was
 * commented out; what looks like one and is not well-formed is an error, never passed over.
 */
import type { Diagnostic } from '../../diagnostic.js';
import { COMMAND_NAMES, isCommand, type Command } from './command.js';
import type { SourceToken } from './statements.js';

export interface Annotation {
  readonly name: string;
  readonly command: Command;
}

/** A line of a comment that begins at column 0 of the file, up to the end of the file's line. */
export interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly token: SourceToken;
}

/** What is wrong with a line that looks like an annotation. */
export type Problem = Omit<Diagnostic, 'file' | 'severity'>;

const COMMAND_LIST = COMMAND_NAMES.map((command) => `:${command}`).join(', ');
const EXACT_FORM = 'Write it as `-- name: GetThings :many`, at the beginning of the line, with single spaces and nothing behind.';
const BLOCK_FORM = 'Write it as `/* name: GetThings :many */`, with a space on both sides and nothing behind.';
const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/** Whether sqlc would take a line, which begins at column 0, for an annotation, well-formed or not. */
export function looksLikeAnnotation(line: string): boolean {
  return /^(?:--|\/\*)\s*name/.test(line) && line.includes(':');
}

/** Reads a line for which `looksLikeAnnotation` holds. */
export function readAnnotation({ text: line, start: lineStart }: Line): Annotation | Problem {
  const query = /name\s*:\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(line)?.[1];
  /** A problem of the line, or of a part of it, which begins at an index. */
  const wrong = (message: string, remedy: string, part = line, at = 0): Problem => {
    const start = lineStart + at;
    return { message, remedy, query, start, end: start + part.length };
  };
  const parts = line.split(' ');
  if (!line.slice(2).startsWith(' name: ')) return wrong('this comment looks like a query annotation, but is not one', EXACT_FORM);
  if (line.startsWith('/*') && parts.pop() !== '*/') return wrong('the annotation must be a comment of its own, on one line', BLOCK_FORM);
  if (parts.includes('')) return wrong('the annotation has more than one space between its parts', EXACT_FORM);
  const [, , name = '', command, ...behind] = parts;
  // The line says all that is needed; only a space is missing or misplaced.
  const [plain = '', glued, ...more] = name.split(':');
  const meant = glued === '' ? command : glued;
  if (NAME.test(plain) && glued !== undefined && more.length === 0 && meant !== undefined && isCommand(meant))
    return wrong(`query "${plain}" has no space before its command`, `Write \`-- name: ${plain} :${meant}\`.`);
  if (command === undefined) return wrong(`query "${name}" has no command`, `Add one of ${COMMAND_LIST} behind the name.`);
  if (behind.length > 0) return wrong(`the annotation of query "${name}" has more than a name and a command`, EXACT_FORM);
  const nameStart = '-- name: '.length;
  if (!NAME.test(name)) {
    const remedy = 'Use letters, digits and `_`, and do not begin with a digit.';
    return wrong(`"${name}" cannot be a query name`, remedy, name, nameStart);
  }
  const known = command.replace(/^:/, '');
  if (command.startsWith(':') && isCommand(known)) return { name, command: known };
  const [message, remedy] =
    command === ':execlastid'
      ? [`query "${name}" asks for :execlastid, which PostgreSQL does not have`, 'End the INSERT with `RETURNING id` and use :one.']
      : [
          `query "${name}" has an unknown command, "${command}"`,
          isCommand(known) ? `Write \`:${command}\`.` : `Use one of ${COMMAND_LIST}.`,
        ];
  return wrong(message, remedy, command, nameStart + name.length + 1);
}
