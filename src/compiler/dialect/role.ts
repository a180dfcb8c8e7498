/** `FROM user` reads the current role, even if there is a table of that name. */
import { type Catalog, findRelation } from '../../catalog/index.js';
import { isBlank, tokenize } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { RewrittenQuery } from './rewrite.js';
import { inQuery } from './split.js';
import { keywordRemedy } from './syntax.js';

/** The offset of an unquoted `user` after FROM or JOIN. */
export function roleInFrom(text: string): number | undefined {
  if (!/user/i.test(text)) return undefined;
  const tokens = tokenize(text).filter((token) => !isBlank(token));
  const written = (index: number): string => {
    const token = tokens[index];
    return token ? text.slice(token.start, token.end).toLowerCase() : '';
  };
  const at = tokens.findIndex(
    (_, index) => written(index) === 'user' && /^(?:from|join)$/.test(written(index - 1)) && !/^[.(]$/.test(written(index + 1)),
  );
  return tokens[at]?.start;
}

/** A warning if the database has a table of that name, which the author probably meant. */
export function roleWarnings({ annotated, text, origin }: RewrittenQuery, catalog: Catalog): readonly Diagnostic[] {
  const role = roleInFrom(text);
  if (role === undefined || !findRelation(catalog, undefined, 'user')) return [];
  const start = origin(role);
  return [
    {
      severity: 'warning',
      message: 'user is the current role here, and not the table of that name',
      remedy: keywordRemedy('user'),
      ...inQuery(annotated, { start, end: start + 'user'.length }),
    },
  ];
}
