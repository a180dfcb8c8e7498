/**
 * Statements without an annotation, which become nothing.
 *
 * Invariant: what an author could have meant as a query is never passed over in silence. DDL may stand
 * in a query file, as sqlc allows it, and a file of DDL alone is a schema.
 */
import type { SourceFile } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { COMMAND_NAMES } from './command.js';
import { isComment, type Statement } from './statements.js';

/** A statement without an annotation, and the query whose statement ends before it. */
export interface Bare extends Pick<Statement, 'tokens' | 'code'> {
  readonly above: { readonly name: string; readonly end: number } | undefined;
}

/** The first words of statements that belong in a query file: they read or change rows, or run something. */
const QUERY_WORDS =
  /^(?:call|copy|delete|execute|explain|insert|listen|lock|merge|notify|refresh|select|show|table|truncate|unlisten|update|values|with)$/i;
const DEFINITION_WORDS = /^(?:alter|comment|create|drop|grant|revoke)$/i;

const NAME = '([\\p{L}_][\\p{L}\\p{N}_]*)';
const COMMAND = `(${COMMAND_NAMES.join('|')})\\b`;
/** A line of a comment that ends like an annotation: a name, and a command, with or without white space between its parts. */
const MISSPELT = new RegExp(
  ['^', '(?:--+|/\\*+|#+|//+)?', '@?[\\p{L}-]*', ':?', NAME, ':', COMMAND, '(?:\\*/)?', '$'].join('[^\\S\\n]*'),
  'imu',
);

/** The warnings about a file's statements without an annotation; `annotated` says whether any has one. */
export function passedOver(file: SourceFile, bare: readonly Bare[], annotated: boolean): readonly Diagnostic[] {
  const misspelt = bare.map((statement) => misspeltAnnotation(file, statement));
  // A warning about a malformed annotation says more than one about its statement.
  const warnings = bare.flatMap((statement, index) => misspelt[index] ?? withoutAnnotation(file, statement) ?? []);
  if (annotated) return warnings;
  const meant = misspelt.filter((warning) => warning !== undefined);
  if (meant.length > 0) return meant;
  if (bare.some((statement) => DEFINITION_WORDS.test(firstWord(statement)))) return [];
  const [first, ...others] = warnings;
  if (first === undefined || others.length === 0) return warnings;
  return [
    {
      ...first,
      message: `no statement of this file has an annotation, so all ${warnings.length} are passed over`,
      remedy: 'Write a line such as `-- name: DeleteThings :exec` above each that is a query, or leave the file out of the queries.',
    },
  ];
}

/** The warning for a statement, unless it was never meant to be a query. */
function withoutAnnotation(file: SourceFile, statement: Bare): Diagnostic | undefined {
  const {
    code: [head],
    above,
  } = statement;
  if (head === undefined) return undefined;
  const { start, end } = head;
  const follows = above !== undefined && /^\s*;[ \t\r]*\n?[ \t\r]*$/.test(file.text.slice(above.end, start));
  if (!follows && !QUERY_WORDS.test(firstWord(statement))) return undefined;
  const message = follows
    ? `this is a second statement under the annotation of query "${above.name}", so it is passed over`
    : 'this statement has no annotation, so it is passed over';
  const remedy = 'Write a line such as `-- name: DeleteThings :exec` above it, or remove it.';
  return { severity: 'warning', message, remedy, file, start, end };
}

/** The first word, after any opening parentheses. */
function firstWord({ code }: Bare): string {
  return code.find(({ text }) => text !== '(')?.text ?? '';
}

function misspeltAnnotation(file: SourceFile, { tokens, code: [head] }: Bare): Diagnostic | undefined {
  if (head === undefined) return undefined;
  // PostgreSQL knows no comments such as `# …`, so the lexer takes the line for the beginning of the statement.
  const [foreign] = /^(?:#|\/\/).*/.exec(file.text.slice(head.start)) ?? [];
  const places = [...tokens.filter(isComment), ...(foreign === undefined ? [] : [{ start: head.start, text: foreign }])];
  for (const place of places) {
    const match = MISSPELT.exec(place.text);
    if (match === null) continue;
    const [line, name = '', command = ''] = match;
    const start = place.start + match.index;
    const indented = /^\s+-- name: /.test(file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start + line.length));
    const [message, remedy] = indented
      ? [
          'this annotation is indented, so it does not count and its statement is passed over',
          'Begin the annotation at the beginning of the line.',
        ]
      : [
          'this line looks like an annotation and is none, so its statement is passed over',
          `Write it as \`-- name: ${name} :${command.toLowerCase()}\`, at the beginning of the line.`,
        ];
    const from = start + line.length - line.trimStart().length;
    return { severity: 'warning', message, remedy, file, start: from, end: start + line.trimEnd().length };
  }
  return undefined;
}
