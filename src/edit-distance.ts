/**
 * How far one text is from another: insertions, deletions, substitutions and swaps of neighbours.
 * `costOf` is what a letter of `from` costs where another stands for it; 1 unless told.
 */
export function editDistance(from: string, to: string, costOf: (letter: string) => number = () => 1): number {
  const [left, right] = [[...from], [...to]];
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of left.entries()) {
    const row = [i + 1];
    for (const [j, other] of right.entries()) {
      const substituted = (last[j] ?? 0) + (letter === other ? 0 : costOf(letter));
      let distance = Math.min((last[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1, substituted);
      if (i > 0 && j > 0 && letter === right[j - 1] && left[i - 1] === other) distance = Math.min(distance, (beforeLast[j - 1] ?? 0) + 1);
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last.at(-1) ?? 0;
}
