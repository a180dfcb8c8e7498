/**
 * Queries with `-- @authorize_filter`, with the caller's filter at every hook. Without one there is
 * nothing here: the generated `unfiltered` module brings whole definitions of its own.
 *
 * Invariant: an authorized function sends nothing unless it was given an `AuthorizeFilter`. Its text
 * is put together from pieces that were cut when the code was generated, so that nothing in a filter
 * is ever searched, replaced or interpreted here.
 */
import { AuthorizeFilterError, filterText, filterValues, toAscii, type AuthorizeFilter } from './authorize/index.js';
import { binder, bindSets, takesParams, type Arguments } from './arguments.js';
import { runBatch } from './batch.js';
import type { BoundValue, Database } from './database.js';
import type { GuardedDefinition, QueryIdentity } from './definition.js';
import type { CallOptions, Statement, StreamOptions } from './driver.js';
import { BindError, ValueError } from './errors.js';
import {
  readExecResult,
  readMany,
  readNothing,
  readOne,
  readRowCount,
  readZeroOrOne,
  type BatchResults,
  type Reading,
  type Results,
} from './read.js';
import { annotation, run } from './run.js';
import { RowStream, type Bound } from './stream.js';

/** A generated function that cannot run without a filter. Rejects with `AuthorizeFilterError` if forced to. */
export type AuthorizedFunction<Params, Result> = (db: Database, filter: AuthorizeFilter, ...args: Arguments<Params>) => Promise<Result>;

/** As `AuthorizedFunction`, of a `:many`. */
export interface AuthorizedManyFunction<Params, Row> {
  (db: Database, filter: AuthorizeFilter, ...args: Arguments<Params>): Promise<Row[]>;
  /** As the stream of a query without a hook. */
  readonly stream: (db: Database, filter: AuthorizeFilter, ...args: Arguments<Params, StreamOptions>) => AsyncIterable<Row>;
}

/** As `AuthorizedFunction`, for a batch: one filter for all sets. */
export type AuthorizedBatchFunction<Params, Result> = (
  db: Database,
  filter: AuthorizeFilter,
  paramSets: Iterable<Params>,
  options?: CallOptions,
) => Promise<Result>;

/** What the tables below hold for each command; a command that one of them lacks does not compile. */
type Authorized = {
  readonly many: <P, R>(definition: GuardedDefinition<P, R>) => AuthorizedManyFunction<P, R>;
} & {
  readonly [Name in Exclude<keyof Results<unknown>, 'many'>]: <P, R>(
    definition: GuardedDefinition<P, R>,
  ) => AuthorizedFunction<P, Results<R>[Name]>;
} & {
  readonly [Name in keyof BatchResults<unknown>]: <P, R>(
    definition: GuardedDefinition<P, R>,
  ) => AuthorizedBatchFunction<P, BatchResults<R>[Name]>;
};

/** The commands with a filter at every hook. */
export const authorized: Authorized = {
  many: filteredMany,
  one: (definition) => filtered(definition, readOne()),
  zeroOrOne: (definition) => filtered(definition, readZeroOrOne()),
  exec: (definition) => filtered(definition, readNothing()),
  execRows: (definition) => filtered(definition, readRowCount()),
  execResult: (definition) => filtered(definition, readExecResult()),
  batchExec: (definition) => {
    const runAll = filteredBatch(definition, readNothing());
    return async (db, filter, paramSets, options) => {
      await runAll(db, filter, paramSets, options);
    };
  },
  batchOne: (definition) => filteredBatch(definition, readZeroOrOne()),
  batchMany: (definition) => filteredBatch(definition, readMany()),
};

