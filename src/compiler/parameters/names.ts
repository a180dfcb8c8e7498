/**
 * The names of a query's parameters, as sqlc gives them.
 *
 * Invariant: two numbers share a name only if sqlc makes them one field: a named parameter that follows
 * one of the same name and type. All other names differ.
 */
export interface NameInput {
  readonly number: number;
  /** The author's name of it. */
  readonly declared: string | undefined;
  /** The name that its first place in the statement suggests. */
  readonly inferred: string | undefined;
  /** Undefined where it is not known. */
  readonly typeOid: number | undefined;
}

/** One name for each parameter; the input is in the order of the numbers. */
export function parameterNames(parameters: readonly NameInput[]): string[] {
  const [only, second] = parameters;
  if (only !== undefined && second === undefined) return [only.declared ?? only.inferred ?? `dollar_${only.number}`];
  const first = new Map<string, { readonly name: string; readonly typeOid: number | undefined; count: number }>();
  const taken = new Set(parameters.flatMap(({ declared }) => declared ?? []));
  return parameters.map(({ declared, inferred, typeOid }, index) => {
    const name = declared ?? inferred ?? `column_${index + 1}`;
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
