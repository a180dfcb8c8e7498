/**
 * What a caller passes behind the database: the params where a query has any, then the options.
 *
 * Invariant: a value that a query needs is never missing without a word. `undefined` in a required
 * param, a param that the query does not have, and what is no object or no list are refused before
 * anything is sent, because data from outside does not keep to the types.
 */
import type { BoundValue } from './database.js';
import type { QueryIdentity } from './definition.js';
import type { CallOptions } from './driver.js';
import { encodeUnknown } from './encode.js';
import { BindError, SqlwardError, ValueError } from './errors.js';

/** A query without params takes its options in their place. */
export type Arguments<Params, Options = CallOptions> = [Params] extends [void] ? [options?: Options] : [params: Params, options?: Options];

/** What binding needs of a definition. */
export interface BindDefinition<Params> extends QueryIdentity {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly bind: (params: Params) => readonly BoundValue[];
}

/** Whether the generated function has params; a definition that does not say which has some. */
export function takesParams({ required, optional }: BindDefinition<never>): boolean {
  return required === undefined || optional === undefined || required.length + optional.length > 0;
}

/** From params to values. @throws BindError where an argument is missing, unknown, or has no text. */
export function binder<Params>(definition: BindDefinition<Params>): (params: Params) => readonly BoundValue[] {
  const { required, optional } = definition;
  const known = required !== undefined && optional !== undefined ? new Set([...required, ...optional]) : undefined;
  return (params) => {
    try {
      if (known !== undefined && known.size > 0 && required !== undefined) checkParams(params, required, known);
      return sendable(definition.bind(params));
    } catch (error) {
      throw new BindError(definition, error);
    }
  };
}

function checkParams(params: unknown, required: readonly string[], known: ReadonlySet<string>): void {
  if (params === undefined && required.length === 0) return;
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw new ValueError(`the params are ${describe(params)}, and no object`);
  for (const name in params) if (!known.has(name)) throw new ValueError(`there is no param ${name}; there are ${[...known].join(', ')}`);
  for (const name of required) {
    if ((params as Record<string, unknown>)[name] === undefined) throw new ValueError(`${name} is undefined; NULL is written as null`);
  }
}

/**
 * Every value as a driver takes it; what a binder did not see is sent only if it has one clear text.
 * @throws ValueError for half of a surrogate pair, which UTF-8 would replace.
 */
function sendable(values: readonly BoundValue[]): readonly BoundValue[] {
  return values.some(needsText) ? values.map((value) => (needsText(value) ? encodeUnknown(value) : value)) : values;
}

function needsText(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new ValueError('a text has half of a surrogate pair, which PostgreSQL cannot hold');
      return false;
    case 'number':
      // Drivers send it as 0.
      return Object.is(value, -0);
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return false;
    default:
      return value !== null && !(value instanceof Uint8Array);
  }
}

/** Binds every set of a batch, before anything is sent. */
export function bindSets<Params>(
  identity: QueryIdentity,
  paramSets: Iterable<Params>,
  bind: (params: Params) => readonly BoundValue[],
): (readonly BoundValue[])[] {
  if (!isIterable(paramSets, false))
    throw new BindError(identity, new ValueError(`the sets are ${describe(paramSets)}, and no list of params`));
  return Array.from(paramSets, (params, set) => {
    try {
      return bind(params);
    } catch (error) {
      throw error instanceof SqlwardError ? error.inSet(set) : error;
    }
  });
}

/** A text is iterable too, and never what is meant. */
export function isIterable(value: unknown, orAsync: boolean): boolean {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || (orAsync && Symbol.asyncIterator in value));
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** One signal for what a caller said. @throws RangeError where the timeout is no number of milliseconds. */
export function signalOf(options: CallOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined;
  const { signal, timeout } = options;
  if (timeout === undefined) return signal;
  const timer = AbortSignal.timeout(timeout);
  return signal === undefined ? timer : AbortSignal.any([signal, timer]);
}
