import { editDistance } from '../edit-distance.js';

/** The candidate that a misspelled name most likely stands for, or undefined where none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(simplify(name), simplify(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `emitExactTableNames` and `emit-exact-table-names` are spellings of one key. */
function simplify(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}
