/** The names of generated functions. */
import type { Diagnostic } from '../../diagnostic.js';
import { type AnnotatedQuery, inQuery } from '../dialect/index.js';
import { lowerFirst } from './casing.js';

/** Words that cannot name a function in a TypeScript module; `import()` would call an export named `then`. */
const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `arguments as async await break case catch class const continue debugger default delete do else enum eval export
  extends false finally for function if implements import in instanceof interface let new null of package private
  protected public return static super switch then this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

/** `getThings` for `GetThings`; a reserved word gets a trailing `_`. */
export function functionName(queryName: string): string {
  const name = lowerFirst(queryName);
  return RESERVED_WORDS.has(name) ? `${name}_` : name;
}

/** `GetAuthorizedThings` for `GetThings`: "Authorized" follows the verb, which is the first word. */
export function authorizedName(queryName: string): string {
  const verb = /^_*(?:\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Nd}]+|\p{Lu}+|\p{L}+)/u.exec(queryName)?.[0] ?? '';
  const rest = queryName.slice(verb.length);
  if (rest.startsWith('_')) return `${verb}_authorized${rest}`;
  return `${verb}Authorized${rest}`;
}

/**
 * An error for every query whose function's name an earlier query of the project has taken: their names
 * differ only in the case of the first letter, or one is the other's guarded form.
 */
export function findFunctionCollisions(queries: readonly { readonly annotated: AnnotatedQuery; readonly hooked: boolean }[]): Diagnostic[] {
  const owners = new Map<string, AnnotatedQuery>();
  return queries.flatMap(({ annotated, hooked }) => {
    const { name } = annotated;
    const names = [functionName(name), ...(hooked ? [functionName(authorizedName(name))] : [])];
    return names.flatMap((candidate): Diagnostic[] => {
      const owner = owners.get(candidate);
      if (owner === undefined) owners.set(candidate, annotated);
      if (owner === undefined || owner.name === name) return [];
      const first = `query "${owner.name}" at ${owner.file.path}:${owner.line}`;
      const message = `query "${name}" makes a function ${candidate}, which ${first} already makes`;
      return [{ severity: 'error', message, remedy: 'Give one of them another name.', ...inQuery(annotated) }];
    });
  });
}
