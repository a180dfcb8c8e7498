/** Names as the tokens of a statement write them. */

/** A name without its quotes. */
export function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}

/** Behind `a.b.c`, or `start` where no name stands there. */
export function nameEnd(words: readonly string[], start: number): number {
  let end = start;
  if (!/^["\p{L}_]/u.test(words[end] ?? '')) return start;
  while (words[end + 1] === '.') end += 2;
  return end + 1;
}

/** Behind the parenthesis that closes the one at `open`. */
export function closing(words: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < words.length; at++) {
    if (words[at] === '(') depth++;
    if (words[at] === ')' && --depth === 0) return at + 1;
  }
  return words.length;
}

/** Stretches between the commas outside of parentheses and brackets, from `from` up to `to`. */
export function listed(words: readonly string[], from: number, to: number): readonly (readonly [from: number, to: number])[] {
  const found: [number, number][] = [];
  let depth = 0;
  let start = from;
  for (let at = from; at < to; at++) {
    const word = words[at];
    if (word === '(' || word === '[') depth++;
    else if (word === ')' || word === ']') depth--;
    else if (word === ',' && depth === 0) {
      found.push([start, at]);
      start = at + 1;
    }
  }
  if (start < to) found.push([start, to]);
  return found;
}
