/**
 * Calls with a value outside of a parameter's union of words: that nothing else finds anything is why
 * the parameter has that type.
 */
import type { Lie, Target } from './execute.js';

const OUTSIDE = 'none of the words';

type Params = Readonly<Record<string, unknown>>;

/** The same call once for each such parameter. */
export function callsOutside({ query }: Target, argument: Params): readonly { readonly property: string; readonly given: Params }[] {
  // A query that always gives a row, such as a count, gives one of nothing too.
  if (query.row === undefined || query.query.cardinality === 'one') return [];
  return (query.parameters?.fields ?? []).flatMap(({ property, parameters }) => {
    const [first] = parameters;
    const isUnion = first?.literals !== undefined && first.enumType === undefined && argument[property] !== undefined;
    return isUnion ? [{ property, given: { ...argument, [property]: OUTSIDE } }] : [];
  });
}

export function outsideLie({ query, functionName }: Target, property: string, value: unknown): Lie {
  return { query: query.query.name, functionName, place: property, problem: 'finds rows by a value outside of its union', value };
}
