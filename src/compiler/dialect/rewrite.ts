/**
 * Annotated query → native placeholders, with the way back to the author's file.
 *
 * Invariant: a rewrite neither adds nor removes a line, and changes nothing outside the macros,
 * so that every line number of the text is one of the author's.
 */
import { applyEdits, type Edit } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { groupBy } from '../../group-by.js';
import { findMacros, type Macro } from './macros.js';
import { invalidNumbers, isParameter, numberParameters, type ParameterMacro } from './numbering.js';
import { annotationEdit, HOOK_TEXT, listEdits, replacementEdit } from './replacement.js';
import { type AnnotatedQuery, inQuery } from './split.js';
import { parametersInStrings } from './strings.js';

export interface ParameterUse {
  /** How the author spelled it. */
  readonly form: ParameterMacro['kind'];
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
  const macros = findMacros(file, query.annotationEnd, query.end);
  const parameters = macros.filter(isParameter);
  const numbers = numberParameters(parameters);
  const diagnostics = [...macros.flatMap((macro) => invalidMacro(query, macro)), ...invalidNumbers(query, parameters, numbers)];
  const warnings = parametersInStrings(query);
  if (diagnostics.length > 0) return { rewritten: undefined, diagnostics: [...warnings, ...diagnostics] };

  const numberOf = new Map<Macro, number>(parameters.map((parameter, index) => [parameter, numbers[index] ?? 0]));
  const replacements = macros.flatMap((macro) => replacementEdit(file, macro, numberOf.get(macro)) ?? []);
  const lists = macros.flatMap((macro) => (macro.kind === 'slice' && macro.list ? listEdits(file, macro.list) : []));
  const base = query.annotationStart;
  const relative = (edit: Edit): Edit => ({ ...edit, start: edit.start - base, end: edit.end - base });
  const edits = [annotationEdit(query), ...lists, ...replacements.map(({ edit }) => edit)];
  const edited = applyEdits(file.slice(base, query.end), edits.map(relative));

  const leads = new Map(replacements.map(({ macro, lead }) => [macro, lead]));
  const at = (macro: Macro): number => edited.target(macro.start - base) + (leads.get(macro) ?? 0);
  return {
    rewritten: {
      annotated: query,
      text: edited.text,
      parameters: declared(parameters, numbers, at),
      embeds: macros.flatMap((macro) => {
        if (macro.kind !== 'embed') return [];
        const { relation, written, start, end } = macro;
        return [{ relation, written, at: at(macro), start, end }];
      }),
      hooks: macros.flatMap((macro) => {
        if (macro.kind !== 'hook') return [];
        return [{ at: at(macro), until: at(macro) + HOOK_TEXT.length, start: macro.start, end: macro.end }];
      }),
      origin: (offset) => edited.origin(offset) + base,
    },
    diagnostics: warnings,
  };
}

function declared(
  parameters: readonly ParameterMacro[],
  numbers: readonly number[],
  at: (macro: Macro) => number,
): readonly DeclaredParameter[] {
  const numbered = parameters.map((macro, index) => ({ macro, number: numbers[index] ?? 0 }));
  return [...groupBy(numbered, ({ number }) => number)]
    .sort(([a], [b]) => a - b)
    .map(([number, own]) => ({
      number,
      name: own.flatMap(({ macro }) => (macro.kind === 'positional' ? [] : [macro.name]))[0],
      nullable: own.some(({ macro }) => macro.kind === 'narg'),
      slice: own.some(({ macro }) => macro.kind === 'slice'),
      uses: own.map(({ macro }) => ({ form: macro.kind, start: macro.start, end: macro.end, at: at(macro) })),
    }));
}

function invalidMacro(query: AnnotatedQuery, macro: Macro): Diagnostic[] {
  return macro.kind === 'invalid' ? [{ severity: 'error', message: macro.message, remedy: macro.remedy, ...inQuery(query, macro) }] : [];
}
