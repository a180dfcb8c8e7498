/**
 * Annotated query → native placeholders, with the way back to the author's file.
 *
 * Invariant: a rewrite neither adds nor removes a line, and changes nothing outside the macros,
 * so that every line number of the text is one of the author's.
 */
import { applyEdits, type Edit } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { findOccurrences, type Occurrence } from './macros.js';
import { findGap, isParameter, numberParameters, type ParameterOccurrence } from './numbering.js';
import { annotationEdit, HOOK_TEXT, listEdits, replacementEdit } from './replacement.js';
import type { AnnotatedQuery } from './split.js';
import { parametersInStrings } from './strings.js';

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
  /** The argument as it stands before `.*` in the text. */
  readonly written: string;
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

/** Replaces every macro of a query. */
export function rewriteQuery(query: AnnotatedQuery): Rewrite {
  const { text: file } = query.file;
  const occurrences = findOccurrences(file, query.annotationEnd, query.end);
  const parameters = occurrences.filter(isParameter);
  const numbers = numberParameters(parameters);
  const diagnostics = [...occurrences.flatMap((found) => invalidMacro(query, found)), ...invalidNumbers(query, parameters, numbers)];
  const warnings = parametersInStrings(query);
  if (diagnostics.length > 0) return { rewritten: undefined, diagnostics: [...warnings, ...diagnostics] };

  const number = new Map<Occurrence, number>(parameters.map((parameter, index) => [parameter, numbers[index] ?? 0]));
  const replacements = occurrences.flatMap((found) => replacementEdit(file, found, number.get(found)) ?? []);
  const lists = occurrences.flatMap((found) => (found.kind === 'slice' && found.list ? listEdits(file, found.list) : []));
  const base = query.annotationStart;
  const relative = (edit: Edit): Edit => ({ ...edit, start: edit.start - base, end: edit.end - base });
  const edits = [annotationEdit(query), ...lists, ...replacements.map(({ edit }) => edit)];
  const edited = applyEdits(file.slice(base, query.end), edits.map(relative));

  const leads = new Map(replacements.map(({ found, lead }) => [found, lead]));
  const at = (found: Occurrence): number => edited.target(found.start - base) + (leads.get(found) ?? 0);
  return {
    rewritten: {
      annotated: query,
      text: edited.text,
      parameters: declared(occurrences, number, at),
      embeds: occurrences.flatMap((found) =>
        found.kind === 'embed'
          ? [{ relation: found.relation, written: found.written, at: at(found), start: found.start, end: found.end }]
          : [],
      ),
      hooks: occurrences.flatMap((found) =>
        found.kind === 'hook' ? [{ at: at(found), until: at(found) + HOOK_TEXT.length, start: found.start, end: found.end }] : [],
      ),
      origin: (offset) => edited.origin(offset) + base,
    },
    diagnostics: warnings,
  };
}

function declared(
  occurrences: readonly Occurrence[],
  number: ReadonlyMap<Occurrence, number>,
  at: (found: Occurrence) => number,
): DeclaredParameter[] {
  // Pushed to, not copied: a generated statement may use one name tens of thousands of times.
  const usesOf = new Map<number, ParameterUse[]>();
  const byNumber = new Map<number, DeclaredParameter>();
  for (const found of occurrences) {
    if (!isParameter(found)) continue;
    const key = number.get(found) ?? 0;
    const known = byNumber.get(key);
    const uses = usesOf.get(key) ?? [];
    usesOf.set(key, uses);
    uses.push({ form: found.kind, start: found.start, end: found.end, at: at(found) });
    byNumber.set(key, {
      number: key,
      name: known?.name ?? (found.kind === 'positional' ? undefined : found.name),
      nullable: known?.nullable === true || found.kind === 'narg',
      slice: known?.slice === true || found.kind === 'slice',
      uses,
    });
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

function invalidMacro(query: AnnotatedQuery, found: Occurrence): Diagnostic[] {
  if (found.kind !== 'invalid') return [];
  const { start, end, message, remedy } = found;
  return [{ severity: 'error', message, remedy, file: query.file, start, end, query: query.name }];
}

/** The protocol counts them in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** PostgreSQL cannot type a number that is left out, and has none below 1 or above 65535. */
function invalidNumbers(query: AnnotatedQuery, parameters: readonly ParameterOccurrence[], numbers: readonly number[]): Diagnostic[] {
  const outside = parameters.find((_, index) => (numbers[index] ?? 0) < 1 || (numbers[index] ?? 0) > MOST_PARAMETERS);
  if (outside !== undefined) {
    const { start, end } = outside;
    const count = new Set(numbers).size;
    const tooMany = count > MOST_PARAMETERS;
    return [
      {
        severity: 'error',
        message: tooMany
          ? `the query has ${count} parameters, and PostgreSQL takes ${MOST_PARAMETERS}`
          : `there is no parameter ${query.file.text.slice(start, end)}`,
        remedy: tooMany
          ? 'Pass a list as one array: `= ANY(@ids)`, or `unnest(@ids::int[])` for rows.'
          : `Number the parameters from $1 on, up to $${MOST_PARAMETERS}.`,
        file: query.file,
        start,
        end,
        query: query.name,
      },
    ];
  }
  const gap = findGap(parameters, numbers);
  if (gap === undefined) return [];
  const { missing, shown } = gap;
  const written = query.file.text.slice(shown.start, shown.end);
  return [
    {
      severity: 'error',
      message: `the numbered parameters have a gap: ${written} is used, and $${missing} is not`,
      remedy: 'Number them without a gap, or give each of them a name.',
      file: query.file,
      start: shown.start,
      end: shown.end,
      query: query.name,
    },
  ];
}
