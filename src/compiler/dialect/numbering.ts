/**
 * Which number each parameter gets.
 *
 * Invariant: numbers that the author wrote stay. In the order of the text, each new name takes the lowest
 * number that no `$n` of the statement has; a repeated name keeps its number. So a name may fill a gap
 * between written numbers, as in sqlc: `$1, @name, $3`.
 */
import type { Diagnostic } from '../../diagnostic.js';
import type { Macro } from './macros.js';
import { type AnnotatedQuery, inQuery } from './split.js';

export type ParameterMacro = Extract<Macro, { readonly kind: 'positional' | 'at' | 'arg' | 'narg' | 'slice' }>;

export function isParameter(macro: Macro): macro is ParameterMacro {
  return macro.kind !== 'embed' && macro.kind !== 'hook' && macro.kind !== 'invalid';
}

/** The number of each parameter, in the same order. */
export function numberParameters(parameters: readonly ParameterMacro[]): number[] {
  const taken = new Set(parameters.flatMap((macro) => (macro.kind === 'positional' ? [macro.number] : [])));
  const byName = new Map<string, number>();
  let next = 1;
  return parameters.map((macro) => {
    if (macro.kind === 'positional') return macro.number;
    const known = byName.get(macro.name);
    if (known !== undefined) return known;
    while (taken.has(next)) next++;
    byName.set(macro.name, next);
    return next++;
  });
}

/** The protocol counts parameters in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** Numbers must run from 1 to 65535 without a gap: PostgreSQL cannot tell the type of a number that is never used. */
export function invalidNumbers(query: AnnotatedQuery, parameters: readonly ParameterMacro[], numbers: readonly number[]): Diagnostic[] {
  const text = query.file.text;
  const used = new Set(numbers);
  const error = (at: ParameterMacro, message: string, remedy: string): Diagnostic[] => [
    { severity: 'error', message, remedy, ...inQuery(query, at) },
  ];
  const outside = parameters.find((_, index) => (numbers[index] ?? 0) < 1 || (numbers[index] ?? 0) > MOST_PARAMETERS);
  if (outside !== undefined) {
    return used.size > MOST_PARAMETERS
      ? error(
          outside,
          `the query has ${used.size} parameters, and PostgreSQL takes ${MOST_PARAMETERS}`,
          'Pass a list as one array: `= ANY(@ids)`, or `unnest(@ids::int[])` for rows.',
        )
      : error(
          outside,
          `there is no parameter ${text.slice(outside.start, outside.end)}`,
          `Number the parameters from $1 on, up to $${MOST_PARAMETERS}.`,
        );
  }
  let missing = 1;
  while (used.has(missing)) missing++;
  const shown = parameters.find((found) => found.kind === 'positional' && found.number > missing);
  if (shown === undefined) return [];
  return error(
    shown,
    `the numbered parameters have a gap: ${text.slice(shown.start, shown.end)} is used, and $${missing} is not`,
    'Number them without a gap, or give each of them a name.',
  );
}
