/** What the parser or the server refuses → a diagnostic at the author's line, with what the author probably meant. */
import type { DescribeFailure } from '../../database/index.js';
import { type Catalog, findRelation } from '../../catalog/index.js';
import { codePointOffset, type EditedText, quoteIdentifier } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { ParseError } from '../parse.js';
import type { RewrittenQuery } from './rewrite.js';
import { type AnnotatedQuery, errorIn, inQuery, warningIn } from './split.js';
import type { SourceToken } from './statements.js';

/** A syntax error, found before any server is asked. */
export function syntaxDiagnostic({ annotated, origin }: RewrittenQuery, error: ParseError): Diagnostic {
  const start = error.offset === undefined ? annotated.annotationStart : origin(error.offset);
  const remedy = syntaxRemedy(annotated.file.text, start) ?? 'Correct the statement there: PostgreSQL cannot read past this point.';
  return { ...errorIn(annotated, error.message, remedy, wordAt(annotated, start)), sqlstate: '42601' };
}

/**
 * The server's own message and hint, with a remedy if the cause is known. A parameter that the message
 * calls by its number is named as the author wrote it.
 * `known` are the extension that the message shows to be missing, a remedy that the caller found, and
 *   the failure in the schema that the query suffers from.
 */
export function serverDiagnostic(
  rewritten: RewrittenQuery,
  described: EditedText,
  failure: DescribeFailure,
  { extension, remedy: found, cause }: Pick<Diagnostic, 'remedy' | 'cause'> & { readonly extension: string | undefined },
): Diagnostic {
  const { annotated, origin } = rewritten;
  const { message, detail, position, sqlstate, hint } = failure;
  const start = position === undefined ? annotated.annotationStart : origin(described.origin(codePointOffset(described.text, position)));
  const told = (detail === undefined ? message : `${message} (${detail})`).replace(
    /\bparameter \$(\d+)/,
    (counted, number: string) => `parameter ${spellingOf(rewritten, number) ?? counted.slice('parameter '.length)}`,
  );
  return {
    severity: 'error',
    message: told,
    ...inQuery(annotated, wordAt(annotated, start)),
    sqlstate,
    hint,
    remedy: cause ? 'Correct the cause first.' : (found ?? remedyFor(rewritten, failure, start, extension)),
    cause,
  };
}

/** How the author wrote a parameter first. */
function spellingOf({ parameters }: RewrittenQuery, number: string | undefined): string | undefined {
  return parameters.find((parameter) => parameter.number === Number(number))?.uses[0]?.written;
}

/** The word at a place, so that the code frame marks all of it. */
function wordAt({ file, end }: AnnotatedQuery, start: number): { readonly start: number; readonly end: number } {
  const rest = file.text.slice(start, Math.max(start, end));
  const word = /^(?:[\p{L}\p{N}_$.]+|"[^"\n]*"|'[^'\n]*'|\S)/u.exec(rest)?.[0] ?? '';
  return { start, end: start + Math.max(1, word.length) };
}

function remedyFor(rewritten: RewrittenQuery, failure: DescribeFailure, start: number, extension: string | undefined): string | undefined {
  const { sqlstate = '', hint } = failure;
  if (extension !== undefined)
    return `Create the extension "${extension}", which it comes with, in the database, or set DATABASE_URL to one that has it.`;
  if (/^42703$|^42P01$/.test(sqlstate) && roleInFrom(rewritten.annotated)) return keywordRemedy('user');
  const remedy = REMEDIES[sqlstate] ?? (hint === undefined ? 'Correct the query there, or the schema that it runs on.' : undefined);
  return typeof remedy === 'function' ? remedy(rewritten, failure.message, start) : remedy;
}

/** The cast for a parameter whose type PostgreSQL cannot tell, by its message: `could not determine data type of parameter $2`. */
export function untypedRemedy(rewritten: RewrittenQuery, message: string): string | undefined {
  const number = /\$(\d+)/.exec(message)?.[1];
  const slice = rewritten.parameters.some((parameter) => parameter.number === Number(number) && parameter.slice);
  const spelling = spellingOf(rewritten, number);
  return spelling && `Write its type behind it, as in \`${spelling}::${slice ? 'text[]' : 'text'}\`.`;
}

