/**
 * A literal is no condition, but PostgreSQL takes `'yes'` for true where it expects a boolean. A
 * value that was meant for a comparison and ended up alone must not open every row, whatever
 * brackets, NOT or casts stand around it.
 */
import type { Token } from '../../sql/lexer.js';

/**
 * 'literal' where the tokens (without white space and comments) are one string literal, the
 * placeholder's number where they are one placeholder, undefined otherwise. `closing` gives, by a
 * bracket's index, the index of the one that closes it.
 */
export function loneLiteral(
  text: string,
  tokens: readonly Token[],
  closing: ReadonlyMap<number, number>,
): 'literal' | number | undefined {
  const written = (index: number): string => {
    const token = tokens[index];
    return token === undefined ? '' : text.slice(token.start, token.end);
  };
  const isWord = (index: number, ...words: readonly string[]): boolean =>
    tokens[index]?.kind === 'word' && words.includes(written(index).toLowerCase());
  const isName = (index: number): boolean => tokens[index]?.kind === 'word' || tokens[index]?.kind === 'quotedIdentifier';
  const isString = (index: number): boolean => tokens[index]?.kind.toLowerCase().endsWith('string') ?? false;

  /** Where a type's simple name (`bool`, `pg_catalog.bool`) that begins at `from` ends; `from` itself without one. */
  const endOfName = (from: number): number => {
    if (!isName(from)) return from;
    let end = from + 1;
    while (written(end) === '.' && isName(end + 1)) end += 2;
    return end;
  };

  let from = 0;
  let until = tokens.length;
  for (;;) {
    if (isWord(from, 'not')) {
      from++;
    } else if (written(from) === '(' && closing.get(from) === until - 1) {
      from++;
      until--;
    } else if (isWord(from, 'cast') && written(from + 1) === '(' && closing.get(from + 1) === until - 1) {
      // The operand ends at the AS of this CAST, which is the last one: a type has none.
      let as = until - 1;
      while (as > from && !isWord(as, 'as')) as--;
      from += 2;
      until = as;
    } else {
      const cast = lastCast(from, until);
      if (cast < 0) break;
      until = cast;
    }
  }
  if (until === from + 1 && tokens[from]?.kind === 'placeholder') return Number(written(from).slice(1));
  // `bool 'yes'`
  const type = endOfName(from);
  if (type > from && type < until && /^"?bool(?:ean)?"?$/i.test(written(type - 1))) from = type;
  if (from >= until) return undefined;
  for (let i = from; i < until; i++) {
    if (!isString(i) && !(i > from && isWord(i, 'uescape'))) return undefined;
  }
  return 'literal';

  /** The index of a `::` whose type's simple name ends the range, or -1. */
  function lastCast(low: number, high: number): number {
    for (let i = high - 1; i > low; i--) {
      if (written(i) === '::') return endOfName(i + 1) === high && high > i + 1 ? i : -1;
      if (!isName(i) && written(i) !== '.') return -1;
    }
    return -1;
  }
}
