/**
 * Variants of a query's text, and what PostgreSQL makes of each.
 *
 * Invariant: a variant differs from the text by the numbers of placeholders and by casts behind
 * them; everything else stays byte for byte, so that what changes in the answer is their doing.
 */
import { applyEdits, type Edit, type EditedText } from '../../sql/index.js';
import { type Description, type DescribeFailure, isFailure } from '../../database/index.js';
import type { DeclaredParameter, ParameterUse } from '../dialect/index.js';

/** The uses of one parameter that share a number. */
export type UseGroup = readonly ParameterUse[];

/** A type written behind one use. */
export interface Cast {
  readonly number: number;
  readonly use: ParameterUse;
  /** As SQL spells it. */
  readonly type: string;
}

export interface Asker {
  /** The text that the uses' offsets are of. */
  readonly text: string;
  /** What else is replaced in it, such as stars. */
  readonly edits: readonly Edit[];
  readonly describe: (text: string) => Promise<Description | DescribeFailure>;
}

/** The edit that writes a cast: `$1` becomes `$1::text`, and `($1::text)` where a subscript or field follows. */
export function castEdits(text: string, { number, use, type }: Cast): readonly Edit[] {
  const end = use.at + `$${number}`.length;
  const open = /^\s*[[.]/.test(text.slice(end));
  return [...(open ? [insertion(use.at, '(')] : []), insertion(end, `::${type}${open ? ')' : ''}`)];
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** The text with its edits and some casts. */
export function withCasts({ text, edits }: Asker, casts: readonly Cast[]): EditedText {
  return applyEdits(text, [...edits, ...casts.flatMap((cast) => castEdits(text, cast))]);
}

/** Which number each group of each parameter has: the first group its parameter's own, the others the next free ones. */
export function numberGroups(
  parameters: readonly DeclaredParameter[],
  groups: ReadonlyMap<number, readonly UseGroup[]>,
): ReadonlyMap<UseGroup, number> {
  let next = Math.max(0, ...parameters.map(({ number }) => number));
  const numbers = new Map<UseGroup, number>();
  for (const { number } of parameters) {
    for (const [index, group] of (groups.get(number) ?? []).entries()) numbers.set(group, index === 0 ? number : ++next);
  }
  return numbers;
}

/** Asks with the placeholders of each group under its number. */
export async function askGrouped(
  asker: Asker,
  parameters: readonly DeclaredParameter[],
  groups: ReadonlyMap<number, readonly UseGroup[]>,
  casts: readonly Cast[] = [],
): Promise<Description | DescribeFailure> {
  const numbers = numberGroups(parameters, groups);
  const renumbered = parameters.flatMap(({ number }) =>
    (groups.get(number) ?? []).flatMap((group) => {
      const other = numbers.get(group) ?? number;
      return other === number ? [] : group.map(({ at }) => ({ start: at, end: at + `$${number}`.length, text: `$${other}` }));
    }),
  );
  return asker.describe(
    applyEdits(asker.text, [...asker.edits, ...renumbered, ...casts.flatMap((cast) => castEdits(asker.text, cast))]).text,
  );
}

export function succeeded(answer: Description | DescribeFailure): answer is Description {
  return !isFailure(answer);
}
