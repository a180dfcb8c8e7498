/**
 * Source file → annotated queries.
 *
 * Invariant: every annotation of the file becomes a query or a diagnostic, and nothing without an
 * annotation becomes anything: one file may hold DDL beside queries. See `passed-over.ts`.
 */
import { isBlank, type SourceFile, type Token } from '../../sql/index.js';
import type { Command } from './command.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type AnnotationProblem, looksLikeAnnotation, readAnnotation } from './annotation.js';
import { endOfLine, isComment, lineStarts } from './comments.js';
import { leadingDocumentation } from './documentation.js';
import { isHookComment, looksLikeHook, mentionsHook } from './hook-comment.js';
import { passedOver, passedOverFile } from './passed-over.js';
import { statements } from './statements.js';

/** One annotated statement of a query file. Offsets are the file's. */
export interface AnnotatedQuery {
  readonly file: SourceFile;
  readonly name: string;
  readonly command: Command;
  /** The annotation's line, from 1. */
  readonly line: number;
  /** Where the annotation begins (column 0 of its line), and its end, before the line break. */
  readonly annotationStart: number;
  readonly annotationEnd: number;
  /** Where the statement ends: before its semicolon and the white space and comments around it. */
  readonly end: number;
  /** The comment lines that document the query, without their marks. */
  readonly documentation: readonly string[];
}

/** The place of a diagnostic: a part of a query, or by default its annotation. */
export function inQuery(
  { file, name, annotationStart, annotationEnd }: AnnotatedQuery,
  { start, end }: { readonly start: number; readonly end?: number } = { start: annotationStart, end: annotationEnd },
): Pick<Diagnostic, 'file' | 'start' | 'end' | 'query'> {
  return { file, start, end, query: name };
}

