/**
 * `:batchexec`, `:batchone` and `:batchmany`: one call for many sets of params.
 *
 * Invariant: results stand in the order of their params. All params are bound before anything is
 * sent. On a pool the batch is one transaction, so that it is done whole or not at all; on a client
 * it runs as it is, in the caller's transaction.
 *
 * A client made with `pipeline: true` sends the statements without waiting for one another's
 * results; any other client sends each when the one before is done.
 */
import { inTransaction } from './connection.js';
import type { BoundValue, Database, RawResult } from './database.js';
import type { RowDefinition } from './decode-rows.js';
import type { QueryDefinition } from './definition.js';
import { readMany, readNothing, readZeroOrOne } from './read.js';
import { annotation, bindParams, run } from './run.js';

/** A generated function of a batch; the sets may be any iterable. */
export type BatchFunction<Params, Result> = (db: Database, paramSets: Iterable<Params>) => Promise<Result>;

/** How many statements a pipelining client has under way at once. */
const WINDOW = 500;

/** `:batchexec`. */
export function batchExec<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, void> {
  const runAll = batchFunction(definition, readNothing);
  return async (db, paramSets) => {
    await runAll(db, paramSets);
  };
}

/** `:batchone`: for each set its row or `null`. Rejects with `TooManyRowsError` at a second row. */
export function batchOne<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, (Row | null)[]> {
  return batchFunction(definition, readZeroOrOne<Row>);
}

/** `:batchmany`: for each set its rows. */
export function batchMany<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, Row[][]> {
  return batchFunction(definition, readMany<Row>);
}

function batchFunction<Params, Row, Result>(
  definition: QueryDefinition<Params, Row>,
  read: (definition: RowDefinition<Row>, result: RawResult) => Result,
): BatchFunction<Params, Result[]> {
  const text = annotation(definition) + definition.text;
  return async (db, paramSets) => {
    const valueSets = Array.from(paramSets, (params) => bindParams(definition, params));
    return runBatch(db, definition, text, valueSets, read);
  };
}

/** Runs one text with each set of values, as the module says. An empty batch does not reach the server. */
export async function runBatch<Row, Result>(
  db: Database,
  definition: RowDefinition<Row>,
  text: string,
  valueSets: readonly (readonly BoundValue[])[],
  read: (definition: RowDefinition<Row>, result: RawResult) => Result,
): Promise<Result[]> {
  if (valueSets.length === 0) return [];
  return inTransaction(db, definition, async (connection) => {
    const window = isPipelined(connection.client) ? WINDOW : 1;
    const results: Result[] = [];
    for (let start = 0; start < valueSets.length; start += window) {
      const started = valueSets.slice(start, start + window).map((values) => run(connection.db, definition, text, values, read));
      // Every one is waited for, so that none is under way when this rejects. The first failure
      // tells the reason; in a transaction the later ones only say that it is aborted.
      for (const outcome of await Promise.allSettled(started)) {
        if (outcome.status === 'rejected') throw outcome.reason;
        results.push(outcome.value);
      }
    }
    return results;
  });
}

function isPipelined(client: Database): boolean {
  return 'pipeline' in client && client.pipeline === true;
}
