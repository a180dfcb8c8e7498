/** What PostgreSQL would take each use of a parameter for, if it were a parameter of its own. */
import type { DescribeFailure, Description } from '../../database/index.js';
import type { DeclaredParameter, ParameterUse } from '../dialect/index.js';
import { askGrouped, numberGroups, succeeded, type Asker, type Group } from './trial.js';

export interface Reading {
  readonly use: ParameterUse;
  readonly typeOid: number;
}

export interface Readings {
  /** The uses of each parameter that are told apart, by its number. */
  readonly groups: ReadonlyMap<number, readonly Group[]>;
  /** By the parameter's number, one for each group. */
  readonly of: ReadonlyMap<number, readonly Reading[]>;
  /** The statement as it is understood where no use binds another. */
  readonly description: Description;
}

/** Undefined where the statement is refused even so: then no parameter's type is to blame. */
export async function readUses(asker: Asker, parameters: readonly DeclaredParameter[]): Promise<Readings | undefined> {
  const groups = new Map<number, readonly Group[]>(parameters.map(({ number, uses }) => [number, uses.map((use) => [use])]));
  for (;;) {
    const answer = await askGrouped(asker, parameters, groups);
    if (succeeded(answer)) return { groups, of: readingsOf(parameters, groups, answer), description: answer };
    if (!joinUntyped(parameters, groups, answer)) return undefined;
  }
}

function readingsOf(
  parameters: readonly DeclaredParameter[],
  groups: ReadonlyMap<number, readonly Group[]>,
  { parameterTypeOids }: Description,
): ReadonlyMap<number, readonly Reading[]> {
  const numbers = numberGroups(parameters, groups);
  return new Map(
    parameters.map(({ number }) => [
      number,
      (groups.get(number) ?? []).flatMap((group) => {
        const [use] = group;
        return use ? [{ use, typeOid: parameterTypeOids[(numbers.get(group) ?? 0) - 1] ?? 0 }] : [];
      }),
    ]),
  );
}

/** A use that has no type of its own, as in `$1 IS NULL`, goes with its neighbour; false where there is none to go with. */
function joinUntyped(
  parameters: readonly DeclaredParameter[],
  groups: Map<number, readonly Group[]>,
  { sqlstate, message }: DescribeFailure,
): boolean {
  const untyped = sqlstate === '42P18' ? Number(/\$(\d+)/.exec(message)?.[1]) : undefined;
  if (untyped === undefined) return false;
  const numbers = numberGroups(parameters, groups);
  for (const [number, own] of groups) {
    const index = own.findIndex((group) => numbers.get(group) === untyped);
    if (index < 0 || own.length < 2) continue;
    const other = index === own.length - 1 ? index - 1 : index + 1;
    // The one with a type comes first: it stands for the group.
    const joined = [...(own[other] ?? []), ...(own[index] ?? [])];
    groups.set(
      number,
      own.flatMap((group, at) => (at === index ? [] : at === other ? [joined] : [group])),
    );
    return true;
  }
  return false;
}
