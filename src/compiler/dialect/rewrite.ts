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
import { type AnnotatedQuery, errorIn, type Place } from './split.js';
import { parametersInStrings } from './strings.js';

/** What the author wrote, as offsets in the file, and what stands for it in `RewrittenQuery.text`. */
interface Replaced extends Place {
  readonly at: number;
  readonly until: number;
}

export interface ParameterUse extends Replaced {
  readonly number: number;
  readonly form: ParameterMacro['kind'];
  /** How the author spelled it. */
  readonly written: string;
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
export type Embed = EmbedMacro & Replaced;

/** One `-- @authorize_filter` of the file, which stands as `AND (true)` in the text. */
export type Hook = Replaced;

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

type NumberedMacro = ParameterMacro & { readonly number: number };

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
  const replacedBy = ({ start, end }: Place, { length }: string): Replaced => {
    const at = target(start);
    return { start, end, at, until: at + length };
  };
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
        uses: own.map((macro) => {
          const written = file.slice(macro.start, macro.end);
          return { number, form: macro.kind, written, ...replacedBy(macro, `$${number}`) };
        }),
      })),
    embeds: embeds.map((embed) => ({ ...embed, ...replacedBy(embed, `${embed.written}.*`) })),
    hooks: hooks.map((hook) => replacedBy(hook, HOOK_TEXT)),
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

/**
 * Numbers that the author wrote stay. In the order of the text, each new name takes the lowest number that no `$n`
 * of the statement has; a repeated name keeps its number. So a name may fill a gap between written numbers, as in
 * sqlc: `$1, @name, $3`.
 */
function numberParameters(parameters: readonly ParameterMacro[]): readonly NumberedMacro[] {
  const taken = new Set(parameters.map(({ number }) => number));
  const byName = new Map<string | undefined, number>();
  let next = 1;
  return parameters.map((macro) => {
    let number = macro.number ?? byName.get(macro.name);
    if (number === undefined) {
      while (taken.has(next)) next++;
      number = next++;
      byName.set(macro.name, number);
    }
    return { ...macro, number };
  });
}

/** The protocol counts parameters in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** Numbers must run from 1 to 65535 without a gap: PostgreSQL cannot tell the type of a number that is never used. */
function invalidNumbers(query: AnnotatedQuery, parameters: readonly NumberedMacro[]): readonly Diagnostic[] {
  const written = ({ start, end }: NumberedMacro): string => query.file.text.slice(start, end);
  const used = new Set(parameters.map(({ number }) => number));
  const outside = parameters.find(({ number }) => number < 1 || number > MOST_PARAMETERS);
  if (outside) {
    const [message, remedy] =
      used.size > MOST_PARAMETERS
        ? [
            `the query has ${used.size} parameters, and PostgreSQL takes ${MOST_PARAMETERS}`,
            'Pass a list as one array: `= ANY(@ids)`, or `unnest(@ids::int[])` for rows.',
          ]
        : [`there is no parameter ${written(outside)}`, `Number the parameters from $1 on, up to $${MOST_PARAMETERS}.`];
    return [errorIn(query, message, remedy, outside)];
  }
  let missing = 1;
  while (used.has(missing)) missing++;
  const shown = parameters.find(({ kind, number }) => kind === 'positional' && number > missing);
  if (shown === undefined) return [];
  const message = `the numbered parameters have a gap: ${written(shown)} is used, and $${missing} is not`;
  return [errorIn(query, message, 'Number them without a gap, or give each of them a name.', shown)];
}
