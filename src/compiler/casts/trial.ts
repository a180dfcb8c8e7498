/**
 * Variants of a query's text, and what PostgreSQL makes of each.
 *
 * Invariant: a variant differs from the text by the numbers of placeholders and by casts behind
 * them; everything else stays byte for byte, so that what changes in the answer is their doing.
 */
import type { Catalog } from '../../catalog/index.js';
import { type Description, type DescribeFailure, isFailure } from '../../database/index.js';
import { applyEdits, type Edit, type EditedText } from '../../sql/index.js';
import type { DeclaredParameter, ParameterUse, RewrittenQuery } from '../dialect/index.js';

/** A type written behind one use. */
export interface Cast {
  readonly number: number;
  readonly use: ParameterUse;
  /** As SQL spells it. */
  readonly type: string;
}

export interface Asker {
  readonly rewritten: RewrittenQuery;
  /** What else the text that is sent has, such as stars written out. */
  readonly edits: readonly Edit[];
  readonly describe: (text: string) => Promise<Description | DescribeFailure>;
  readonly catalog: Catalog;
}

/** What PostgreSQL says where uses are parameters of their own, by numbers that only the variant has. */
interface Trial {
  readonly answer: Description | DescribeFailure;
  readonly numberOf: (use: ParameterUse | undefined) => number;
  /** The type that it finds for a use; undefined if it refuses the variant. */
  readonly typeOf: (use: ParameterUse | undefined) => number | undefined;
}

/** The text with its edits and some casts: `$1` becomes `$1::text`, and `($1::text)` where a subscript or field follows. */
export function withCasts({ rewritten: { text }, edits }: Asker, casts: readonly Cast[], renumbered: readonly Edit[] = []): EditedText {
  const written = casts.flatMap(({ number, use, type }) => {
    const end = use.at + `$${number}`.length;
    const [open, close] = /^\s*[[.]/.test(text.slice(end)) ? ['(', ')'] : ['', ''];
    return [
      { start: use.at, end: use.at, text: open },
      { start: end, end, text: `::${type}${close}` },
    ];
  });
  return applyEdits(text, [...edits, ...renumbered, ...written]);
}

/** Asks with each use a parameter of its own, but for the uses of the parameter `together`. A parameter's first use keeps its number. */
async function tryApart(asker: Asker, casts: readonly Cast[], together?: number): Promise<Trial> {
  const { parameters } = asker.rewritten;
  let next = Math.max(0, ...parameters.map(({ number }) => number));
  const numbers = new Map<ParameterUse | undefined, number>();
  const renumbered: Edit[] = [];
  for (const { number, uses } of parameters) {
    uses.forEach((use, index) => {
      const own = index === 0 || number === together ? number : ++next;
      numbers.set(use, own);
      if (own !== number) renumbered.push({ start: use.at, end: use.at + `$${number}`.length, text: `$${own}` });
    });
  }
  const answer = await asker.describe(withCasts(asker, casts, renumbered).text);
  const numberOf: Trial['numberOf'] = (use) => numbers.get(use) ?? 0;
  return { answer, numberOf, typeOf: (use) => (isFailure(answer) ? undefined : answer.parameterTypeOids[numberOf(use) - 1]) };
}

/** The type that PostgreSQL gives a use if it is a parameter of its own. */
export interface Reading {
  readonly use: ParameterUse;
  readonly typeOid: number;
}

/** How a statement is understood if no use binds another. */
export interface Readings {
  readonly description: Description;
  /** Of a parameter's uses; one that decides no type, as in `$1 IS NULL`, has none. */
  readonly of: (parameter: DeclaredParameter | undefined) => readonly Reading[];
  /** Asks with the uses of one parameter together again, and casts. */
  readonly tryTogether: (parameter: DeclaredParameter, casts: readonly Cast[]) => Promise<Trial>;
  /** Whether all other parameters have their types in a trial, too. */
  readonly keepsOthers: (parameter: DeclaredParameter, trial: Trial) => boolean;
}

/** Or the refusal, if the statement is refused even then: no parameter's type is to blame. */
export async function readUses(asker: Asker): Promise<Readings | DescribeFailure> {
  const { parameters } = asker.rewritten;
  /** Stand-ins for the types of the uses that have none. */
  const standIns: Cast[] = [];
  for (;;) {
    const { answer, numberOf, typeOf } = await tryApart(asker, standIns);
    if (!isFailure(answer)) {
      const isRead = (use: ParameterUse): boolean => !standIns.some((cast) => cast.use === use);
      return {
        description: answer,
        of: (parameter) => (parameter?.uses ?? []).filter(isRead).map((use) => ({ use, typeOid: typeOf(use) ?? 0 })),
        tryTogether: ({ number }, casts) => tryApart(asker, [...standIns.filter((cast) => cast.number !== number), ...casts], number),
        keepsOthers: (parameter, trial) =>
          parameters.every((other) => other === parameter || other.uses.every((use) => trial.typeOf(use) === typeOf(use))),
      };
    }
    // The server counts a use without a type among the parameters; another use of its parameter may have a type.
    const untyped = answer.sqlstate === '42P18' ? Number(/\$(\d+)/.exec(answer.message)?.[1]) : undefined;
    const several = parameters.filter(({ uses }) => uses.length > 1);
    const [standIn] = several.flatMap(({ number, uses }) =>
      uses.flatMap((use) => (numberOf(use) === untyped ? [{ number, use, type: 'text' }] : [])),
    );
    if (standIn === undefined) return answer;
    standIns.push(standIn);
  }
}
