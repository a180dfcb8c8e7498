/** What PostgreSQL would take each use of a parameter for, if it were a parameter of its own. */
import type { DescribeFailure, Description } from '../../database/index.js';
import type { DeclaredParameter, ParameterUse } from '../dialect/index.js';
import { askGrouped, numberGroups, succeeded, type Asker, type Cast, type UseGroup } from './trial.js';

export interface Reading {
  readonly use: ParameterUse;
  readonly typeOid: number;
}

export interface Readings {
  /** The uses of each parameter, each a group of its own, by the parameter's number. */
  readonly groups: ReadonlyMap<number, readonly UseGroup[]>;
  /** By the parameter's number; a use that has no type of its own, as in `$1 IS NULL`, reads it as none. */
  readonly of: ReadonlyMap<number, readonly Reading[]>;
  /** Stand-ins for the types of the uses that have none. */
  readonly standIns: readonly Cast[];
  /** The statement as it is understood where no use binds another. */
  readonly description: Description;
}

/** Undefined where the statement is refused even so: then no parameter's type is to blame. */
export async function readUses(asker: Asker, parameters: readonly DeclaredParameter[]): Promise<Readings | undefined> {
  const groups = new Map<number, readonly UseGroup[]>(parameters.map(({ number, uses }) => [number, uses.map((use) => [use])]));
  const standIns: Cast[] = [];
  for (;;) {
    const answer = await askGrouped(asker, parameters, groups, standIns);
    if (succeeded(answer)) return { groups, of: readingsOf(parameters, groups, standIns, answer), standIns, description: answer };
    const untyped = untypedUse(parameters, groups, answer);
    if (untyped === undefined) return undefined;
    standIns.push({ ...untyped, type: 'text' });
  }
}

function readingsOf(
  parameters: readonly DeclaredParameter[],
  groups: ReadonlyMap<number, readonly UseGroup[]>,
  standIns: readonly Cast[],
  { parameterTypeOids }: Description,
): ReadonlyMap<number, readonly Reading[]> {
  const numbers = numberGroups(parameters, groups);
  return new Map(
    parameters.map(({ number }) => [
      number,
      (groups.get(number) ?? []).flatMap((group) => {
        const [use] = group;
        if (use === undefined || standIns.some((cast) => cast.use === use)) return [];
        return [{ use, typeOid: parameterTypeOids[(numbers.get(group) ?? 0) - 1] ?? 0 }];
      }),
    ]),
  );
}

/** The use that is refused for want of a type, where another use of its parameter may have one. */
function untypedUse(
  parameters: readonly DeclaredParameter[],
  groups: ReadonlyMap<number, readonly UseGroup[]>,
  { sqlstate, message }: DescribeFailure,
): Pick<Cast, 'number' | 'use'> | undefined {
  const untyped = sqlstate === '42P18' ? Number(/\$(\d+)/.exec(message)?.[1]) : undefined;
  const numbers = numberGroups(parameters, groups);
  for (const [number, own] of groups) {
    const use = own.find((group) => numbers.get(group) === untyped)?.[0];
    if (use !== undefined && own.length > 1) return { number, use };
  }
  return undefined;
}
