/** A smaller list of choices that still does what the whole one does. */

const ATTEMPTS = 250;

/** Leaves out runs of choices, then makes single ones plainer, as long as `tried` finds something. */
export async function shrink<T>(
  choices: readonly number[],
  tried: (choices: readonly number[]) => Promise<T | undefined>,
): Promise<T | undefined> {
  let best = choices;
  let result: T | undefined;
  let left = ATTEMPTS;
  const attempt = async (candidate: readonly number[]): Promise<boolean> => {
    if (left-- <= 0) return false;
    const found = await tried(candidate);
    if (found === undefined) return false;
    best = candidate;
    result = found;
    return true;
  };
  let before: number;
  do {
    before = best.reduce((sum, choice) => sum + choice, best.length);
    for (let size = Math.max(1, best.length >> 1); size >= 1 && left > 0; size >>= 1) {
      for (let from = 0; from < best.length && left > 0;) {
        if (!(await attempt([...best.slice(0, from), ...best.slice(from + size)]))) from += size;
      }
    }
    for (let index = 0; index < best.length && left > 0; index++) {
      const choice = best[index] ?? 0;
      if (choice > 0 && !(await attempt(best.with(index, 0))) && choice > 1) await attempt(best.with(index, choice - 1));
    }
  } while (left > 0 && best.reduce((sum, choice) => sum + choice, best.length) < before);
  return result;
}
