/**
 * The singular of a table's name, by the rules that sqlc follows (those of Rails, with their
 * gaps), so that a model has the same name for both.
 *
 * Invariant: the rules take the whole name for one word and look at its end. The first match decides; a
 * rule is tried in upper case, as it is written, and in any case.
 */

/** Words for which sqlc has a singular of its own, whatever the rules say. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['metadata', 'metadata'],
  ['calories', 'calorie'],
  ['waves', 'wave'],
]);

/** Tried in this order: what stays as it is, what is irregular, and the rest. */
const RULES: readonly (readonly [ending: string, singular: string])[] = [
  ['^(campus|meta|equipment|information|rice|money|species|series|fish|sheep|jeans|police)$', '$1'],
  ['(p)eople$', '$1erson'],
  ['(m)en$', '$1an'],
  ['(c)hildren$', '$1hild'],
  ['(s)exes$', '$1ex'],
  ['(m)oves$', '$1ove'],
  ['(m)ombies$', '$1ombie'],
  ['(database)s$', '$1'],
  ['(quiz)zes$', '$1'],
  ['(matr)ices$', '$1ix'],
  ['(vert|ind)ices$', '$1ex'],
  ['^(ox)en', '$1'],
  ['(alias|status)(es)?$', '$1'],
  ['(octop|vir)(us|i)$', '$1us'],
  ['^(a)x[ie]s$', '$1xis'],
  ['(cris|test)(is|es)$', '$1is'],
  ['(shoe)s$', '$1'],
  ['(o)es$', '$1'],
  ['(bus)(es)?$', '$1'],
  ['^(m|l)ice$', '$1ouse'],
  ['(x|ch|ss|sh)es$', '$1'],
  ['(m)ovies$', '$1ovie'],
  ['(s)eries$', '$1eries'],
  ['([^aeiouy]|qu)ies$', '$1y'],
  ['([lr])ves$', '$1f'],
  ['(tive)s$', '$1'],
  ['(hive)s$', '$1'],
  ['([^f])ves$', '$1fe'],
  ['(^analy)(sis|ses)$', '$1sis'],
  ['((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)(sis|ses)$', '$1sis'],
  ['([ti])a$', '$1um'],
  ['(n)ews$', '$1ews'],
  ['(ss)$', '$1'],
  ['s$', ''],
];

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = RULES.flatMap(([ending, singular]) => [
  [new RegExp(ending.toUpperCase()), singular.toUpperCase()] as const,
  [new RegExp(ending, 'i'), singular] as const,
]);

/** The singular of a table's name; exclusions, whose case does not matter, stay as they are. */
export function singular(name: string, exclusions: readonly string[] = []): string {
  const lower = name.toLowerCase();
  if (exclusions.some((exclusion) => exclusion.toLowerCase() === lower)) return name;
  const exception = EXCEPTIONS.get(lower);
  if (exception !== undefined) return exception;
  const found = REPLACEMENTS.find(([ending]) => ending.test(name));
  return found ? name.replace(...found) : name;
}
