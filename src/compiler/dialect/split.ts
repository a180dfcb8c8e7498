/**
 * Source file → annotated queries.
 *
 * Invariant: every annotation of the file becomes a query or a diagnostic, and nothing without an
 * annotation becomes anything: one file may hold DDL beside queries. See `passed-over.ts`.
 */
import { countUpTo, isBlank, type SourceFile, type Token } from '../../sql/index.js';
import type { Command } from './command.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type Line, looksLikeAnnotation, type Problem, readAnnotation } from './annotation.js';
import { leadingDocumentation } from './comments.js';
import { looksLikeHook, mentionsHook } from './hook-comment.js';
import { type Bare, passedOver } from './passed-over.js';
import { isComment, type SourceToken, type Statement, statements } from './statements.js';

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
  /** From the annotation to the next one, or to the next statement: also the comments behind the end. */
  readonly tokens: readonly SourceToken[];
  /** Those of them that PostgreSQL reads. */
  readonly code: readonly SourceToken[];
}

/** A part of the file. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export type LocatedDiagnostic = Diagnostic & Place;

/** The place of a diagnostic: a part of a query, or by default its annotation. */
export function inQuery(
  { file, name, annotationStart, annotationEnd }: AnnotatedQuery,
  { start, end }: Place = { start: annotationStart, end: annotationEnd },
): Pick<Diagnostic, 'file' | 'query'> & Place {
  return { file, start, end, query: name };
}

export function errorIn(query: AnnotatedQuery, message: string, remedy: string, place?: Place): LocatedDiagnostic {
  return { severity: 'error', message, remedy, ...inQuery(query, place) };
}

export function warningIn(query: AnnotatedQuery, message: string, remedy: string, place?: Place): Diagnostic {
  return { severity: 'warning', message, remedy, ...inQuery(query, place) };
}

