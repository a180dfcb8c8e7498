/**
 * Annotated query → native placeholders, with the way back to the author's file.
 *
 * Invariant: a rewrite neither adds nor removes a line, and changes nothing outside the macros,
 * so that every line number of the text is one of the author's.
 */
import { applyEdits, type Edit } from '../sql/edits.js';
import type { Diagnostic } from './diagnostic.js';
import { findOccurrences, type Occurrence } from './dialect/macros.js';
import { findGap, isParameter, numberParameters } from './dialect/numbering.js';
import type { AnnotatedQuery } from './split.js';

/** How the author spelled a parameter. */
export type ParameterForm = 'at' | 'arg' | 'narg' | 'slice' | 'positional';

export interface ParameterUse {
  readonly form: ParameterForm;
  /** Offsets of the author's spelling in the file. */
  readonly start: number;
  readonly end: number;
  /** Offset of the placeholder in `RewrittenQuery.text`. */
  readonly at: number;
}

/** A parameter by its number; several uses of one name share it. */
export interface DeclaredParameter {
  readonly number: number;
  /** As the author wrote it; undefined where every use is a plain `$n`. */
  readonly name: string | undefined;
  /** True where any use is `sqlc.narg`. */
  readonly nullable: boolean;
  /** True where any use is `sqlc.slice`: the value is an array. */
  readonly slice: boolean;
  readonly uses: readonly ParameterUse[];
}

/** One `sqlc.embed(t)`, which stands as `t.*` in the text. */
export interface Embed {
  /** The argument: a table's name or alias, as PostgreSQL folds it. */
  readonly relation: string;
  /** Offset of the `t.*` in `RewrittenQuery.text`. */
  readonly at: number;
  /** Offsets of the author's spelling in the file. */
  readonly start: number;
  readonly end: number;
}

/** One `-- @authorize_filter`, which stands as `AND (true)` in the text. */
export interface Hook {
  /** Offsets of `AND (true)` in `RewrittenQuery.text`. */
  readonly at: number;
  readonly until: number;
  /** Offsets of the comment in the file. */
  readonly start: number;
  readonly end: number;
}

export interface RewrittenQuery {
  readonly annotated: AnnotatedQuery;
  /**
   * Native SQL: a normalized annotation line (`-- name: Name :cmd`), then the author's text with
   * its macros replaced, on as many lines as the author's.
   */
  readonly text: string;
  readonly parameters: readonly DeclaredParameter[];
  readonly embeds: readonly Embed[];
  readonly hooks: readonly Hook[];
  /** The file's offset for an offset of `text`. */
  readonly origin: (offset: number) => number;
}

