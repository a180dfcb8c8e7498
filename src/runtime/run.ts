/** The one place where a statement leaves for the server, and where its failure becomes the caller's error. */
import { signalOf } from './arguments.js';
import type { BoundValue, Database } from './database.js';
import type { QueryIdentity } from './definition.js';
import { SetFailure, type CallOptions, type Statement } from './driver.js';
import { driverOf } from './driver-of.js';
import { QueryError, SqlwardError } from './errors.js';
import type { Reader } from './read.js';

/**
 * Runs one statement and reads its result.
 * @throws QueryError where the server or the connection fails, and whatever the reader throws.
 */
export async function run<Result>(
  db: Database,
  statement: Statement,
  values: readonly BoundValue[],
  reader: Reader<Result>,
  options: CallOptions | undefined,
): Promise<Result> {
  const signal = signalOf(options);
  let completion;
  try {
    completion = await driverOf(db).query(statement, values, reader, signal);
  } catch (error) {
    throw asCallersError(statement.identity, error, signal);
  }
  return reader.result(completion);
}

/** The caller's error: a signal's reason and a reader's error as they are, what a driver says as a `QueryError`. */
export function asCallersError(identity: QueryIdentity, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true && error === signal.reason) return error;
  if (error instanceof SetFailure) {
    const failure = asCallersError(identity, error.cause, signal);
    return failure instanceof SqlwardError ? failure.inSet(error.set) : failure;
  }
  return error instanceof SqlwardError ? error : new QueryError(identity, error);
}

/** A query's statement: its text under the line that names it in `pg_stat_statements`, logs and traces. */
export function statementOf(definition: Unfiltered): Statement {
  const { text, onePlan = false, readOnly = false } = definition;
  return { identity: definition, text: annotation(definition) + text, onePlan, readOnly };
}

type Unfiltered = QueryIdentity & { readonly text: string; readonly onePlan?: boolean; readonly readOnly?: boolean };

/** The first line of every statement. */
export function annotation(identity: QueryIdentity): string {
  return `-- name: ${identity.name} :${identity.command}`;
}
