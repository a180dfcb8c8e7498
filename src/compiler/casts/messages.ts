/** What we tell the author about a parameter that PostgreSQL reads as more than one type. */
import type { Diagnostic } from '../../diagnostic.js';
import { positionAt } from '../../sql/index.js';
import { inQuery, type ParameterUse, type RewrittenQuery } from '../dialect/index.js';
import type { Cast } from './trial.js';

/** The casts to write; the option would write the same. */
export function castRemedy(rewritten: RewrittenQuery, casts: readonly Cast[]): string {
  const written = casts.map((cast) => `\`${castOf(rewritten, cast)}\` at ${place(rewritten, cast)}`);
  return `Write ${written.join(' and ')}; or set "parameters: infer" in the options, which does it for you.`;
}

/** Where PostgreSQL has something else against the statement, which it says only when the cast is there. */
export function partialRemedy(rewritten: RewrittenQuery, cast: Cast, message: string): string {
  return `Write \`${castOf(rewritten, cast)}\` at ${place(rewritten, cast)}, and mend what PostgreSQL then says: ${message}.`;
}

/** For casts of one use that differ in meaning. */
export function choiceRemedy(rewritten: RewrittenQuery, casts: readonly [Cast, ...Cast[]]): string {
  const choices = casts.map((cast) => `\`${castOf(rewritten, cast)}\``);
  return `Write ${choices.join(' or ')} at ${place(rewritten, casts[0])}: each would do, and they do not mean the same.`;
}

/** For a parameter that no single cast decides: the type that each place gives it. */
export function readingsRemedy(rewritten: RewrittenQuery, readings: readonly Omit<Cast, 'number'>[]): string {
  const places = readings.map((reading) => `${reading.type} at ${place(rewritten, reading)}`);
  const [first] = readings;
  const written = first ? spelling(rewritten, first.use) : 'the parameter';
  return `Give each meaning a parameter of its own, or cast where they differ: ${written} is ${places.join(', ')}.`;
}

export function castWarning(rewritten: RewrittenQuery, cast: Cast): Diagnostic {
  const written = castOf(rewritten, cast);
  return {
    severity: 'warning',
    message: `PostgreSQL does not agree with itself on the type of ${spelling(rewritten, cast.use)}, so it is sent as ${written}`,
    remedy: `Write \`${written}\` here, and the query no longer depends on "parameters: infer".`,
    ...inQuery(rewritten.annotated, cast.use),
  };
}

function castOf(rewritten: RewrittenQuery, { use, type }: Cast): string {
  return `${spelling(rewritten, use)}::${type}`;
}

function spelling({ annotated }: RewrittenQuery, { start, end }: ParameterUse): string {
  return annotated.file.text.slice(start, end);
}

function place({ annotated }: RewrittenQuery, { use }: Pick<Cast, 'use'>): string {
  const { line, column } = positionAt(annotated.file.text, use.start);
  return `${line}:${column}`;
}