/** The annotated queries of a file, in order. A semicolon after the last one may be missing. */
export function splitQueries(file: SourceFile): {
  readonly queries: readonly AnnotatedQuery[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const queries: AnnotatedQuery[] = [];
  const diagnostics: Diagnostic[] = [];
  const lineBreaks = [...file.text.matchAll(/\n/g)].map(({ index }) => index);
  const bare: Bare[] = [];
  let above: AnnotatedQuery | undefined;
  const all = statements(file.text);
  for (const statement of all) {
    const found = splitStatement(file, statement, lineBreaks);
    if (found === undefined) bare.push({ ...statement, above });
    above = found?.query;
    if (above) queries.push(above);
    diagnostics.push(...(found?.diagnostics ?? strayHooks(file, statement.tokens)));
  }
  return { queries, diagnostics: [...diagnostics, ...passedOver(file, bare, bare.length < all.length)] };
}

/** An error for every query whose name stands above it, in its file or another, already. */
export function findDuplicateNames(queries: readonly AnnotatedQuery[]): Diagnostic[] {
  const first = new Map<string, AnnotatedQuery>();
  return queries.flatMap((query) => {
    const earlier = first.get(query.name) ?? query;
    first.set(query.name, earlier);
    if (earlier === query) return [];
    const message = `query "${query.name}" is declared twice; the first is at ${earlier.file.path}:${earlier.line}`;
    return [errorIn(query, message, 'Give one of them another name.')];
  });
}

/** Undefined for a statement without an annotation. */
function splitStatement(
  file: SourceFile,
  statement: Statement,
  lineBreaks: readonly number[],
): { readonly query?: AnnotatedQuery; readonly diagnostics: readonly Diagnostic[] } | undefined {
  const { tokens, code } = statement;
  const unclosed = tokens.find((token) => !token.closed);
  if (unclosed) {
    const [what, remedy] = UNCLOSED[unclosed.kind] ?? ['token', 'Close it.'];
    return { diagnostics: [{ severity: 'error', message: `this ${what} never ends`, remedy, file, start: unclosed.start }] };
  }
  const [line, ...others] = annotationLines(file.text, tokens);
  if (line === undefined) return undefined;
  const [head] = code;
  const refused = (problem: Problem) => {
    // At the end of a file no statement follows an annotation, and sqlc ignores it.
    const severity = head ? ('error' as const) : ('warning' as const);
    return { diagnostics: [{ severity, ...problem, file }, ...(head ? [] : strayHooks(file, tokens))] };
  };
  const annotation = readAnnotation(line);
  if ('message' in annotation) return refused(annotation);
  const place = { query: annotation.name, start: line.start, end: line.end };
  if (head === undefined) {
    const message = `query "${annotation.name}" has no statement`;
    return refused({ message, remedy: 'Write the statement under its annotation, or remove the annotation.', ...place });
  }
  if (head.start < line.start) {
    const message = `there is SQL between the annotation of query "${annotation.name}" and the end of the statement above`;
    const remedy = 'Put the annotation above its statement, and end the statement before it with a semicolon.';
    return refused({ message, remedy, ...place });
  }
  // An annotation inside a longer block comment takes the whole comment with it.
  const { start: annotationStart, end: annotationEnd } = line.token;
  const last = tokens.findLast((token) => !isBlank(token) || (isComment(token) && mentionsHook(token.text)));
  const end = last?.end ?? annotationEnd;
  const query = {
    ...annotation,
    ...{ file, line: countUpTo(lineBreaks, (at) => at, line.start) + 1, annotationStart, annotationEnd, end },
    documentation: leadingDocumentation(file.text, tokens, line.token),
    tokens: tokensOf(statement, annotationEnd, end),
    code,
  };
  const remedy = 'End the statement above with a semicolon, or remove the annotation that does not count.';
  const repeated = others
    .filter((other) => !('message' in readAnnotation(other)))
    .map((other) => warningIn(query, `a second annotation inside query "${query.name}" does not count`, remedy, other));
  const above = tokens.filter((token) => token.end <= annotationStart);
  return { query, diagnostics: [...strayHooks(file, above), ...repeated] };
}

/** Every line of a comment that looks like an annotation, also those inside a block comment, in order. */
function annotationLines(text: string, tokens: readonly SourceToken[]): readonly Line[] {
  const lines: Line[] = [];
  for (const token of tokens.filter(isComment)) {
    for (let start = token.start, end: number; start < token.end; start = end + 1) {
      end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      const line = text.slice(start, end).trimEnd();
      const isFirst = text[start - 1] === '\n' || /^\uFEFF?$/.test(text.slice(0, start));
      if (isFirst && looksLikeAnnotation(line)) lines.push({ text: line, start, end: start + line.length, token });
    }
  }
  return lines;
}

/** The tokens behind an annotation: those of its statement, then the comments up to the next annotation or statement. */
function tokensOf(statement: Statement, annotationEnd: number, end: number): readonly SourceToken[] {
  const found: SourceToken[] = [];
  for (let part: Statement | undefined = statement; part !== undefined; part = part.next) {
    for (const token of part.tokens) {
      if (token.start < annotationEnd) continue;
      if (token.start >= end && (!isBlank(token) || /^(?:--|\/\*) *name *:/.test(token.text))) return found;
      found.push(token);
    }
  }
  return found;
}

/** A hook outside any query guards nothing, and must not be dropped silently. */
function strayHooks(file: SourceFile, tokens: readonly SourceToken[]): readonly Diagnostic[] {
  const message = 'this hook stands in no query, so it guards nothing';
  const remedy = 'Put it into the WHERE clause of an annotated query, before the semicolon.';
  return tokens
    .filter((token) => isComment(token) && token.text.split('\n').some(looksLikeHook))
    .map(({ start, end }) => ({ severity: 'error', message, remedy, file, start, end }));
}

const UNCLOSED: Partial<Record<Token['kind'], readonly [what: string, remedy: string]>> = {
  string: ['string', "Close it with `'`; write a quote inside it twice."],
  escapeString: ['string', "Close it with `'`; write a quote inside it as `\\'`, or twice."],
  bitString: ['bit string', "Close it with `'`."],
  quotedIdentifier: ['quoted identifier', 'Close it with `"`; write a quote inside it twice.'],
  dollarString: ['dollar-quoted string', 'Close it with the same `$tag$` that opens it.'],
  blockComment: ['block comment', 'Close it with `*/`; comments nest, so each `/*` needs its own.'],
};
