/** What to write where PostgreSQL cannot tell a parameter's type. */
import type { RewrittenQuery } from './rewrite.js';

export interface UntypedRemedy {
  /** Offsets of the author's spelling in the file. */
  readonly start: number;
  readonly end: number;
  readonly remedy: string;
}

/**
 * The place and the cast for a parameter, by its number, or by the server's message that names it
 * (`could not determine data type of parameter $2`).
 */
export function untypedParameterRemedy(rewritten: RewrittenQuery, numberOrMessage: number | string): UntypedRemedy | undefined {
  const number = typeof numberOrMessage === 'number' ? numberOrMessage : Number(/\$(\d+)/.exec(numberOrMessage)?.[1]);
  const parameter = rewritten.parameters.find((candidate) => candidate.number === number);
  const use = parameter?.uses[0];
  if (parameter === undefined || use === undefined) return undefined;
  const written = rewritten.annotated.file.text.slice(use.start, use.end);
  const type = parameter.slice ? 'text[]' : 'text';
  return { start: use.start, end: use.end, remedy: `Write its type behind it, as in \`${written}::${type}\`.` };
}