/** By SQLSTATE. */
const REMEDIES: Readonly<Record<string, string | ((rewritten: RewrittenQuery, message: string, start: number) => string | undefined)>> = {
  '42P18': untypedRemedy,
  '42P01': (_, message) =>
    /^missing FROM-clause entry/.test(message)
      ? 'Write the alias that FROM gives the table, or add the table to FROM.'
      : 'Check the name and its schema: it must be in the schema files, or in the database that is asked.',
  '42703': ({ annotated }, _, start) =>
    annotated.file.text[start - 1] === '@'
      ? 'Write a space before the @ and no quotes behind it where a parameter is meant: here it is an operator, or the end of one.'
      : 'Check the column against its table, or the alias before it.',
  '42702': 'Write the table or its alias before the column.',
  '42P09': 'Give each of the tables an alias of its own.',
  '42712': 'Give each of the tables an alias of its own.',
  '42803': 'Name the column in GROUP BY, or put it into an aggregate such as max().',
  '42804': 'Cast the value to the type that is expected there.',
  '42883': (_, message) =>
    // `x IN ($1::int[])` holds a number against a list of them.
    /: .*[^\]] (?:=|<>) .+\[\]$/.test(message)
      ? 'Compare it with the elements: `= ANY (@list)` instead of IN, `<> ALL (@list)` instead of NOT IN.'
      : 'Check the name and the argument types; a cast of the parameter, as in @x::text, often decides the overload.',
  '42P08': 'Give the parameter one type: cast every use of it alike.',
};

/** Words that a table's name follows. */
const BEFORE_A_TABLE = /\b(?:from|join|into|update|only|table)\s+$/i;
const WORD = /^[\p{L}_][\p{L}\p{N}_]*/u;

/** The remedy for a syntax error at an offset of the file, if the cause is known: another tool's parameters, or a keyword as a name. */
function syntaxRemedy(text: string, start: number): string | undefined {
  const rest = text.slice(start, start + 200);
  const before = text.slice(Math.max(0, start - 200), start);
  const parameter = (name: string): string => `Write \`@${name}\`: that is how a parameter is named here.`;
  const [, named] = /^(?::|\$\{|#\{|\{\{?\s*\.?)\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(rest) ?? [];
  if (named !== undefined && !before.endsWith(':')) return parameter(named);
  const [word] = WORD.exec(rest) ?? [];
  if (/[$#]\{$/.test(before)) return parameter(word ?? 'name');
  if (/\?\s*$/.test(before) || rest.startsWith('?'))
    return 'Write `@name` for each `?`: a parameter has a name here, or a number as in `$1`.';
  const isKeyword = word !== undefined && quoteIdentifier(word.toLowerCase()) !== word.toLowerCase();
  return isKeyword && BEFORE_A_TABLE.test(before) ? keywordRemedy(word) : undefined;
}

/** For a keyword that was meant as a name. */
function keywordRemedy(word: string): string {
  return `Write it in quotes, "${word.toLowerCase()}", if it is a name: without them it is a keyword of SQL.`;
}

/** An unquoted `user` after FROM or JOIN, which is the current role, even if there is a table of that name. */
function roleInFrom({ code }: AnnotatedQuery): SourceToken | undefined {
  return code.find(
    ({ text }, index) =>
      /^user$/i.test(text) && /^(?:from|join)$/i.test(code[index - 1]?.text ?? '') && !/^[.(]$/.test(code[index + 1]?.text ?? ''),
  );
}

/** A warning if the database has a table of that name, which the author probably meant. */
export function roleWarnings({ annotated }: RewrittenQuery, catalog: Catalog): readonly Diagnostic[] {
  const role = roleInFrom(annotated);
  if (role === undefined || !findRelation(catalog, undefined, 'user')) return [];
  return [warningIn(annotated, 'user is the current role here, and not the table of that name', keywordRemedy('user'), role)];
}
