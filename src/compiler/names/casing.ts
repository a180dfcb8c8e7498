/**
 * How a name of the database is spelled in code.
 *
 * Invariant: every result is a TypeScript identifier, which is `_` for a name without letters and digits.
 */

/** The words of a name as sqlc splits it: at everything but letters and digits. */
function words(name: string): string[] {
  return name.split(/[^\p{L}\p{Nd}]+/u).filter((word) => word !== '');
}

const upperFirst = (word: string): string => word.replace(/^./u, (first) => first.toUpperCase());

/** `ConnectionLog` for `connection_log`. Capitals inside a word stay. */
export function pascalCase(name: string): string {
  return identifier(words(name).map(upperFirst).join(''));
}

/** `connectionLog` for `connection_log`, `fooBar` for `FooBar`, `url` for `URL`. */
export function camelCase(name: string): string {
  const [first = '', ...rest] = words(name);
  return identifier([lowerStart(first), ...rest.map(upperFirst)].join(''));
}

/** `connection_log` for both `connection_log` and `ConnectionLog`. */
export function snakeCase(name: string): string {
  const split = words(name).map((word) => word.replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1_$2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2'));
  return identifier(split.join('_').toLowerCase());
}

/** Only the first letter in lower case, as sqlc does with a query's name. */
export function lowerFirst(name: string): string {
  return name.replace(/^./u, (first) => first.toLowerCase());
}

/** Lowers the leading capitals, except one that begins the next word: `urlPath` for `URLPath`. */
function lowerStart(word: string): string {
  return word.replace(/^(?:\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}+)/u, (capitals) => capitals.toLowerCase());
}

function identifier(name: string): string {
  if (name === '') return '_';
  return /^\p{Nd}/u.test(name) ? `_${name}` : name;
}
