/** Finds strings whose author probably meant a parameter, which is plain text there: `'%@name%'`, `INTERVAL '$1 days'`. */
import type { Diagnostic } from '../../diagnostic.js';
import { type AnnotatedQuery, warningIn } from './split.js';

/** Not in an address (`a@b.org`, `%@b.org`), a path, or an amount (`$1.50`). */
const PARAMETERS: readonly RegExp[] = [
  /(?<![\p{L}\p{N}_.+@-])@[\p{L}_][\p{L}\p{N}_]*(?![\p{L}\p{N}_]|[.\-/@][\p{L}\p{N}])/u,
  /(?<![\p{L}\p{N}_$])\$[1-9]\d*(?![\p{L}\p{N}_]|[.,]\d)/u,
  /(?<![\p{L}\p{N}_.])sqlc\.(?:arg|narg|slice)\(\s*'*[\p{L}_][\p{L}\p{N}_]*'*\s*\)/iu,
];

/** A warning for each string of a query that seems to hold a parameter. */
export function parametersInStrings(query: AnnotatedQuery): readonly Diagnostic[] {
  return query.code.flatMap(({ kind, start: from, text: written }) => {
    if (kind !== 'string' && kind !== 'escapeString') return [];
    const found = PARAMETERS.map((pattern) => pattern.exec(written)).find((match) => match !== null);
    if (!found) return [];
    const [parameter] = found;
    const start = from + found.index;
    const message = `${parameter} stands in a string, so it is text and no parameter`;
    return [warningIn(query, message, remedyFor(written, parameter, found.index), { start, end: start + parameter.length })];
  });
}

/** Shows the string split at the parameter and joined again with ||. */
function remedyFor(written: string, parameter: string, index: number): string {
  if (!written.startsWith("'") || written.includes('\n')) return 'Take it out of the string, and put the parts together with ||.';
  const [before, after] = [written.slice(1, index), written.slice(index + parameter.length, -1)];
  const parts = [before && `'${before}'`, `${parameter}::text`, after && `'${after}'`];
  return `Write \`${parts.filter((part) => part !== '').join(' || ')}\` if the parameter is meant.`;
}
