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
const FORM = '-- name: GetThings :many';
const EXACT_FORM = `Write it as \`${FORM}\`, at the beginning of the line, with single spaces and nothing behind.`;

/** Whether sqlc would take a line, which begins at column 0, for an annotation, well-formed or not. */
export function looksLikeAnnotation(line: string): boolean {
  if (!line.startsWith('--') && !line.startsWith('/*')) return false;
  const rest = line.slice(2);
  return rest.trim().startsWith('name') && rest.includes(':');
}

/** Reads a line for which `looksLikeAnnotation` holds. */
export function readAnnotation(line: string): Annotation | AnnotationProblem {
  const text = line.trim();
  const block = text.startsWith('/*');
  if (!text.slice(2).startsWith(' name: ')) {
    return { message: 'this comment looks like a query annotation, but is not one', remedy: EXACT_FORM };
  }
  if (block && !text.endsWith(' */')) {
    return {
      message: 'the annotation must be a comment of its own, on one line',
      remedy: 'Write it as `/* name: GetThings :many */`, with a space on both sides and nothing behind.',
    };
  }
  const parts = text.split(' ');
  if (block) parts.pop();
  const [, , name = '', command] = parts;
  if (parts.includes('')) {
    return { message: 'the annotation has more than one space between its parts', remedy: EXACT_FORM };
  }
  // The line says all that is needed; only a space is missing or misplaced.
  const [joined, plain, glued] = /^([\p{L}_][\p{L}\p{Nd}_]*):(\w*)$/u.exec(name) ?? [];
  const meant = glued === '' ? command : glued;
  if (joined !== undefined && meant !== undefined && isCommand(meant)) {
    return { message: `query "${plain}" has no space before its command`, remedy: `Write \`-- name: ${plain} :${meant}\`.` };
  }
  if (command === undefined) {
    return { message: `query "${name}" has no command`, remedy: `Add one of ${COMMAND_LIST} behind the name.` };
  }
  const nameStart = line.indexOf(name, line.indexOf('name:') + 'name:'.length);
  if (parts.length > 4) {
    return { message: `the annotation of query "${name}" has more than a name and a command`, remedy: EXACT_FORM };
  }
  if (!/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name)) {
    return {
      message: `"${name}" cannot be a query name`,
      remedy: 'Use letters, digits and `_`, and do not begin with a digit.',
      start: nameStart,
      end: nameStart + name.length,
    };
  }
  const commandStart = line.indexOf(command, nameStart + name.length);
  const place = { start: commandStart, end: commandStart + command.length };
  if (command === ':execlastid') {
    return {
      message: `query "${name}" asks for :execlastid, which PostgreSQL does not have`,
      remedy: 'End the INSERT with `RETURNING id` and use :one.',
      ...place,
    };
  }
  const known = command.replace(/^:/, '');
  if (!isCommand(known) || !command.startsWith(':')) {
    const colon = isCommand(known) ? `Write \`:${command}\`.` : `Use one of ${COMMAND_LIST}.`;
    return { message: `query "${name}" has an unknown command, "${command}"`, remedy: colon, ...place };
  }
  return { name, command: known };
}
