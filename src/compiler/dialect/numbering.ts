/**
 * Which number each parameter gets.
 *
 * Invariant: the numbers that the author wrote stay; a new name takes the lowest number that no
 * `$n` of the statement has, in the order of the text; and a repeated name keeps its number. The
 * numbers that the author wrote have no gap among themselves: as in sqlc, a name does not fill one,
 * because what it would fill changes with every parameter that is added.
 */
import type { Occurrence } from './macros.js';

export type ParameterOccurrence = Extract<Occurrence, { readonly kind: 'positional' | 'at' | 'arg' | 'narg' | 'slice' }>;

export function isParameter(occurrence: Occurrence): occurrence is ParameterOccurrence {
  return occurrence.kind !== 'embed' && occurrence.kind !== 'hook' && occurrence.kind !== 'invalid';
}

/** The number of each occurrence, in the same order. */
export function numberParameters(occurrences: readonly ParameterOccurrence[]): number[] {
  const taken = new Set(occurrences.flatMap((o) => (o.kind === 'positional' ? [o.number] : [])));
  const byName = new Map<string, number>();
  let next = 1;
  return occurrences.map((occurrence) => {
    if (occurrence.kind === 'positional') return occurrence.number;
    const known = byName.get(occurrence.name);
    if (known !== undefined) return known;
    while (taken.has(next)) next++;
    byName.set(occurrence.name, next);
    return next++;
  });
}

/** The lowest number that the written ones leave out, and the occurrence that shows it: the first with a higher one. */
export function findGap(
  occurrences: readonly ParameterOccurrence[],
): { readonly missing: number; readonly shown: ParameterOccurrence } | undefined {
  const written = occurrences.flatMap((found) => (found.kind === 'positional' ? [found] : []));
  const used = new Set(written.map(({ number }) => number));
  let missing = 1;
  while (used.has(missing)) missing++;
  const shown = written.find(({ number }) => number > missing);
  return shown && { missing, shown };
}
