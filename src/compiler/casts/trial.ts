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

/** The groups of each parameter, by its number. */
export type UseGroups = ReadonlyMap<number, readonly UseGroup[]>;

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
  readonly parameters: readonly DeclaredParameter[];
  readonly describe: (text: string) => Promise<Description | DescribeFailure>;
}

/** What PostgreSQL says where each group of uses is a parameter of its own. */
export interface Trial {
  readonly answer: Description | DescribeFailure;
  readonly numberOf: (group: UseGroup) => number | undefined;
  /** The type that it finds for a group. */
  readonly typeOf: (group: UseGroup) => number | undefined;
}

/** The text with its edits and some casts. */
export function withCasts({ text, edits }: Asker, casts: readonly Cast[], renumbered: readonly Edit[] = []): EditedText {
  return applyEdits(text, [...edits, ...renumbered, ...casts.flatMap((cast) => castEdits(text, cast))]);
}

/** The edit that writes a cast: `$1` becomes `$1::text`, and `($1::text)` where a subscript or field follows. */
function castEdits(text: string, { number, use, type }: Cast): readonly Edit[] {
  const end = use.at + `$${number}`.length;
  const open = /^\s*[[.]/.test(text.slice(end));
  return [...(open ? [insertion(use.at, '(')] : []), insertion(end, `::${type}${open ? ')' : ''}`)];
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** Asks with the placeholders of each group under a number: the first group's is its parameter's own, the others have the next free ones. */
export async function tryGroups(asker: Asker, groups: UseGroups, casts: readonly Cast[]): Promise<Trial> {
  let next = Math.max(0, ...asker.parameters.map(({ number }) => number));
  const numbers = new Map<UseGroup, number>();
  const renumbered: Edit[] = [];
  for (const [number, own] of groups) {
    own.forEach((group, index) => {
      numbers.set(group, index === 0 ? number : ++next);
      if (index === 0) return;
      for (const { at } of group) renumbered.push({ start: at, end: at + `$${number}`.length, text: `$${next}` });
    });
  }
  const answer = await asker.describe(withCasts(asker, casts, renumbered).text);
  const numberOf = (group: UseGroup): number | undefined => numbers.get(group);
  return { answer, numberOf, typeOf: (group) => (isFailure(answer) ? undefined : answer.parameterTypeOids[(numbers.get(group) ?? 0) - 1]) };
}
