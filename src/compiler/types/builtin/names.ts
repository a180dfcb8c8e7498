/** The names of a list, which is written as one text. */
export function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** By name, the list that it is in. */
export function byName<Rule extends string>(lists: Readonly<Partial<Record<Rule, string>>>): ReadonlyMap<string, Rule> {
  const rules = Object.keys(lists) as Rule[];
  return new Map(rules.flatMap((rule) => names(lists[rule] ?? '').map((name) => [name, rule] as const)));
}