export interface Rewrite {
  /** Undefined where a diagnostic is an error. */
  readonly rewritten: RewrittenQuery | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The condition that stands for the caller's filter wherever a query is described. */
const HOOK_TEXT = 'AND (true)';

/** Replaces every macro of a query. */
export function rewriteQuery(query: AnnotatedQuery): Rewrite {
  const { text: file } = query.file;
  const occurrences = findOccurrences(file, query.annotationEnd, query.end);
  const parameters = occurrences.filter(isParameter);
  const numbers = numberParameters(parameters);
  const diagnostics = [...occurrences.flatMap((found) => invalidMacro(query, found)), ...invalidNumbers(query, parameters, numbers)];
  if (diagnostics.length > 0) return { rewritten: undefined, diagnostics };

  const number = new Map<Occurrence, number>(parameters.map((parameter, index) => [parameter, numbers[index] ?? 0]));
  const replacements = occurrences.flatMap((found) => {
    const core = replacement(found, number.get(found) ?? 0);
    return core === undefined ? [] : [{ found, ...spaced(file, found, core) }];
  });
  const base = query.annotationStart;
  const relative = (edit: Edit): Edit => ({ ...edit, start: edit.start - base, end: edit.end - base });
  const annotation = {
    start: base,
    end: query.annotationEnd,
    text: `-- name: ${query.name} :${query.command}${lineBreaks(file.slice(base, query.annotationEnd))}`,
  };
  const lists = occurrences.flatMap((found) => (found.kind === 'slice' && found.list ? listEdits(file, found.list) : []));
  const edited = applyEdits(
    file.slice(base, query.end),
    [annotation, ...lists, ...replacements.map(({ edit }) => edit)].map(relative),
  );

  const place = new Map(replacements.map(({ found, lead }) => [found, edited.target(found.start - base) + lead]));
  const at = (found: Occurrence): number => place.get(found) ?? edited.target(found.start - base);
  const hookLength = HOOK_TEXT.length;
  return {
    rewritten: {
      annotated: query,
      text: edited.text,
      parameters: declared(occurrences, number, at),
      embeds: occurrences.flatMap((found) =>
        found.kind === 'embed' ? [{ relation: found.relation, at: at(found), start: found.start, end: found.end }] : [],
      ),
      hooks: occurrences.flatMap((found) =>
        found.kind === 'hook' ? [{ at: at(found), until: at(found) + hookLength, start: found.start, end: found.end }] : [],
      ),
      origin: (offset) => edited.origin(offset) + base,
    },
    diagnostics: [],
  };
}

/** What an occurrence becomes; undefined where the author's text stays. */
function replacement(found: Occurrence, number: number): string | undefined {
  switch (found.kind) {
    case 'positional':
    case 'invalid':
      return undefined;
    case 'embed':
      return `${found.written}.*`;
    case 'hook':
      return HOOK_TEXT;
    default:
      return `$${number}`;
  }
}

/**
 * The edit that puts a replacement in place: with as many line breaks as the author's spelling
 * has, and with a space where it would otherwise run into a word. `lead` is the length of a space
 * in front.
 */
function spaced(file: string, found: Occurrence, core: string): { readonly edit: Edit; readonly lead: number } {
  const lead = isWordPart(file[found.start - 1]) ? ' ' : '';
  const breaks = lineBreaks(file.slice(found.start, found.end));
  const tail = breaks === '' && found.kind !== 'hook' && isWordPart(file[found.end]) ? ' ' : breaks;
  return { edit: { start: found.start, end: found.end, text: lead + core + tail }, lead: lead.length };
}

/** `IN (` becomes `= ANY(`, and `NOT IN (` becomes `<> ALL(`, each in place. */
function listEdits(file: string, list: NonNullable<Extract<Occurrence, { kind: 'slice' }>['list']>): Edit[] {
  const { not, in: inToken, parenthesis } = list;
  const first = not ?? inToken;
  const words = not ? ['<>', 'ALL'] : ['=', 'ANY'];
  const lead = isWordPart(file[first.start - 1]) ? ' ' : '';
  if (!file.slice(first.end, parenthesis.start).replace(/\bin\b/i, '').trim() && !file.slice(first.start, parenthesis.end).includes('\n')) {
    return [{ start: first.start, end: parenthesis.end, text: `${lead}${words.join(' ')}(` }];
  }
  // Comments or line breaks stand between, and stay.
  if (not === undefined) return [{ start: inToken.start, end: inToken.end, text: `${lead}${words.join(' ')}` }];
  return [
    { start: not.start, end: not.end, text: `${lead}${words[0]}` },
    { start: inToken.start, end: inToken.end, text: words[1] ?? '' },
  ];
}

function declared(
  occurrences: readonly Occurrence[],
  number: ReadonlyMap<Occurrence, number>,
  at: (found: Occurrence) => number,
): DeclaredParameter[] {
  const byNumber = new Map<number, DeclaredParameter>();
  for (const found of occurrences) {
    if (!isParameter(found)) continue;
    const key = number.get(found) ?? 0;
    const known = byNumber.get(key);
    byNumber.set(key, {
      number: key,
      name: known?.name ?? (found.kind === 'positional' ? undefined : found.name),
      nullable: known?.nullable === true || found.kind === 'narg',
      slice: known?.slice === true || found.kind === 'slice',
      uses: [...(known?.uses ?? []), { form: found.kind, start: found.start, end: found.end, at: at(found) }],
    });
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

function invalidMacro(query: AnnotatedQuery, found: Occurrence): Diagnostic[] {
  if (found.kind !== 'invalid') return [];
  const { start, end, message, remedy } = found;
  return [{ severity: 'error', message, remedy, file: query.file, start, end, query: query.name }];
}

/** PostgreSQL cannot type a number that is left out, and has none below 1 or above 65535. */
function invalidNumbers(
  query: AnnotatedQuery,
  parameters: readonly Parameters<typeof findGap>[0][number][],
  numbers: readonly number[],
): Diagnostic[] {
  const outside = parameters.filter((_, index) => (numbers[index] ?? 0) < 1 || (numbers[index] ?? 0) > 65_535);
  if (outside.length > 0) {
    return outside.map(({ start, end }) => ({
      severity: 'error',
      message: `there is no parameter ${query.file.text.slice(start, end)}`,
      remedy: 'number the parameters from $1 on, up to $65535',
      file: query.file,
      start,
      end,
      query: query.name,
    }));
  }
  const gap = findGap(parameters, numbers);
  if (gap === undefined) return [];
  const { missing, shown } = gap;
  const written = query.file.text.slice(shown.start, shown.end);
  return [
    {
      severity: 'error',
      message: `the parameters have a gap: ${written} is used, and $${missing} is not`,
      remedy: `renumber the parameters so that they follow each other, or name them`,
      file: query.file,
      start: shown.start,
      end: shown.end,
      query: query.name,
    },
  ];
}

function lineBreaks(text: string): string {
  return '\n'.repeat(text.split('\n').length - 1);
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\w$\x80-\uffff]/.test(character);
}
