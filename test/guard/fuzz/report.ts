/** What a run found, for people. */
import type { Found, Reasons, Tally } from './run.js';

/** Commands that a hook cannot stand in, and ways to read that no filter reaches: the guard is right to refuse them all. */
const NEVER =
  /^(?:wrapped, |COPY$|TRUNCATE$|MERGE BY SOURCE$|table_to_xml$|read by name$|scalar query, open$|constants of a listed table$|view with (?!a join)|view of the table twice$)/;

/** Forms that were made often enough, and never accepted. */
export function missingForms({ forms }: Tally): readonly string[] {
  return Object.entries(forms)
    .filter(([form, { made, accepted }]) => accepted === 0 && made >= 10 && !NEVER.test(form))
    .map(([form]) => form);
}

export function summary(tally: Tally): string {
  const total = tally.statements;
  return [
    `${number(total)} statements: ${number(tally.accepted)} accepted (${percent(tally.accepted, total)}),`,
    `${number(count(tally.refused) + count(tally.uncovered))} refused by the guard, ${number(count(tally.invalid))} by PostgreSQL;`,
    `${number(tally.held)} held, ${number(count(tally.failed))} ended in an error, ${number(tally.unordered)} have no one order;`,
    tally.found.length + count(tally.crashed) === 0
      ? 'no violation'
      : `${number(tally.found.length)} VIOLATIONS, ${number(count(tally.crashed))} crashes`,
  ].join(' ');
}

/** The whole of it: reasons, forms and violations. */
export function report(tally: Tally): string {
  const forms = Object.entries(tally.forms)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([form, { made, accepted }]) => `  ${form}: ${number(accepted)} of ${number(made)}`);
  return [
    ...section('Refused by PostgreSQL', tally.invalid, 15),
    ...section('Refused by the guard', tally.refused, 60),
    ...section('Refused under guard.require', tally.uncovered, 30),
    ...section('Ended in an error of the server', tally.failed, 20),
    ...section('Refused, and holding all the same', tally.strict, 60, true),
    '\nForms, accepted of those made:',
    ...forms,
    ...section('Thrown by the compiler', tally.crashed, 20, true),
    ...violations(tally.found),
    `\n${summary(tally)}`,
  ].join('\n');
}

function section(title: string, reasons: Reasons, most: number, examples = false): readonly string[] {
  const sorted = Object.entries(reasons).sort(([, left], [, right]) => right.count - left.count);
  if (sorted.length === 0) return [];
  const lines = sorted
    .slice(0, most)
    .flatMap(([reason, one]) => [`  ${number(one.count)} × ${reason}`, ...(examples ? [indented(one.example)] : [])]);
  return [`\n${title}, ${number(count(reasons))}:`, ...lines];
}

/** Violations whose smallest statements have the same forms, by the shortest of them. */
function violations(found: readonly Found[]): readonly string[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = `${one.kind} ${one.listed} ${[...one.forms].sort().join(', ')}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()]
    .sort((left, right) => right.length - left.length)
    .flatMap((group) => {
      const shortest = group.reduce((left, right) => (left.source.length <= right.source.length ? left : right));
      return violationText(shortest, group.length);
    });
}

/** One violation, and how many others look like it. */
export function violationText({ kind, listed, forms, seed, source, sql, detail }: Found, times = 1): readonly string[] {
  return [
    `\nVIOLATION, ${number(times)} ×: ${kind}, ${listed ? 'with the tables listed' : 'with no table listed'}, seed ${seed} (${forms.join(', ')})`,
    indented(source),
    '  run as',
    indented(sql),
    `  ${detail}`,
  ];
}

function indented(text: string): string {
  return `      ${text.trim().replaceAll('\n', '\n      ')}`;
}

function count(reasons: Reasons): number {
  return Object.values(reasons).reduce((sum, one) => sum + one.count, 0);
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
}
