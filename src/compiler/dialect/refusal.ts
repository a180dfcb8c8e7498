/** What the parser or the server refuses → a diagnostic at the author's line. */
import type { DescribeFailure } from '../../database/index.js';
import { codePointOffset, type EditedText } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { roleInFrom } from './role.js';
import { keywordRemedy, syntaxRemedy } from './syntax.js';
import type { ParseError } from '../parse.js';
import type { RewrittenQuery } from './rewrite.js';
import { type AnnotatedQuery, inQuery } from './split.js';

/** A syntax error, found before any server is asked. */
export function syntaxDiagnostic({ annotated, origin }: RewrittenQuery, error: ParseError): Diagnostic {
  const start = error.offset === undefined ? annotated.annotationStart : origin(error.offset);
  return {
    severity: 'error',
    message: error.message,
    ...inQuery(annotated, wordAt(annotated, start)),
    sqlstate: '42601',
    remedy: syntaxRemedy(annotated.file.text, start) ?? 'Correct the statement there: PostgreSQL cannot read past this point.',
  };
}

interface RefusalCause {
  /** The extension that the server's message shows to be missing. */
  readonly extension: string | undefined;
  /** A remedy that the caller found. */
  readonly remedy: string | undefined;
  /** The failure in the schema that the query suffers from. */
  readonly cause?: Diagnostic | undefined;
}

/**
 * The server's own message and hint, with a remedy if the cause is known. A parameter that the message
 * calls by its number is named as the author wrote it.
 */
export function serverDiagnostic(
  rewritten: RewrittenQuery,
  described: EditedText,
  failure: DescribeFailure,
  { extension, remedy: found, cause }: RefusalCause,
): Diagnostic {
  const { annotated } = rewritten;
  const start =
    failure.position === undefined
      ? annotated.annotationStart
      : rewritten.origin(described.origin(codePointOffset(described.text, failure.position)));
  const remedy = cause === undefined ? (found ?? remedyFor(rewritten, failure, start, extension)) : 'Correct the cause first.';
  return {
    severity: 'error',
    message: inAuthorsWords(rewritten, failure.detail === undefined ? failure.message : `${failure.message} (${failure.detail})`),
    ...inQuery(annotated, wordAt(annotated, start)),
    sqlstate: failure.sqlstate,
    hint: failure.hint,
    remedy,
    cause,
  };
}

function inAuthorsWords({ parameters, annotated }: RewrittenQuery, message: string): string {
  return message.replace(/\bparameter \$(\d+)/, (counted, number: string) => {
    const use = parameters.find((parameter) => parameter.number === Number(number))?.uses[0];
    return use ? `parameter ${annotated.file.text.slice(use.start, use.end)}` : counted;
  });
}

/** The word at a place, so that the code frame marks all of it. */
function wordAt({ file, end }: AnnotatedQuery, start: number): { readonly start: number; readonly end: number } {
  const rest = file.text.slice(start, Math.max(start, end));
  const word = /^(?:[\p{L}\p{N}_$.]+|"[^"\n]*"|'[^'\n]*'|\S)/u.exec(rest)?.[0] ?? '';
  return { start, end: start + Math.max(1, word.length) };
}

/** The cast for a parameter whose type PostgreSQL cannot tell, by its message: `could not determine data type of parameter $2`. */
export function untypedRemedy({ parameters, annotated }: RewrittenQuery, message: string): string | undefined {
  const number = Number(/\$(\d+)/.exec(message)?.[1]);
  const { uses: [use] = [], slice = false } = parameters.find((parameter) => parameter.number === number) ?? {};
  return use && `Write its type behind it, as in \`${annotated.file.text.slice(use.start, use.end)}::${slice ? 'text[]' : 'text'}\`.`;
}

function remedyFor(rewritten: RewrittenQuery, failure: DescribeFailure, start: number, extension: string | undefined): string | undefined {
  if (extension !== undefined)
    return `Create the extension "${extension}", which it comes with, in the database, or set DATABASE_URL to one that has it.`;
  if ((failure.sqlstate === '42703' || failure.sqlstate === '42P01') && roleInFrom(rewritten.text) !== undefined)
    return keywordRemedy('user');
  switch (failure.sqlstate) {
    case '42P18':
      return untypedRemedy(rewritten, failure.message);
    case '42P01':
      return /^missing FROM-clause entry/.test(failure.message)
        ? 'Write the alias that FROM gives the table, or add the table to FROM.'
        : 'Check the name and its schema: it must be in the schema files, or in the database that is asked.';
    case '42703':
      if (rewritten.annotated.file.text[start - 1] === '@')
        return 'Write a space before the @ and no quotes behind it where a parameter is meant: here it is an operator, or the end of one.';
      return 'Check the column against its table, or the alias before it.';
    case '42702':
      return 'Write the table or its alias before the column.';
    case '42P09':
    case '42712':
      return 'Give each of the tables an alias of its own.';
    case '42803':
      return 'Name the column in GROUP BY, or put it into an aggregate such as max().';
    case '42804':
      return 'Cast the value to the type that is expected there.';
    case '42883':
      // `x IN ($1::int[])` holds a number against a list of them.
      if (/: .*[^\]] (?:=|<>) .+\[\]$/.test(failure.message))
        return 'Compare it with the elements: `= ANY (@list)` instead of IN, `<> ALL (@list)` instead of NOT IN.';
      return 'Check the name and the argument types; a cast of the parameter, as in @x::text, often decides the overload.';
    case '42P08':
      return 'Give the parameter one type: cast every use of it alike.';
    default:
      return failure.hint === undefined ? 'Correct the query there, or the schema that it runs on.' : undefined;
  }
}
