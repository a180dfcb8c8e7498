/** The type that PostgreSQL would give each use of a parameter if it were a parameter of its own. */
import { type Description, type DescribeFailure, isFailure } from '../../database/index.js';
import type { ParameterUse } from '../dialect/index.js';
import { tryGroups, type Asker, type Cast, type Trial, type UseGroup, type UseGroups } from './trial.js';

export interface Reading {
  readonly use: ParameterUse;
  readonly typeOid: number;
}

export interface Readings {
  /** The uses of each parameter, each a group of its own. */
  readonly groups: UseGroups;
  /** By the parameter's number; a use that decides no type, as in `$1 IS NULL`, has no reading. */
  readonly of: ReadonlyMap<number, readonly Reading[]>;
  /** Stand-ins for the types of the uses that have none. */
  readonly standIns: readonly Cast[];
  /** How the statement is understood if no use binds another. */
  readonly description: Description;
  readonly typeOf: Trial['typeOf'];
}

/** Or the refusal, if the statement is refused even then: no parameter's type is to blame. */
export async function readUses(asker: Asker): Promise<Readings | DescribeFailure> {
  const groups = new Map(asker.parameters.map(({ number, uses }) => [number, uses.map((use): UseGroup => [use])]));
  const standIns: Cast[] = [];
  for (;;) {
    const trial = await tryGroups(asker, groups, standIns);
    const { answer, typeOf } = trial;
    if (isFailure(answer)) {
      // The server counts a use without a type among the parameters.
      const untyped = answer.sqlstate === '42P18' ? Number(/\$(\d+)/.exec(answer.message)?.[1]) : undefined;
      const [standIn] = [...groups].flatMap(([number, own]) =>
        // Another use of its parameter may have a type.
        own.flatMap((group) => (own.length > 1 && trial.numberOf(group) === untyped ? group.map((use) => ({ number, use })) : [])),
      );
      if (standIn === undefined) return answer;
      standIns.push({ ...standIn, type: 'text' });
      continue;
    }
    const readingsOf = (own: readonly UseGroup[]): readonly Reading[] =>
      own.flatMap((group) => {
        const typeOid = typeOf(group) ?? 0;
        return group.flatMap((use) => (standIns.some((cast) => cast.use === use) ? [] : [{ use, typeOid }]));
      });
    return { groups, of: new Map([...groups].map(([number, own]) => [number, readingsOf(own)])), standIns, description: answer, typeOf };
  }
}
