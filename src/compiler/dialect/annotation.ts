/**
 * The line that names a query: `-- name: Name :command`, or the same in a block comment.
 *
 * Invariant: a line is judged as sqlc judges it, so that one file means the same to both. The
 * first line at column 0 that looks like an annotation counts, even an older one that was
 * commented out; what looks like one and is not well-formed is an error, never passed over.
 */
import { COMMAND_NAMES, isCommand, type Command } from './command.js';

export interface Annotation {
  readonly name: string;
  readonly command: Command;
}

/** What is wrong with a line that looks like an annotation. */
export interface AnnotationProblem {
  readonly message: string;
  readonly remedy: string;
  /** The faulty part, as offsets in the line; absent if it is the whole line. */
  readonly start?: number;
  readonly end?: number;
}

const COMMAND_LIST = COMMAND_NAMES.map((command) => `:${command}`).join(', ');
const EXACT_FORM = 'Write it as `-- name: GetThings :many`, at the beginning of the line, with single spaces and nothing behind.';
const BLOCK_FORM = 'Write it as `/* name: GetThings :many */`, with a space on both sides and nothing behind.';
const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/** Whether sqlc would take a line, which begins at column 0, for an annotation, well-formed or not. */
export function looksLikeAnnotation(line: string): boolean {
  return /^(?:--|\/\*)\s*name/.test(line) && line.includes(':');
}

/** Reads a line for which `looksLikeAnnotation` holds. */
export function readAnnotation(line: string): Annotation | AnnotationProblem {
  const text = line.trim();
  const parts = text.split(' ');
  if (!text.slice(2).startsWith(' name: '))
    return { message: 'this comment looks like a query annotation, but is not one', remedy: EXACT_FORM };
  if (text.startsWith('/*') && parts.pop() !== '*/')
    return { message: 'the annotation must be a comment of its own, on one line', remedy: BLOCK_FORM };
  if (parts.includes('')) return { message: 'the annotation has more than one space between its parts', remedy: EXACT_FORM };
  const [, , name = '', command, ...behind] = parts;
  // The line says all that is needed; only a space is missing or misplaced.
  const [plain = '', glued, ...more] = name.split(':');
  const meant = glued === '' ? command : glued;
  if (NAME.test(plain) && glued !== undefined && more.length === 0 && meant !== undefined && isCommand(meant))
    return { message: `query "${plain}" has no space before its command`, remedy: `Write \`-- name: ${plain} :${meant}\`.` };
  if (command === undefined) return { message: `query "${name}" has no command`, remedy: `Add one of ${COMMAND_LIST} behind the name.` };
  if (behind.length > 0) return { message: `the annotation of query "${name}" has more than a name and a command`, remedy: EXACT_FORM };
  const start = line.indexOf(name, line.indexOf('name:') + 'name:'.length);
  if (!NAME.test(name)) {
    const remedy = 'Use letters, digits and `_`, and do not begin with a digit.';
    return { message: `"${name}" cannot be a query name`, remedy, start, end: start + name.length };
  }
  const known = command.replace(/^:/, '');
  if (command.startsWith(':') && isCommand(known)) return { name, command: known };
  const commandStart = line.indexOf(command, start + name.length);
  const place = { start: commandStart, end: commandStart + command.length };
  if (command === ':execlastid') {
    const message = `query "${name}" asks for :execlastid, which PostgreSQL does not have`;
    return { message, remedy: 'End the INSERT with `RETURNING id` and use :one.', ...place };
  }
  const remedy = isCommand(known) ? `Write \`:${command}\`.` : `Use one of ${COMMAND_LIST}.`;
  return { message: `query "${name}" has an unknown command, "${command}"`, remedy, ...place };
}
