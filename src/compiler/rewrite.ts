/** Annotated query → native placeholders, with the way back to the author's file. */
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
