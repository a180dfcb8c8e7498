/** What we tell the author about a parameter that PostgreSQL reads as more than one type. */
import type { Diagnostic } from '../../diagnostic.js';
import { positionAt } from '../../sql/index.js';
import { inQuery, type ParameterUse, type RewrittenQuery } from '../dialect/index.js';
import type { Cast } from './trial.js';

/** The casts to write; the option would write the same. */
export function castRemedy(rewritten: RewrittenQuery, casts: readonly Cast[]): string {
  const written = casts.map(({ use, type }) => `\`${spelling(rewritten, use)}::${type}\` at ${place(rewritten, use)}`);
  return `Write ${written.join(' and ')}; or set "parameters: infer" in the options, which does it for you.`;
}

/** Where PostgreSQL has something else against the statement, which it says only when the cast is there. */
export function partialRemedy(rewritten: RewrittenQuery, { use, type }: Cast, message: string): string {
  return `Write \`${spelling(rewritten, use)}::${type}\` at ${place(rewritten, use)}, and mend what PostgreSQL then says: ${message}.`;
}

export function choiceRemedy(rewritten: RewrittenQuery, use: ParameterUse, types: readonly string[]): string {
  const choices = types.map((type) => `\`${spelling(rewritten, use)}::${type}\``);
  return `Write ${choices.join(' or ')} at ${place(rewritten, use)}: each would do, and they do not mean the same.`;
}

/** For parameters that no single cast decides: the type that each place gives it. */
export function readingsRemedy(
  rewritten: RewrittenQuery,
  readings: readonly { readonly use: ParameterUse; readonly type: string }[],
): string {
  const places = readings.map(({ use, type }) => `${type} at ${place(rewritten, use)}`);
  const [first] = readings;
  const written = first ? spelling(rewritten, first.use) : 'the parameter';
  return `Give each meaning a parameter of its own, or cast where they differ: ${written} is ${places.join(', ')}.`;
}

export function castWarning(rewritten: RewrittenQuery, { use, type }: Cast): Diagnostic {
  const written = spelling(rewritten, use);
  return {
    severity: 'warning',
    message: `PostgreSQL does not agree with itself on the type of ${written}, so it is sent as ${written}::${type}`,
    remedy: `Write \`${written}::${type}\` here, and the query no longer depends on "parameters: infer".`,
    ...inQuery(rewritten.annotated, use),
  };
}

function spelling({ annotated }: RewrittenQuery, { start, end }: ParameterUse): string {
  return annotated.file.text.slice(start, end);
}

function place({ annotated }: RewrittenQuery, { start }: ParameterUse): string {
  const { line, column } = positionAt(annotated.file.text, start);
  return `${line}:${column}`;
}
