/**
 * Queries with `-- @authorize_filter`: with the caller's filter at every hook (`authorized`), or,
 * behind a door of its own, with none (`unfiltered`).
 *
 * Invariant: an authorized function sends nothing unless it was given an `AuthorizeFilter`. Its text
 * is put together from pieces that were cut when the code was generated, so that nothing in a filter
 * is ever searched, replaced or interpreted here.
 */
import { AuthorizeFilterError, filterText, filterValues, type AuthorizeFilter } from './authorize/index.js';
import { batchExec, batchMany, batchOne, runBatch, type BatchFunction } from './batch.js';
import { exec, execResult, execRows, many, one, zeroOrOne, type QueryFunction } from './commands.js';
import type { BoundValue, Database, RawResult } from './database.js';
import type { RowDefinition } from './decode-rows.js';
import type { GuardedDefinition, QueryDefinition, QueryIdentity } from './definition.js';
import { BindError, ValueError } from './errors.js';
import {
  readExecResult,
  readMany,
  readNothing,
  readOne,
  readRowCount,
  readZeroOrOne,
  type ExecResult,
} from './read.js';
import { annotation, bindParams, run } from './run.js';

/** A generated function that cannot run without a filter. Rejects with `AuthorizeFilterError` if forced to. */
export type AuthorizedFunction<Params, Result> = (db: Database, filter: AuthorizeFilter, params: Params) => Promise<Result>;

/** As `AuthorizedFunction`, for a batch: one filter for all sets. */
export type AuthorizedBatchFunction<Params, Result> = (
  db: Database,
  filter: AuthorizeFilter,
  paramSets: Iterable<Params>,
) => Promise<Result>;

type Reader<Row, Result> = (definition: RowDefinition<Row>, result: RawResult) => Result;

/** The commands with a filter at every hook. */
export const authorized = {
  many: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedFunction<P, R[]> => filtered(definition, readMany<R>),
  one: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedFunction<P, R> => filtered(definition, readOne<R>),
  zeroOrOne: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedFunction<P, R | null> =>
    filtered(definition, readZeroOrOne<R>),
  exec: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedFunction<P, void> => filtered(definition, readNothing),
  execRows: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedFunction<P, number> => filtered(definition, readRowCount),
  execResult: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedFunction<P, ExecResult> =>
    filtered(definition, readExecResult),
  batchExec: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedBatchFunction<P, void> => {
    const runAll = filteredBatch(definition, readNothing);
    return async (db, filter, paramSets) => {
      await runAll(db, filter, paramSets);
    };
  },
  batchOne: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedBatchFunction<P, (R | null)[]> =>
    filteredBatch(definition, readZeroOrOne<R>),
  batchMany: <P, R>(definition: GuardedDefinition<P, R>): AuthorizedBatchFunction<P, R[][]> =>
    filteredBatch(definition, readMany<R>),
} as const;

/** The commands with nothing at the hooks: every row, whoever asks. */
export const unfiltered = {
  many: <P, R>(definition: GuardedDefinition<P, R>): QueryFunction<P, R[]> => many(unhooked(definition)),
  one: <P, R>(definition: GuardedDefinition<P, R>): QueryFunction<P, R> => one(unhooked(definition)),
  zeroOrOne: <P, R>(definition: GuardedDefinition<P, R>): QueryFunction<P, R | null> => zeroOrOne(unhooked(definition)),
  exec: <P, R>(definition: GuardedDefinition<P, R>): QueryFunction<P, void> => exec(unhooked(definition)),
  execRows: <P, R>(definition: GuardedDefinition<P, R>): QueryFunction<P, number> => execRows(unhooked(definition)),
  execResult: <P, R>(definition: GuardedDefinition<P, R>): QueryFunction<P, ExecResult> => execResult(unhooked(definition)),
  batchExec: <P, R>(definition: GuardedDefinition<P, R>): BatchFunction<P, void> => batchExec(unhooked(definition)),
  batchOne: <P, R>(definition: GuardedDefinition<P, R>): BatchFunction<P, (R | null)[]> => batchOne(unhooked(definition)),
  batchMany: <P, R>(definition: GuardedDefinition<P, R>): BatchFunction<P, R[][]> => batchMany(unhooked(definition)),
} as const;

function unhooked<P, R>(definition: GuardedDefinition<P, R>): QueryDefinition<P, R> {
  return { ...definition, text: definition.text.join('') };
}

function filtered<P, R, Result>(guarded: GuardedDefinition<P, R>, read: Reader<R, Result>): AuthorizedFunction<P, Result> {
  const definition = authorizedDefinition(guarded);
  const textOf = splice(definition);
  return (db, filter, params) => {
    try {
      const text = textOf(filter);
      return run(db, definition, text, withFilterValues(definition, bindParams(definition, params), filter), read);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

function filteredBatch<P, R, Result>(
  guarded: GuardedDefinition<P, R>,
  read: Reader<R, Result>,
): AuthorizedBatchFunction<P, Result[]> {
  const definition = authorizedDefinition(guarded);
  const textOf = splice(definition);
  return async (db, filter, paramSets) => {
    const text = textOf(filter);
    const valueSets = Array.from(paramSets, (params) => withFilterValues(definition, bindParams(definition, params), filter));
    return runBatch(db, definition, text, valueSets, read);
  };
}

/** The same query under the name that it is sent and reported by. */
function authorizedDefinition<P, R>(guarded: GuardedDefinition<P, R>): GuardedDefinition<P, R> {
  return { ...guarded, name: guarded.authorizedName };
}

/** The bind message counts its values in 16 bits; more would wrap around. */
const MAX_VALUES = 65_535;

function withFilterValues(definition: QueryIdentity, values: readonly BoundValue[], filter: AuthorizeFilter): readonly BoundValue[] {
  const rest = filterValues(filter);
  if (rest.length === 0) return values;
  const count = values.length + rest.length;
  if (count > MAX_VALUES) {
    throw new BindError(definition, new ValueError(`${count} values with the filter's, and PostgreSQL takes ${MAX_VALUES}; pass a list as one array`));
  }
  return [...values, ...rest];
}

/** What is wrong with a filter, and which query it was passed to. */
function conditionOf(definition: GuardedDefinition<never, unknown>, filter: AuthorizeFilter): string {
  try {
    return filterText(filter, definition.parameters);
  } catch (error) {
    if (!(error instanceof AuthorizeFilterError) || error.query !== undefined) throw error;
    throw new AuthorizeFilterError(error.message, { query: definition.name, source: definition.source, cause: error });
  }
}

/**
 * The text with a filter at every hook. A line feed ends a comment that the filter may end with. The
 * last text is kept, because most callers' filters differ in their values only.
 */
function splice<P, R>(definition: GuardedDefinition<P, R>): (filter: AuthorizeFilter) => string {
  const [head = '', ...tails] = definition.text;
  const start = annotation(definition) + head;
  let lastCondition: string | undefined;
  let lastText = '';
  return (filter) => {
    const condition = conditionOf(definition, filter);
    if (condition !== lastCondition) {
      lastText = start;
      for (const tail of tails) lastText += `AND (\n${condition}\n)${tail}`;
      lastCondition = condition;
    }
    return lastText;
  };
}