interface SplitFile {
  readonly queries: readonly AnnotatedQuery[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The annotated queries of a file, in order. A semicolon after the last one may be missing. */
export function splitQueries(file: SourceFile): SplitFile {
  const queries: AnnotatedQuery[] = [];
  const diagnostics: Diagnostic[] = [];
  const begin = file.text.startsWith('\uFEFF') ? 1 : 0;
  // Lines are counted from query to query, because counting each from the file's beginning is quadratic.
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (let at = file.text.indexOf('\n', counted); at >= 0 && at < offset; at = file.text.indexOf('\n', at + 1)) line++;
    counted = offset;
    return line;
  };
  const bare: { readonly tokens: readonly Token[]; readonly above: AnnotatedQuery | undefined }[] = [];
  let above: AnnotatedQuery | undefined;
  let annotated = false;
  for (const tokens of statements(file.text, begin)) {
    const found = splitStatement(file, tokens, begin, lineAt);
    if (found === undefined) bare.push({ tokens, above });
    else annotated = true;
    above = found?.query;
    if (above) queries.push(above);
    diagnostics.push(...(found?.diagnostics ?? strayHooks(file, tokens)));
  }
  const dropped = bare.flatMap(({ tokens, above: query }) => passedOver(file, tokens, query) ?? []);
  // A warning about a malformed annotation says more than one about its statement.
  const each = dropped.filter(({ misspelt }) => annotated || misspelt).map(({ warning }) => warning);
  const bareTokens = bare.map(({ tokens }) => tokens);
  const whole = annotated || each.length > 0 ? undefined : passedOverFile(file, bareTokens, dropped);
  return { queries, diagnostics: [...diagnostics, ...each, ...(whole ? [whole] : [])] };
}

/** An error for every query whose name stands above it, in its file or another, already. */
export function findDuplicateNames(queries: readonly AnnotatedQuery[]): Diagnostic[] {
  const first = new Map<string, AnnotatedQuery>();
  return queries.flatMap((query) => {
    const earlier = first.get(query.name);
    if (earlier === undefined) {
      first.set(query.name, query);
      return [];
    }
    return [
      {
        severity: 'error' as const,
        message: `query "${query.name}" is declared twice; the first is at ${earlier.file.path}:${earlier.line}`,
        remedy: 'Give one of them another name.',
        ...inQuery(query),
      },
    ];
  });
}

interface Line {
  readonly text: string;
  /** Offset of the line in the file, always at column 0. */
  readonly start: number;
  readonly token: Token;
}

interface Split {
  readonly query?: AnnotatedQuery;
  readonly diagnostics: readonly Diagnostic[];
}

/** Undefined for a statement without an annotation. */
function splitStatement(file: SourceFile, tokens: readonly Token[], begin: number, lineAt: (offset: number) => number): Split | undefined {
  const unclosed = tokens.find((token) => !token.closed);
  if (unclosed) return { diagnostics: [unclosedToken(file, unclosed)] };

  const significant = tokens.filter((token) => !isBlank(token));
  const [line, ...others] = commentLines(file.text, tokens, begin).filter(({ text }) => looksLikeAnnotation(text));
  if (line === undefined) return undefined;
  const annotation = readAnnotation(line.text);
  const stray = significant.length === 0 ? strayHooks(file, tokens) : [];
  if ('message' in annotation) {
    // At the end of a file no statement follows, and sqlc ignores it.
    const severity = significant.length === 0 ? 'warning' : 'error';
    return { diagnostics: [{ severity, ...malformedAnnotation(file, line, annotation) }, ...stray] };
  }
  const problem = headProblem(annotation.name, line, significant);
  if (problem) return { diagnostics: [{ ...problem, file, start: line.start, end: endOf(line), query: annotation.name }, ...stray] };

  const query = { ...annotation, ...annotatedPart(file, line, tokens), file, line: lineAt(line.start) };
  const above = tokens.filter((token) => token.end <= query.annotationStart);
  const repeated = others.filter((other) => other.start > endOf(line) && !('message' in readAnnotation(other.text)));
  return { query, diagnostics: [...strayHooks(file, above), ...repeated.map((other) => secondAnnotation(file, query.name, other))] };
}

function malformedAnnotation(file: SourceFile, line: Line, problem: AnnotationProblem): Omit<Diagnostic, 'severity'> {
  const { start = 0, end = line.text.length, ...rest } = problem;
  const query = /name\s*:\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(line.text)?.[1];
  return { ...rest, query, file, start: line.start + start, end: line.start + end };
}

/** What is wrong if an annotation is not directly followed by its statement. */
function headProblem(name: string, line: Line, [head]: readonly Token[]): Pick<Diagnostic, 'severity' | 'message' | 'remedy'> | undefined {
  if (head === undefined)
    return {
      severity: 'warning',
      message: `query "${name}" has no statement`,
      remedy: 'Write the statement under its annotation, or remove the annotation.',
    };
  if (head.start > line.start) return undefined;
  return {
    severity: 'error',
    message: `there is SQL between the annotation of query "${name}" and the end of the statement above`,
    remedy: 'Put the annotation above its statement, and end the statement before it with a semicolon.',
  };
}

/** Where the annotation and its statement begin and end, and what documents them. */
function annotatedPart(
  file: SourceFile,
  line: Line,
  tokens: readonly Token[],
): Pick<AnnotatedQuery, 'annotationStart' | 'annotationEnd' | 'end' | 'documentation'> {
  // An annotation inside a longer block comment takes the whole comment with it.
  const isPart = line.token.start !== line.start || line.token.end > endOf(line);
  const [start, end] = isPart ? [line.token.start, line.token.end] : [line.start, endOf(line)];
  const last = tokens.findLast((token) => !isBlank(token) || (isComment(token) && mentionsHook(slice(file, token))));
  return {
    annotationStart: start,
    annotationEnd: end,
    end: last?.end ?? end,
    documentation: leadingDocumentation(file.text, tokens, start, end),
  };
}

function endOf({ start, text }: Line): number {
  return start + text.length;
}

/** Every comment line at column 0, also those inside a block comment, in order. */
function commentLines(text: string, tokens: readonly Token[], begin: number): Line[] {
  return tokens.filter(isComment).flatMap((token) =>
    lineStarts(text, token.start, token.end)
      .filter((start) => start === begin || text[start - 1] === '\n')
      .map((start) => ({ text: text.slice(start, endOfLine(text, start)).trimEnd(), start, token })),
  );
}

/** A hook outside any query guards nothing, and must not be dropped silently. */
function strayHooks(file: SourceFile, tokens: readonly Token[]): Diagnostic[] {
  return tokens
    .filter(
      (token) =>
        isComment(token) &&
        slice(file, token)
          .split('\n')
          .some((line) => isHookComment(line) || looksLikeHook(line)),
    )
    .map((token) => ({
      severity: 'error',
      message: 'this hook stands in no query, so it guards nothing',
      remedy: 'Put it into the WHERE clause of an annotated query, before the semicolon.',
      file,
      start: token.start,
      end: token.end,
    }));
}

function secondAnnotation(file: SourceFile, name: string, line: Line): Diagnostic {
  return {
    severity: 'warning',
    message: `a second annotation inside query "${name}" does not count`,
    remedy: 'End the statement above with a semicolon, or remove the annotation that does not count.',
    file,
    start: line.start,
    end: endOf(line),
    query: name,
  };
}

const UNCLOSED: Partial<Record<Token['kind'], readonly [what: string, remedy: string]>> = {
  string: ['string', "Close it with `'`; write a quote inside it twice."],
  escapeString: ['string', "Close it with `'`; write a quote inside it as `\\'`, or twice."],
  bitString: ['bit string', "Close it with `'`."],
  quotedIdentifier: ['quoted identifier', 'Close it with `"`; write a quote inside it twice.'],
  dollarString: ['dollar-quoted string', 'Close it with the same `$tag$` that opens it.'],
  blockComment: ['block comment', 'Close it with `*/`; comments nest, so each `/*` needs its own.'],
};

function unclosedToken(file: SourceFile, token: Token): Diagnostic {
  const [what, remedy] = UNCLOSED[token.kind] ?? ['token', 'Close it.'];
  return { severity: 'error', message: `this ${what} never ends`, remedy, file, start: token.start };
}

function slice(file: SourceFile, token: Token): string {
  return file.text.slice(token.start, token.end);
}
