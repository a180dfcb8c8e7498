/**
 * Names made unique in their order, as sqlc does it: the second `id` is `id_2`, the third `id_3`.
 *
 * Invariant: a name that occurs once never changes: if there is an `id_2` already, the second `id` takes
 * the next free number.
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const count = new Map<string, number>();
  return names.map((name) => {
    let number = (count.get(name) ?? 0) + 1;
    while (number > 1 && taken.has(`${name}_${number}`)) number++;
    count.set(name, number);
    const unique = number === 1 ? name : `${name}_${number}`;
    taken.add(unique);
    return unique;
  });
}

/**
 * Unique names, spelled for code, in their order. The suffix of a duplicate stays as it is, so
 * that `user_id` and `user_id_2` are `userId` and `userId_2`, where `line_2` alone is `line2`.
 */
export function spellNames(names: readonly string[], spell: (name: string) => string): readonly string[] {
  const known = new Set(names);
  return uniqueNames(
    names.map((name) => {
      const [, base, suffix] = /^(.+)_([2-9]|[1-9]\d+)$/s.exec(name) ?? [];
      return base !== undefined && known.has(base) ? `${spell(base)}_${suffix}` : spell(name);
    }),
  );
}
