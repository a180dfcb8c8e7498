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
  readonly numbers: ReadonlyMap<ParameterUse, number>;
}

/** The type that a trial gives a use; undefined if PostgreSQL refuses the variant. */
export function typeIn({ answer, numbers }: Trial, use: ParameterUse): number | undefined {
  return isFailure(answer) ? undefined : answer.parameterTypeOids[(numbers.get(use) ?? 0) - 1];
}

/** The text with its edits and some casts: `$1` becomes `$1::text`, and `($1::text)` where a subscript or field follows. */
export function withCasts({ rewritten: { text }, edits }: Asker, casts: readonly Cast[], renumbered: readonly Edit[] = []): EditedText {
  const written = casts.flatMap(({ use: { at, until }, type }) => {
    const [open, close] = /^\s*[[.]/.test(text.slice(until)) ? ['(', ')'] : ['', ''];
    return [
      { start: at, end: at, text: open },
      { start: until, end: until, text: `::${type}${close}` },
    ];
  });
  return applyEdits(text, [...edits, ...renumbered, ...written]);
}

/** Asks with each use a parameter of its own, but for the uses of the parameter `together`. A parameter's first use keeps its number. */
async function tryApart(asker: Asker, casts: readonly Cast[], together?: DeclaredParameter): Promise<Trial> {
  const { parameters } = asker.rewritten;
  let next = Math.max(0, ...parameters.map(({ number }) => number));
  const ownNumber = (parameter: DeclaredParameter, index: number): number =>
    index === 0 || parameter === together ? parameter.number : ++next;
  const numbers = new Map(
    parameters.flatMap((parameter) => parameter.uses.map((use, index) => [use, ownNumber(parameter, index)] as const)),
  );
  const renumbered = [...numbers].flatMap(([{ number, at, until }, own]) =>
    own === number ? [] : [{ start: at, end: until, text: `$${own}` }],
  );
  return { numbers, answer: await asker.describe(withCasts(asker, casts, renumbered).text) };
}

export type Readings = Exclude<Awaited<ReturnType<typeof readUses>>, DescribeFailure>;

/**
 * How a statement is understood if no use binds another; or the refusal, if the statement is refused even then: no
 * parameter's type is to blame.
 */
export async function readUses(asker: Asker) {
  const { parameters } = asker.rewritten;
  /** Stand-ins for the types of the uses that have none. */
  const standIns: Cast[] = [];
  for (;;) {
    const apart = await tryApart(asker, standIns);
    const { answer, numbers } = apart;
    if (!isFailure(answer)) {
      const isRead = (use: ParameterUse): boolean => !standIns.some((cast) => cast.use === use);
      return {
        description: answer,
        /** The types that a parameter's uses have; one that decides no type, as in `$1 IS NULL`, is left out. */
        of: ({ uses }: DeclaredParameter) => uses.filter(isRead).map((use) => ({ use, typeOid: typeIn(apart, use) ?? 0 })),
        /** Asks with the uses of one parameter together again, and casts. */
        tryTogether: (parameter: DeclaredParameter, casts: readonly Cast[]) =>
          tryApart(asker, [...standIns.filter(({ use }) => use.number !== parameter.number), ...casts], parameter),
        /** Whether all other parameters have their types in a trial, too. */
        keepsOthers: (parameter: DeclaredParameter, trial: Trial) =>
          parameters.every((other) => other === parameter || other.uses.every((use) => typeIn(trial, use) === typeIn(apart, use))),
      };
    }
    // The server counts a use without a type among the parameters; another use of its parameter may have a type.
    const untyped = answer.sqlstate === '42P18' ? Number(/\$(\d+)/.exec(answer.message)?.[1]) : undefined;
    const several = parameters.flatMap(({ uses }) => (uses.length > 1 ? uses : []));
    const use = several.find((one) => numbers.get(one) === untyped);
    if (use === undefined) return answer;
    standIns.push({ use, type: 'text' });
  }
}
