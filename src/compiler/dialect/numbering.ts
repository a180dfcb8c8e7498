/**
 * Which number each parameter gets.
 *
 * Invariant: the numbers that the author wrote stay; a new name takes the lowest number that no
 * `$n` of the statement has, in the order of the text; and a repeated name keeps its number. So a
 * name may fill a gap among the written numbers, as in sqlc: `$1, @name, $3`.
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

/** The lowest number that no parameter has although a written one is higher, and the occurrence that shows it. */
export function findGap(
  occurrences: readonly ParameterOccurrence[],
  numbers: readonly number[],
): { readonly missing: number; readonly shown: ParameterOccurrence } | undefined {
  const used = new Set(numbers);
  let missing = 1;
  while (used.has(missing)) missing++;
  const shown = occurrences.find((found) => found.kind === 'positional' && found.number > missing);
  return shown && { missing, shown };
}