function filtered<P, R, Result>(guarded: GuardedDefinition<P, R>, reading: Reading<R, Result>): AuthorizedFunction<P, Result> {
  const definition = authorizedDefinition(guarded);
  const statementFor = splice(guarded.text, definition);
  const bind = binder(definition);
  const hasParams = takesParams(definition);
  return (db: Database, filter: AuthorizeFilter, ...args: readonly unknown[]) => {
    try {
      const options = args[hasParams ? 1 : 0] as CallOptions | undefined;
      const statement = statementFor(filter);
      const values = withFilterValues(definition, bind(args[0] as P), filter);
      return run(db, statement, values, reading.start(definition), options);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

function filteredMany<P, R>(guarded: GuardedDefinition<P, R>): AuthorizedManyFunction<P, R> {
  const definition = authorizedDefinition(guarded);
  const statementFor = splice(guarded.text, definition);
  const bind = binder(definition);
  const hasParams = takesParams(definition);
  const stream = (db: Database, filter: AuthorizeFilter, ...args: readonly unknown[]): AsyncIterable<R> => {
    const options = args[hasParams ? 1 : 0] as StreamOptions | undefined;
    const bound = (): Bound => {
      const statement = statementFor(filter);
      return { statement, values: withFilterValues(definition, bind(args[0] as P), filter) };
    };
    return new RowStream(db, definition, bound, options);
  };
  return Object.assign(filtered(guarded, readMany<R>()), { stream });
}

function filteredBatch<P, R, Result>(guarded: GuardedDefinition<P, R>, reading: Reading<R, Result>): AuthorizedBatchFunction<P, Result[]> {
  const definition = authorizedDefinition(guarded);
  const statementFor = splice(guarded.text, definition);
  const bind = binder(definition);
  return async (db, filter, paramSets, options) => {
    const statement = statementFor(filter);
    const valueSets = bindSets(definition, paramSets, (params) => withFilterValues(definition, bind(params), filter));
    return runBatch(db, definition, statement, valueSets, reading, options);
  };
}

/**
 * What is known of the query beside its text, under the name that it is sent and reported by. It goes
 * on to drivers, streams and errors, and whoever found the text there could run it without a filter.
 */
type TextlessDefinition<P, R> = Omit<GuardedDefinition<P, R>, 'text' | 'authorizedName'>;

function authorizedDefinition<P, R>(guarded: GuardedDefinition<P, R>): TextlessDefinition<P, R> {
  const { text: _text, authorizedName, ...rest } = guarded;
  return { ...rest, name: authorizedName };
}

/** The bind message counts its values in 16 bits; more would wrap around. */
const MAX_VALUES = 65_535;

function withFilterValues(definition: QueryIdentity, values: readonly BoundValue[], filter: AuthorizeFilter): readonly BoundValue[] {
  const rest = filterValues(filter);
  if (rest.length === 0) return values;
  const count = values.length + rest.length;
  if (count > MAX_VALUES) {
    throw new BindError(
      definition,
      new ValueError(`${count} values with the filter's, and PostgreSQL takes ${MAX_VALUES}; pass a list as one array`),
    );
  }
  return [...values, ...rest];
}

/** What is wrong with a filter, and which query it was passed to. */
function conditionOf(definition: TextlessDefinition<never, unknown>, filter: AuthorizeFilter): string {
  try {
    return filterText(filter, definition.parameters);
  } catch (error) {
    if (!(error instanceof AuthorizeFilterError) || error.query !== undefined) throw error;
    throw new AuthorizeFilterError(error.message, { query: definition.name, source: definition.source, cause: error });
  }
}

/** A name before a bracket that may be a function's, FOR UPDATE, or a comment, which could stand between the two. */
const CALLS = /(?!\b(?:any|all|in|and|or|not|exists|select|where|on)\s*\()\b\w+"?\s*\(|\bfor\b|--|\/\*/i;

/**
 * The statement with a filter at every hook. A line feed ends a comment that the filter may end with.
 * The last one is kept, because most callers' filters differ in their values only. It is never taken
 * for one of a single plan: what a filter may say, only its author knows. It is taken to only read
 * where its text calls and locks nothing.
 */
function splice<P, R>(pieces: readonly string[], definition: TextlessDefinition<P, R>): (filter: AuthorizeFilter) => Statement {
  // In ASCII, because a client encoding could move the end of the query's own strings into the filter.
  const [head = '', ...tails] = pieces.map(toAscii);
  const start = toAscii(annotation(definition)) + head;
  let lastCondition: string | undefined;
  let last: Statement = { identity: definition, text: start, onePlan: false };
  const { readOnly } = definition;
  return (filter) => {
    const condition = conditionOf(definition, filter);
    const kind = filter.reason !== undefined ? 'unrestricted' : condition === 'false' ? 'none' : 'condition';
    if (condition !== lastCondition || kind !== last.filter) {
      let text = start;
      for (const tail of tails) text += `AND (\n${condition}\n)${tail}`;
      last = { identity: definition, text, onePlan: false, readOnly: readOnly === true && !CALLS.test(condition), filter: kind };
      lastCondition = condition;
    }
    return last;
  };
}
