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
import { isComment } from './comments.js';
import { leadingDocumentation } from './documentation.js';
import { looksLikeHook, mentionsHook } from './hook-comment.js';
import { type Bare, passedOver } from './passed-over.js';
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
  /** From the annotation to the next one, or to the next statement: also the comments behind the end. */
  readonly tokens: readonly Token[];
}

type Place = { readonly start: number; readonly end?: number };

/** The place of a diagnostic: a part of a query, or by default its annotation. */
export function inQuery(
  { file, name, annotationStart, annotationEnd }: AnnotatedQuery,
  { start, end }: Place = { start: annotationStart, end: annotationEnd },
): Pick<Diagnostic, 'file' | 'start' | 'end' | 'query'> {
  return { file, start, end, query: name };
}

export function errorIn(query: AnnotatedQuery, message: string, remedy: string, place?: Place): Diagnostic {
  return { severity: 'error', message, remedy, ...inQuery(query, place) };
}

export function warningIn(query: AnnotatedQuery, message: string, remedy: string, place?: Place): Diagnostic {
  return { severity: 'warning', message, remedy, ...inQuery(query, place) };
}

/** The tokens that PostgreSQL reads of a query. */
export function codeOf({ tokens, end }: AnnotatedQuery): readonly Token[] {
  return tokens.filter((token) => token.start < end && !isBlank(token));
}

/** The annotated queries of a file, in order. A semicolon after the last one may be missing. */
export function splitQueries(file: SourceFile): {
  readonly queries: readonly AnnotatedQuery[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { text } = file;
  const queries: AnnotatedQuery[] = [];
  const diagnostics: Diagnostic[] = [];
  const begin = text.startsWith('\uFEFF') ? 1 : 0;
  // Lines are counted from query to query, because counting each from the file's beginning is quadratic.
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (let at = text.indexOf('\n', counted); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
    counted = offset;
    return line;
  };
  const bare: Bare[] = [];
  let annotated = false;
  let above: AnnotatedQuery | undefined;
  const parts = statements(text, begin);
  for (const [index, tokens] of parts.entries()) {
    const found = splitStatement(file, parts, index, begin, lineAt);
    if (found === undefined) bare.push({ tokens, above });
    else annotated = true;
    above = found?.query;
    if (above) queries.push(above);
    diagnostics.push(...(found?.diagnostics ?? strayHooks(file, tokens)));
  }
  return { queries, diagnostics: [...diagnostics, ...passedOver(file, bare, annotated)] };
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

type Statements = readonly (readonly Token[])[];

/** Undefined for a statement without an annotation. */
function splitStatement(
  file: SourceFile,
  parts: Statements,
  index: number,
  begin: number,
  lineAt: (offset: number) => number,
): { readonly query?: AnnotatedQuery; readonly diagnostics: readonly Diagnostic[] } | undefined {
  const tokens = parts[index] ?? [];
  const unclosed = tokens.find((token) => !token.closed);
  if (unclosed) {
    const [what, remedy] = UNCLOSED[unclosed.kind] ?? ['token', 'Close it.'];
    return { diagnostics: [{ severity: 'error', message: `this ${what} never ends`, remedy, file, start: unclosed.start }] };
  }
  const [line, ...others] = annotationLines(file.text, tokens, begin);
  if (line === undefined) return undefined;
  const head = tokens.find((token) => !isBlank(token));
  const annotation = readAnnotation(line.text);
  const refused = (problem: Problem) => ({ diagnostics: [{ ...problem, file }, ...(head ? [] : strayHooks(file, tokens))] });
  if ('message' in annotation) return refused(malformed(line, annotation, head));
  const misplaced = headProblem(annotation.name, line, head);
  if (misplaced) return refused(misplaced);
  // An annotation inside a longer block comment takes the whole comment with it.
  const { start: annotationStart, end: annotationEnd } = line.token.end > line.end || line.token.start < line.start ? line.token : line;
  const last = tokens.findLast((token) => !isBlank(token) || (isComment(token) && mentionsHook(written(file, token))));
  const end = last?.end ?? annotationEnd;
  const query = {
    ...annotation,
    ...{ file, line: lineAt(line.start), annotationStart, annotationEnd, end },
    documentation: leadingDocumentation(file.text, tokens, annotationStart, annotationEnd),
    tokens: tokensOf(file, parts, index, annotationEnd, end),
  };
  const remedy = 'End the statement above with a semicolon, or remove the annotation that does not count.';
  const repeated = others
    .filter((other) => other.start > line.end && !('message' in readAnnotation(other.text)))
    .map((other) => warningIn(query, `a second annotation inside query "${query.name}" does not count`, remedy, other));
  const above = tokens.filter((token) => token.end <= annotationStart);
  return { query, diagnostics: [...strayHooks(file, above), ...repeated] };
}

/** A line of a comment that begins at column 0 of the file, up to the end of the file's line. */
interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly token: Token;
}

/** Every line of a comment that looks like an annotation, also those inside a block comment, in order. */
function annotationLines(text: string, tokens: readonly Token[], begin: number): readonly Line[] {
  const lines: Line[] = [];
  for (const token of tokens.filter(isComment)) {
    for (let start = token.start, end: number; start < token.end; start = end + 1) {
      end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      const line = text.slice(start, end).trimEnd();
      const isFirst = start === begin || text[start - 1] === '\n';
      if (isFirst && looksLikeAnnotation(line)) lines.push({ text: line, start, end: start + line.length, token });
    }
  }
  return lines;
}

/** The tokens behind an annotation: those of its statement, then the comments up to the next annotation or statement. */
function tokensOf(file: SourceFile, parts: Statements, index: number, annotationEnd: number, end: number): readonly Token[] {
  const found: Token[] = [];
  for (let part = parts[index]; part !== undefined; part = parts[++index]) {
    for (const token of part) {
      if (token.start < annotationEnd) continue;
      if (token.start >= end && (!isBlank(token) || /^(?:--|\/\*) *name *:/.test(written(file, token)))) return found;
      found.push(token);
    }
  }
  return found;
}

function written(file: SourceFile, { start, end }: Token): string {
  return file.text.slice(start, end);
}

type Problem = Omit<Diagnostic, 'file'>;

/** At the end of a file no statement follows a malformed annotation, and sqlc ignores it. */
function malformed(
  { text, start: at }: Line,
  { start = 0, end = text.length, ...told }: AnnotationProblem,
  head: Token | undefined,
): Problem {
  const query = /name\s*:\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(text)?.[1];
  return { severity: head ? 'error' : 'warning', ...told, query, start: at + start, end: at + end };
}

/** What is wrong if an annotation is not directly followed by its statement. */
function headProblem(query: string, { start, end }: Line, head: Token | undefined): Problem | undefined {
  if (head !== undefined && head.start > start) return undefined;
  const [severity, message, remedy] = head
    ? ([
        'error',
        `there is SQL between the annotation of query "${query}" and the end of the statement above`,
        'Put the annotation above its statement, and end the statement before it with a semicolon.',
      ] as const)
    : (['warning', `query "${query}" has no statement`, 'Write the statement under its annotation, or remove the annotation.'] as const);
  return { severity, message, remedy, query, start, end };
}

/** A hook outside any query guards nothing, and must not be dropped silently. */
function strayHooks(file: SourceFile, tokens: readonly Token[]): readonly Diagnostic[] {
  const message = 'this hook stands in no query, so it guards nothing';
  const remedy = 'Put it into the WHERE clause of an annotated query, before the semicolon.';
  return tokens
    .filter((token) => isComment(token) && written(file, token).split('\n').some(looksLikeHook))
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
