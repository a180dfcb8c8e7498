/** Finds strings whose author probably meant a parameter, which is plain text there: `'%@name%'`, `INTERVAL '$1 days'`. */
import { type Token, tokenize } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type AnnotatedQuery, inQuery } from './split.js';

/** Not in an address (`a@b.org`, `%@b.org`), a path, or an amount (`$1.50`). */
const PARAMETERS: readonly RegExp[] = [
  /(?<![\p{L}\p{N}_.+@-])@[\p{L}_][\p{L}\p{N}_]*(?![\p{L}\p{N}_]|[.\-/@][\p{L}\p{N}])/u,
  /(?<![\p{L}\p{N}_$])\$[1-9]\d*(?![\p{L}\p{N}_]|[.,]\d)/u,
  /(?<![\p{L}\p{N}_.])sqlc\.(?:arg|narg|slice)\(\s*'*[\p{L}_][\p{L}\p{N}_]*'*\s*\)/iu,
];

/** A warning for each string of a query that seems to hold a parameter. */
export function parametersInStrings(query: AnnotatedQuery): readonly Diagnostic[] {
  const base = query.annotationEnd;
  const text = query.file.text.slice(base, query.end);
  if (!text.includes("'")) return [];
  return tokenize(text).flatMap((token) => {
    if (token.kind !== 'string' && token.kind !== 'escapeString') return [];
    const written = text.slice(token.start, token.end);
    const found = PARAMETERS.map((pattern) => pattern.exec(written)).find((match) => match !== null);
    return found ? [warningFor(query, base, token, written, found)] : [];
  });
}

function warningFor(query: AnnotatedQuery, base: number, token: Token, written: string, found: RegExpExecArray): Diagnostic {
  const [parameter] = found;
  const start = base + token.start + found.index;
  return {
    severity: 'warning',
    message: `${parameter} stands in a string, so it is text and no parameter`,
    remedy: remedyFor(written, found),
    ...inQuery(query, { start, end: start + parameter.length }),
  };
}

/** Shows the string split at the parameter and joined again with ||. */
function remedyFor(written: string, { 0: parameter, index }: RegExpExecArray): string {
  const plain = written.startsWith("'") && !/\n/.test(written);
  if (!plain) return 'Take it out of the string, and put the parts together with ||.';
  const parts = [written.slice(1, index), written.slice(index + parameter.length, -1)].map((part) => (part === '' ? '' : `'${part}'`));
  const joined = [parts[0], `${parameter}::text`, parts[1]].filter((part) => part !== '').join(' || ');
  return `Write \`${joined}\` if the parameter is meant.`;
}
