/**
 * Annotated query → native placeholders, with the way back to the author's file.
 *
 * Invariant: a rewrite neither adds nor removes a line, changes nothing outside the macros, and its tokens
 * do not merge with those around them, so that every line number of the text is one of the author's.
 */
import { applyEdits, type Edit } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { groupBy } from '../../group-by.js';
import { type EmbedMacro, findMacros, type ParameterMacro } from './macros.js';
import { invalidNumbers, numberParameters } from './numbering.js';
import type { AnnotatedQuery, Place } from './split.js';
import { parametersInStrings } from './strings.js';

export interface ParameterUse {
  readonly number: number;
  readonly form: ParameterMacro['kind'];
  /** How the author spelled it, and where in the file. */
  readonly written: string;
  readonly start: number;
  readonly end: number;
  /** Offsets of the placeholder in `RewrittenQuery.text`. */
  readonly at: number;
  readonly until: number;
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

/** One `sqlc.embed(t)`, which stands as `t.*` in the text from `at` on. */
export type Embed = EmbedMacro & { readonly at: number };

/** One `-- @authorize_filter` of the file, which stands as `AND (true)` in the text. */
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
  /** The file's offset for an offset of `text`, and the other way round. */
  readonly origin: (offset: number) => number;
  readonly target: (offset: number) => number;
}

/** The condition that takes the place of the caller's filter while a query is described. */
const HOOK_TEXT = 'AND (true)';

/** Replaces every macro of a query; does not where a diagnostic is an error. */
export function rewriteQuery(query: AnnotatedQuery): { readonly rewritten?: RewrittenQuery; readonly diagnostics: readonly Diagnostic[] } {
  const { annotationStart: base, annotationEnd, name, command } = query;
  const { text: file } = query.file;
  const { parameters: found, embeds, hooks, problems } = findMacros(query);
  const parameters = numberParameters(found);
  const errors = [...problems, ...invalidNumbers(query, parameters)];
  const warnings = parametersInStrings(query);
  if (errors.length > 0) return { diagnostics: [...warnings, ...errors] };

  const annotation = `-- name: ${name} :${command}${lineBreaks(file.slice(base, annotationEnd))}`;
  const edits = [
    { start: base, end: annotationEnd, text: annotation },
    ...parameters.flatMap((macro) => (macro.kind === 'positional' ? [] : replaced(file, macro, `$${macro.number}`))),
    ...parameters.flatMap(({ around }) => around ?? []),
    ...embeds.flatMap((macro) => replaced(file, macro, `${macro.written}.*`)),
    ...hooks.flatMap((hook) => replaced(file, hook, HOOK_TEXT)),
  ];
  const edited = applyEdits(
    file.slice(base, query.end),
    edits.map(({ start, end, text }) => ({ start: start - base, end: end - base, text })),
  );
  const target = (offset: number): number => edited.target(offset - base);
  const rewritten = {
    annotated: query,
    text: edited.text,
    parameters: [...groupBy(parameters, ({ number }) => number)]
      .sort(([a], [b]) => a - b)
      .map(([number, own]) => ({
        number,
        name: own.find((macro) => macro.name !== undefined)?.name,
        nullable: own.some(({ kind }) => kind === 'narg'),
        slice: own.some(({ kind }) => kind === 'slice'),
        uses: own.map(({ kind, start, end }) => {
          const at = target(start);
          return { number, form: kind, written: file.slice(start, end), start, end, at, until: at + `$${number}`.length };
        }),
      })),
    embeds: embeds.map((embed) => ({ ...embed, at: target(embed.start) })),
    hooks: hooks.map(({ start, end }) => ({ at: target(start), until: target(start) + HOOK_TEXT.length, start, end })),
    origin: (offset: number) => edited.origin(offset) + base,
    target,
  };
  return { rewritten, diagnostics: warnings };
}

const WORD_PART = /[\w$\x80-\uffff]/;

/** The edits that put another text in the place of a macro. */
function replaced(file: string, { start, end }: Place, text: string): readonly Edit[] {
  const breaks = lineBreaks(file.slice(start, end));
  const gap = breaks === '' && WORD_PART.test(file[end] ?? '') ? ' ' : breaks;
  // A macro that ends in `)` right before the hook becomes a placeholder, which would merge with AND.
  const merges = WORD_PART.test(file[start - 1] ?? '') || (text === HOOK_TEXT && file[start - 1] === ')');
  return [...(merges ? [{ start, end: start, text: ' ' }] : []), { start, end, text: text + gap }];
}

function lineBreaks(text: string): string {
  return text.replace(/[^\n]+/g, '');
}
