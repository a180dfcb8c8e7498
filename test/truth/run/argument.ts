/** The argument of one call, whatever its command takes. */
import { describe, members } from '../declared/shape.js';
import type { Random } from '../../support/random.js';
import { drawParams, type Experience, type Params } from './arguments.js';
import type { Target } from './execute.js';
import type { Population } from './population.js';

export type DrawnArgument = { readonly ok: true; readonly argument: unknown } | { readonly ok: false; readonly reason: string };

/** One set of params, or several of them for a batch or a copy; undefined where the function takes none. */
export function drawArgument(
  target: Target,
  population: Population,
  experience: Experience,
  attempt: number,
  random: Random,
): DrawnArgument {
  const { query, declared } = target;
  if (query.parameters === undefined) return { ok: true, argument: undefined };
  const shape = declared.parameters.at(-1)?.shape;
  const object = shape && members(shape).find((member) => member.kind === 'object');
  if (object === undefined) return { ok: false, reason: `its params are ${shape ? describe(shape) : 'missing'}` };
  const { command } = query.query;
  const several = command.startsWith('batch') || command === 'copyfrom';
  const sets: Params[] = [];
  const count = several ? (attempt > 1 ? 1 : random.below(4)) : 1;
  for (let index = 0; index < count; index++) {
    const drawn = drawParams(query, object, population, experience, attempt, random);
    if (!drawn.ok) return drawn;
    sets.push(drawn.params);
  }
  if (several) return { ok: true, argument: sets };
  const [params] = sets;
  // Where every parameter may be left out, so may the whole argument.
  const leaveOut = query.parameters.optional && Object.keys(params ?? {}).length === 0 && random.chance(0.5);
  return { ok: true, argument: leaveOut ? undefined : params };
}
