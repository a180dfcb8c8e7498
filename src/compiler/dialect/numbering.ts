/**
 * Which number each parameter gets.
 *
 * Invariant: numbers that the author wrote stay. In the order of the text, each new name takes the lowest
 * number that no `$n` of the statement has; a repeated name keeps its number. So a name may fill a gap
 * between written numbers, as in sqlc: `$1, @name, $3`.
 */
import type { Diagnostic } from '../../diagnostic.js';
import type { ParameterMacro } from './macros.js';
import { type AnnotatedQuery, errorIn } from './split.js';

export type NumberedMacro = ParameterMacro & { readonly number: number };

export function numberParameters(parameters: readonly ParameterMacro[]): readonly NumberedMacro[] {
  const taken = new Set(parameters.map(({ number }) => number));
  const byName = new Map<string | undefined, number>();
  let next = 1;
  return parameters.map((macro) => {
    let number = macro.number ?? byName.get(macro.name);
    if (number === undefined) {
      while (taken.has(next)) next++;
      number = next++;
      byName.set(macro.name, number);
    }
    return { ...macro, number };
  });
}

/** The protocol counts parameters in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** Numbers must run from 1 to 65535 without a gap: PostgreSQL cannot tell the type of a number that is never used. */
export function invalidNumbers(query: AnnotatedQuery, parameters: readonly NumberedMacro[]): readonly Diagnostic[] {
  const written = ({ start, end }: NumberedMacro): string => query.file.text.slice(start, end);
  const used = new Set(parameters.map(({ number }) => number));
  const outside = parameters.find(({ number }) => number < 1 || number > MOST_PARAMETERS);
  if (outside) {
    const [message, remedy] =
      used.size > MOST_PARAMETERS
        ? [
            `the query has ${used.size} parameters, and PostgreSQL takes ${MOST_PARAMETERS}`,
            'Pass a list as one array: `= ANY(@ids)`, or `unnest(@ids::int[])` for rows.',
          ]
        : [`there is no parameter ${written(outside)}`, `Number the parameters from $1 on, up to $${MOST_PARAMETERS}.`];
    return [errorIn(query, message, remedy, outside)];
  }
  let missing = 1;
  while (used.has(missing)) missing++;
  const shown = parameters.find(({ kind, number }) => kind === 'positional' && number > missing);
  if (shown === undefined) return [];
  const message = `the numbered parameters have a gap: ${written(shown)} is used, and $${missing} is not`;
  return [errorIn(query, message, 'Number them without a gap, or give each of them a name.', shown)];
}
