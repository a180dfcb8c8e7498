/**
 * The names of a query's parameters, as sqlc gives them.
 *
 * Invariant: two numbers share a name only if sqlc makes them one field: a named parameter that follows
 * one of the same name and type. All other names differ.
 */
import type { DeclaredParameter } from '../dialect/index.js';

/** One name for each parameter. @param inferred the names that their first places suggest. @param typeOids their types, by number from 1, where they are known. */
export function parameterNames(
  parameters: readonly DeclaredParameter[],
  inferred: readonly (string | undefined)[],
  typeOids: readonly number[],
): readonly string[] {
  const unnamed = parameters.length === 1 ? 'dollar' : 'column';
  const first = new Map<string, { readonly name: string; readonly typeOid: number | undefined; count: number }>();
  const taken = new Set(parameters.flatMap(({ name }) => name ?? []));
  return parameters.map(({ number, name: declared }, index) => {
    const name = declared ?? inferred[index] ?? `${unnamed}_${index + 1}`;
    const typeOid = typeOids[number - 1];
    const field = fieldName(name);
    const earlier = first.get(field);
    if (earlier === undefined) {
      first.set(field, { name, typeOid, count: 1 });
      taken.add(name);
      return name;
    }
    earlier.count++;
    const sameType = earlier.typeOid === undefined || typeOid === undefined || earlier.typeOid === typeOid;
    if (declared !== undefined && sameType) return earlier.name;
    let suffix = earlier.count;
    while (taken.has(`${name}_${suffix}`)) suffix++;
    taken.add(`${name}_${suffix}`);
    return `${name}_${suffix}`;
  });
}

/** The name of the Go field that sqlc would make: sqlc compares these. */
function fieldName(name: string): string {
  return name
    .split(/[^\p{L}\p{Nd}]+/u)
    .map((word) => (word === 'id' ? 'ID' : word.replace(/^./u, (letter) => letter.toUpperCase())))
    .join('');
}
