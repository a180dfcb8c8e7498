/** The names of a list, which is written as one text. */
export function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** By name, what each name of a few lists has. */
export function byName<Rule>(...lists: readonly (readonly [Rule, string])[]): ReadonlyMap<string, Rule> {
  return new Map(lists.flatMap(([rule, list]) => names(list).map((name): [string, Rule] => [name, rule])));
}
