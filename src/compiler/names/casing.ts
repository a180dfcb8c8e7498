/**
 * How names of the database are spelled in code, and told apart there.
 *
 * Invariant: every spelling is a TypeScript identifier, which is `_` for a name without letters and digits.
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

/**
 * Names made unique in their order, as sqlc does it: the second `id` is `id_2`, the third `id_3`. A name that occurs
 * once never changes: if there is an `id_2` already, the second `id` takes the next free number.
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const count = new Map<string, number>();
  return names.map((name) => {
    let number = (count.get(name) ?? 0) + 1;
    while (number > 1 && taken.has(`${name}_${number}`)) number++;
    count.set(name, number);
    const unique = number === 1 ? name : `${name}_${number}`;
    taken.add(unique);
    return unique;
  });
}

/**
 * Unique names, spelled for code, in their order. The suffix of a duplicate stays as it is, so
 * that `user_id` and `user_id_2` are `userId` and `userId_2`, where `line_2` alone is `line2`.
 */
export function spellNames(names: readonly string[], spell: (name: string) => string): readonly string[] {
  const known = new Set(names);
  return uniqueNames(
    names.map((name) => {
      const [, base, suffix] = /^(.+)_([2-9]|[1-9]\d+)$/s.exec(name) ?? [];
      return base !== undefined && known.has(base) ? `${spell(base)}_${suffix}` : spell(name);
    }),
  );
}
